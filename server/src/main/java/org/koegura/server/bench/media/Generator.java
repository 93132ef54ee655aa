package org.koegura.server.bench.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.ProcessCpu;
import org.koegura.server.bench.Program;

/// Both parties of many calls, as a process of its own.
final class Generator implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final String PORTS = "ports ";
    private static final String RESULT = "{";

    private final Program program;
    private final List<CallPorts> parties;

    private Generator(Program program, List<CallPorts> parties) {
        this.program = program;
        this.parties = parties;
    }

    /// Starts it. Nothing is sent yet.
    static Generator start(Path generator, Cores cores, Path folder, int calls)
            throws BenchFault, InterruptedException {
        Program program = Program.startTold(
                "generator", folder, cores.generating(List.of(generator.toString(), Integer.toString(calls))));
        try {
            program.await(ANSWER, () -> ports(program).isPresent());
            return new Generator(program, ports(program).orElseThrow());
        } catch (BenchFault | InterruptedException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    /// What it, or the relay, says its ports are, two for each call; empty where it has not said so yet.
    static Optional<List<CallPorts>> ports(Program program) {
        return line(program, PORTS).map(Generator::ports);
    }

    static List<CallPorts> ports(String line) {
        String[] ports = line.substring(PORTS.length()).strip().split(" ", -1);
        List<CallPorts> pairs = new ArrayList<>();
        for (int call = 0; call + 1 < ports.length; call += 2) {
            pairs.add(new CallPorts(Integer.parseInt(ports[call]), Integer.parseInt(ports[call + 1])));
        }
        return List.copyOf(pairs);
    }

    /// A whole line that begins so.
    private static Optional<String> line(Program program, String beginning) {
        try {
            String said = program.output();
            return said.substring(0, said.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> line.startsWith(beginning))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the parties of each call are.
    List<CallPorts> parties() {
        return parties;
    }

    /// From now on both parties of a call send.
    ///
    /// @param targets where each is to send
    void run(int call, CallPorts targets) throws BenchFault {
        program.tell("call " + call + " " + targets.caller() + " " + targets.callee());
    }

    /// What is sent from now on counts.
    void begin() throws BenchFault {
        program.tell("begin");
    }

    /// It sends no more from now on.
    void end() throws BenchFault {
        program.tell("end");
    }

    /// CPU seconds that it has used since it began.
    double cpuSeconds() {
        return ProcessCpu.seconds(program.pids());
    }

    /// Waits for what is still under way after [#end()].
    GeneratorCounts counts() throws BenchFault, InterruptedException {
        if (!program.awaitEnd(ANSWER)) {
            throw new BenchFault("the generator does not end: the machine is too busy");
        }
        return GeneratorCounts.of(line(program, RESULT)
                .orElseThrow(() -> new BenchFault("the generator ended without a result: " + program.lastWords())));
    }

    @Override
    public void close() {
        program.close();
    }
}
