package org.koegura.server.peer;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// A call generator that plays a scenario, once or often; it judges itself whether every message came as expected.
public final class Sipp implements Closeable, Talker {

    /// The options of a run of a single call.
    public static final List<String> ONE_CALL = List.of("-m", "1");

    private static final Duration CALL_WAIT = Duration.ofSeconds(60);
    private static final int MEDIA_PORT = 2;

    private final ChildProcess process;
    private final int port;
    private final Path said;
    private final Path errors;

    /// What one run is.
    ///
    /// @param scenario name of a file beside this class or in a folder there, without `.xml`
    /// @param service the number called; unused by a callee
    /// @param target host and port that a caller sends to; empty for a callee
    /// @param port where it listens; its media is two above
    /// @param keys what stands in the scenario as `[key]`
    /// @param blanks what stands in the scenario as `@BLANK@`
    /// @param host the loopback address where it listens
    /// @param tcp whether it speaks SIP over TCP
    /// @param options how many calls, how fast, and what else it is told
    public record Run(
            String scenario,
            String service,
            String target,
            int port,
            Map<String, String> keys,
            Map<String, String> blanks,
            String host,
            boolean tcp,
            List<String> options) {

        public Run {
            keys = Map.copyOf(keys);
            blanks = Map.copyOf(blanks);
            options = List.copyOf(options);
        }

        /// One call of one on 127.0.0.1, over UDP.
        public Run(
                String scenario,
                String service,
                String target,
                int port,
                Map<String, String> keys,
                Map<String, String> blanks) {
            this(scenario, service, target, port, keys, blanks, "127.0.0.1", false, ONE_CALL);
        }
    }

    private Sipp(ChildProcess process, int port, Path said, Path errors) {
        this.process = process;
        this.port = port;
        this.said = said;
        this.errors = errors;
    }

    /// Starts it and does not wait, unless it is called.
    public static Sipp start(Path directory, Run run) throws IOException {
        return start(directory, run, List.of(), Path.of("/proc/net"));
    }

    /// The same in a network of its own.
    public static Sipp start(Path directory, Run run, SmallWire wire) throws IOException {
        return start(directory, run, wire.entering(), wire.network());
    }

    private static Sipp start(Path directory, Run run, List<String> entering, Path network) throws IOException {
        Files.createDirectories(directory);
        Path scenario = Files.writeString(directory.resolve("scenario.xml"), scenario(run));
        List<String> command = new ArrayList<>(entering);
        command.add("sipp");
        if (!run.target().isEmpty()) {
            command.add(run.target());
        }
        command.addAll(List.of("-sf", scenario.toString(), "-s", run.service(), "-nostdin"));
        command.addAll(run.options());
        command.addAll(List.of("-i", run.host(), "-p", Integer.toString(run.port()), "-bind_local"));
        command.addAll(List.of("-t", run.tcp() ? "t1" : "u1"));
        command.addAll(List.of("-mi", run.host(), "-mp", Integer.toString(run.port() + MEDIA_PORT)));
        Path errors = directory.resolve("errors.log");
        command.addAll(List.of("-trace_err", "-error_file", errors.toString()));
        Path said = directory.resolve("said.log");
        command.addAll(List.of("-trace_logs", "-log_file", said.toString()));
        run.keys().forEach((key, value) -> command.addAll(List.of("-key", key, value)));
        Sipp sipp = new Sipp(ChildProcess.start(directory, command.toArray(String[]::new)), run.port(), said, errors);
        if (run.target().isEmpty()) {
            sipp.awaitListening(
                    network.resolve((run.tcp() ? "tcp" : "udp") + (run.host().contains(":") ? "6" : "")));
        }
        return sipp;
    }

    /// A callee has to be there before it is called: over TCP nobody tries again.
    private void awaitListening(Path sockets) {
        String end = String.format(Locale.ROOT, ":%04X", port);
        await("a callee listens at " + port).atMost(CALL_WAIT).until(() -> {
            try (Stream<String> lines = Files.lines(sockets)) {
                return !process.isAlive()
                        || lines.anyMatch(
                                line -> line.strip().split("\\s+", 3)[1].endsWith(end));
            }
        });
    }

    private static String scenario(Run run) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                Sipp.class.getResourceAsStream(run.scenario() + ".xml"), "no scenario " + run.scenario())) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> blank : run.blanks().entrySet()) {
                text = text.replace("@" + blank.getKey() + "@", blank.getValue());
            }
            return text;
        }
    }

    /// What it says of what did not go as expected; empty where it has nothing to say.
    public String errors() throws IOException {
        return Files.exists(errors) ? Files.readString(errors, StandardCharsets.ISO_8859_1) : "";
    }

    public int mediaPort() {
        return port + MEDIA_PORT;
    }

    @Override
    public boolean hasMediaPort(int candidate) {
        return candidate == mediaPort();
    }

    /// Waits until a callee has begun to say what it says after the notice.
    public void awaitSaid() {
        await("the callee speaks").atMost(CALL_WAIT).until(() -> Files.exists(said) && Files.size(said) > 0);
    }

    /// Waits for the end; true where the call went as the scenario says.
    public boolean succeeded() throws InterruptedException {
        return process.awaitExit(CALL_WAIT) == 0;
    }

    /// Dies without a word to anybody.
    public void vanish() throws IOException, InterruptedException {
        process.signal("KILL");
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.close();
    }
}
