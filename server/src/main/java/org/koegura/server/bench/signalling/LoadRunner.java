package org.koegura.server.bench.signalling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.bench.Peers;
import org.koegura.server.bench.Program;

/// Places calls through a side: SIPp as caller and as callee, and a prober beside them where delays are wanted.
final class LoadRunner {

    private static final Duration CALLEE_READY = Duration.ofSeconds(10);
    private static final int CALL_MILLIS_MAX = 10_000;
    private static final Duration REST = Duration.ofSeconds(25);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);
    private static final int SETTLE_MILLIS = 500;
    private static final int SOCKET_BYTES = 4 << 20;

    private final Peers peers;
    private final FreePorts ports;
    private final Path folder;
    private final int calleePort;
    private int runs;

    /// @param calleePort where the callee listens
    LoadRunner(Peers peers, FreePorts ports, Path folder, int calleePort) {
        this.peers = peers;
        this.ports = ports;
        this.folder = folder;
        this.calleePort = calleePort;
    }

    /// Runs one load to its end, in `seconds` and at most half a minute more.
    ///
    /// @param probed whether delays are measured beside it
    Load run(RunningSide side, int rate, int seconds, boolean probed) throws BenchFault, InterruptedException {
        Path here = folder.resolve("load-" + runs++);
        int calls = rate * seconds;
        double cpuBefore = side.cpuSeconds();
        Prober.@Nullable Measured measured;
        double cpuSeconds;
        try (Program _ = callee(here);
                Program caller = caller(here, side.port(), rate, calls)) {
            measured = probed ? measure(side, seconds) : null;
            if (!caller.awaitEnd(Duration.ofSeconds(seconds).plus(REST))) {
                throw new BenchFault("SIPp did not end in time at " + rate + " calls/s: the machine is too busy");
            }
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            cpuSeconds = side.cpuSeconds() - cpuBefore;
        }
        return load(here, rate, cpuSeconds, measured); // now that both wrote their last line
    }

    private Prober.Measured measure(RunningSide side, int seconds) throws BenchFault, InterruptedException {
        try (Prober prober = Prober.open(side.port(), side.programs().isEmpty())) {
            return prober.probe(Duration.ofSeconds(seconds));
        } catch (IOException e) {
            throw new BenchFault("the prober has no sockets: " + e.getMessage(), e);
        }
    }

    private static Load load(Path here, int rate, double cpuSeconds, Prober.@Nullable Measured measured)
            throws BenchFault {
        return new Load(
                rate,
                statistics(here.resolve("caller.csv")),
                statistics(here.resolve("callee.csv")).retransmissions(),
                cpuSeconds,
                measured == null ? null : measured.delays(),
                measured == null ? 0 : measured.unanswered());
    }

    private static SippStatistics statistics(Path file) throws BenchFault {
        try {
            return SippStatistics.of(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new BenchFault("SIPp wrote no statistics: " + e.getMessage(), e);
        }
    }

    private Program callee(Path here) throws BenchFault, InterruptedException {
        Program callee = sipp(here, "callee", "uas.xml", calleePort, List.of());
        try {
            callee.await(CALLEE_READY, () -> isBound(calleePort));
            return callee;
        } catch (BenchFault | InterruptedException | RuntimeException e) {
            callee.close();
            throw e;
        }
    }

    private Program caller(Path here, int target, int rate, int calls) throws BenchFault {
        List<String> more = new ArrayList<>(List.of("127.0.0.1:" + target, "-s", "201"));
        more.addAll(List.of("-r", Integer.toString(rate), "-m", Integer.toString(calls)));
        more.addAll(List.of("-l", Integer.toString(calls))); // no answer holds the next call up
        more.addAll(List.of("-recv_timeout", Integer.toString(CALL_MILLIS_MAX)));
        return sipp(here, "caller", "uac.xml", ports.next(), more);
    }

    private Program sipp(Path here, String name, String scenario, int port, List<String> more) throws BenchFault {
        try {
            Files.createDirectories(here);
            Path file = Files.writeString(here.resolve(scenario), RunningSide.resource(scenario));
            List<String> command =
                    new ArrayList<>(List.of(peers.at(SignallingBenchmark.SIPP).toString()));
            command.addAll(more);
            command.addAll(List.of("-sf", file.toString(), "-i", "127.0.0.1", "-p", Integer.toString(port)));
            command.addAll(List.of("-nostdin", "-buff_size", Integer.toString(SOCKET_BYTES)));
            command.addAll(List.of(
                    "-trace_stat",
                    "-fd",
                    "1",
                    "-stf",
                    here.resolve(name + ".csv").toString()));
            return Program.start(name, here, Map.of("TERM", "dumb"), command);
        } catch (IOException e) {
            throw new BenchFault("SIPp's scenario cannot be written: " + e.getMessage(), e);
        }
    }

    private static boolean isBound(int port) {
        String end = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> sockets = Files.lines(Path.of("/proc/net/udp"))) {
            return sockets.anyMatch(line -> line.strip().split("\\s+", 3)[1].endsWith(end));
        } catch (IOException e) {
            return false;
        }
    }

    /// The longest that one load may take beyond its own seconds.
    static Duration overhead() {
        return REST.plus(STOP_WAIT);
    }
}
