package org.koegura.server.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `koegura run` on 127.0.0.1, started by the launcher, with all that a new installation has on.
///
/// @param port where it takes calls over UDP
/// @param program its process
/// @param metrics where it tells what it counted
public record RunningProduct(int port, Program program, URI metrics) {

    private static final String JAVA_OPTS = "KOEGURA_JAVA_OPTS";
    private static final int OK = 200;
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Pattern CONSOLE = Pattern.compile("^\\s+Console\\s+(http://\\S+)", Pattern.MULTILINE);

    /// One generator is everybody here: its rates are not limited.
    private static final String RATE_MAX = "1000000";

    /// Starts it and waits until it takes calls.
    ///
    /// @param launcher the script `koegura`
    /// @param port where it takes calls over UDP
    /// @param ports of which those for media are its own
    /// @param folder where what it writes goes
    /// @param java options for its Java, beside those that whoever started the benchmark gave
    /// @param more options beside those that make it stay on loopback
    public static RunningProduct start(
            Path launcher, int port, FreePorts ports, Path folder, List<String> java, List<String> more)
            throws BenchFault, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "run"));
        command.addAll(List.of("--sip", "127.0.0.1:" + port, "--http", "127.0.0.1:0"));
        command.addAll(List.of("--ports", ports.mediaFirst() + "-" + ports.mediaLast()));
        command.addAll(List.of("--rate-per-source", RATE_MAX, "--invite-rate", RATE_MAX));
        command.addAll(List.of("--data", folder.resolve("data").toString()));
        command.addAll(more);
        String given = Objects.requireNonNullElse(System.getenv(JAVA_OPTS), "");
        Map<String, String> environment =
                Map.of("KOEGURA_BUILD", "never", JAVA_OPTS, (given + " " + String.join(" ", java)).strip());
        Program run = Program.start("koegura", folder, environment, command);
        try {
            run.await(READY, () -> said(run).contains("Ctrl-C"));
            Matcher console = CONSOLE.matcher(said(run));
            if (!console.find()) {
                throw new BenchFault("koegura run does not say where its console is");
            }
            return new RunningProduct(port, run, URI.create(console.group(1) + "/metrics"));
        } catch (BenchFault | InterruptedException | RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private static String said(Program program) {
        try {
            return program.output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it counted, one `name{labels} value` a line; empty where it does not answer.
    public List<String> counted() throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(metrics).timeout(READY).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == OK ? response.body().lines().toList() : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
