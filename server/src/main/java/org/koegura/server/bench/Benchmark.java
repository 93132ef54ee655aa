package org.koegura.server.bench;

import java.io.PrintWriter;

/// One that `koegura bench` can be asked for.
public interface Benchmark {

    /// As it is asked for.
    String name();

    /// Whether it compares how packets are carried, so that it can be told by what ([BenchOrder#kernelHelp]).
    default boolean measuresMedia() {
        return false;
    }

    /// Runs it to its end and prints what people read. Blocks for minutes.
    ///
    /// @param out takes what is told on the way, and the table
    /// @throws BenchFault a yardstick is missing, or the run failed
    BenchResult run(BenchOrder order, PrintWriter out) throws BenchFault, InterruptedException;
}
