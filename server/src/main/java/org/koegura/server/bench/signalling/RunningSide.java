package org.koegura.server.bench.signalling;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.bench.Peers;
import org.koegura.server.bench.ProcessCpu;
import org.koegura.server.bench.Program;
import org.koegura.server.bench.RunningProduct;

/// A side that is up, as processes of its own on 127.0.0.1.
///
/// @param port where it takes calls
/// @param programs its processes, the last started first; none where calls go direct
/// @param product what tells what it counted; null where it does not
record RunningSide(
        int port, List<Program> programs, @Nullable RunningProduct product) implements AutoCloseable {

    private static final Duration READY = Duration.ofSeconds(60);

    /// One, as stood 2,000 calls/s on the machine of the anchors. Two let a 200 overtake its 180 now and then, and the
    /// calls fail.
    private static final int CHILDREN = 1;

    RunningSide {
        programs = List.copyOf(programs);
    }

    /// What sides are started with.
    ///
    /// @param launcher the script `koegura`
    /// @param folder where what they write goes
    /// @param calleePort where calls for a side itself are to be sent
    record Setting(Peers peers, Path launcher, FreePorts ports, Path folder, int calleePort) {}

    /// Starts it and waits until it takes calls.
    static RunningSide start(Side side, Setting setting) throws BenchFault, InterruptedException {
        return switch (side) {
            case DIRECT -> new RunningSide(setting.calleePort(), List.of(), null);
            case KOEGURA -> koegura(setting);
            case KAMAILIO -> kamailio(setting, null);
            case KAMAILIO_RTPENGINE -> kamailio(setting, rtpengine(setting));
        };
    }

    private static RunningSide koegura(Setting setting) throws BenchFault, InterruptedException {
        RunningProduct product = RunningProduct.start(
                setting.launcher(),
                setting.ports().next(),
                setting.ports(),
                setting.folder().resolve("koegura"),
                List.of(),
                List.of("--upstream", "127.0.0.1:" + setting.calleePort()));
        return new RunningSide(product.port(), List.of(product.program()), product);
    }

    private static Control rtpengine(Setting setting) throws BenchFault {
        int port = setting.ports().next();
        Program rtpengine = Program.start(
                "rtpengine",
                setting.folder().resolve("rtpengine"),
                Map.of(),
                List.of(
                        setting.peers().at(SignallingBenchmark.RTPENGINE).toString(),
                        "--foreground",
                        "--log-stderr",
                        "--log-level=3",
                        "--table=-1",
                        "--interface=127.0.0.1",
                        "--listen-ng=127.0.0.1:" + port,
                        "--port-min=" + setting.ports().mediaFirst(),
                        "--port-max=" + setting.ports().mediaLast(),
                        "--delete-delay=0"));
        return new Control(port, rtpengine);
    }

    /// rtpengine and where it takes orders.
    private record Control(int port, Program program) {}

    private static RunningSide kamailio(Setting setting, @Nullable Control control)
            throws BenchFault, InterruptedException {
        int port = setting.ports().next();
        Path folder = setting.folder().resolve("kamailio");
        List<Program> programs = new ArrayList<>();
        if (control != null) {
            programs.add(control.program());
        }
        try {
            String text = resource("kamailio.cfg")
                    .replace("@PORT@", Integer.toString(port))
                    .replace("@CALLEE@", Integer.toString(setting.calleePort()))
                    .replace("@CONTROL@", Integer.toString(control == null ? 0 : control.port()))
                    .replace("@CHILDREN@", Integer.toString(CHILDREN));
            Files.createDirectories(folder);
            Path config = Files.writeString(folder.resolve("kamailio.cfg"), text);
            List<String> command = new ArrayList<>(
                    List.of(setting.peers().at(SignallingBenchmark.KAMAILIO).toString(), "-DD", "-E"));
            command.addAll(List.of("-x", "fm", "-X", "fm", "-m", "256", "-M", "32"));
            command.addAll(List.of("-f", config.toString(), "-w", folder.toString(), "-Y", folder.toString()));
            if (control != null) {
                command.addAll(List.of("-A", "WITH_RTPENGINE"));
            }
            Program kamailio = Program.start("kamailio", folder, Map.of(), command);
            programs.addFirst(kamailio);
            kamailio.await(READY, () -> SipPing.answers(port));
            return new RunningSide(port, programs, null);
        } catch (IOException e) {
            programs.forEach(Program::close);
            throw new BenchFault("Kamailio's configuration cannot be written: " + e.getMessage(), e);
        } catch (BenchFault | InterruptedException | RuntimeException e) {
            programs.forEach(Program::close);
            throw e;
        }
    }

    /// A file that lies beside this class.
    static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(RunningSide.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// CPU seconds that its processes have used since they began.
    double cpuSeconds() {
        return ProcessCpu.seconds(
                programs.stream().flatMap(program -> program.pids().stream()).toList());
    }

    /// What the product counted, one `name{labels} value` a line; empty where nothing tells.
    List<String> counted() throws InterruptedException {
        return product == null ? List.of() : product.counted();
    }

    /// @throws BenchFault where one of its processes is gone, with what it said last
    void requireAlive() throws BenchFault {
        for (Program program : programs) {
            program.requireAlive();
        }
    }

    @Override
    public void close() {
        programs.forEach(Program::close);
    }
}
