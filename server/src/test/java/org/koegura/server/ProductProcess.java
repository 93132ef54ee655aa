package org.koegura.server;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.koegura.server.peer.ChildProcess;
import org.koegura.server.peer.SmallWire;

/// The product as its users run it: a process of its own, from the folder that the build fills.
public final class ProductProcess implements Closeable {

    private static final Pattern PASSWORD = Pattern.compile("^\\s+(admin|manager|supervisor|operator)\\s+(\\S+).*");
    private static final Pattern CONSOLE = Pattern.compile("^\\s+Console\\s+(http://\\S+).*");

    private static final Pattern JAVA_OPTS = Pattern.compile("readonly JAVA_OPTS=\\(([^)]*)\\)");

    /// Where the build sets it: for a product that lives for seconds. Its cache of classes is trained without.
    private static final List<String> OF_THE_BUILD =
            Optional.ofNullable(System.getProperty("koegura.java")).stream().toList();

    private static final Duration SIGNAL_WAIT = Duration.ofSeconds(20);

    private final ChildProcess process;
    private final URI console;

    private ProductProcess(ChildProcess process, URI console) {
        this.process = process;
        this.console = console;
    }

    /// Starts `koegura run` on loopback and returns once it listens.
    ///
    /// @param more options that outrank those on loopback
    public static ProductProcess run(Path data, int sipPort, int firstMediaPort, int lastMediaPort, String... more) {
        return run(List.of(), data, sipPort, firstMediaPort, lastMediaPort, more);
    }

    /// The same with options for its Java, as `KOEGURA_JAVA_OPTS` gives them.
    public static ProductProcess run(
            List<String> java, Path data, int sipPort, int firstMediaPort, int lastMediaPort, String... more) {
        return run(List.of(), java, data, sipPort, firstMediaPort, lastMediaPort, more);
    }

    /// The same in a network of its own, where nobody outside reaches its console.
    public static ProductProcess run(
            SmallWire wire, Path data, int sipPort, int firstMediaPort, int lastMediaPort, String... more) {
        return run(wire.entering(), List.of(), data, sipPort, firstMediaPort, lastMediaPort, more);
    }

    /// The same with a file or a pipe for what it says on stderr.
    static ProductProcess runInto(
            Path stderr, Path data, int sipPort, int firstMediaPort, int lastMediaPort, String... more) {
        List<String> entering = List.of("sh", "-c", "exec \"$@\" 2>\"$0\"", stderr.toString());
        return run(entering, List.of(), data, sipPort, firstMediaPort, lastMediaPort, more);
    }

    /// The same by way of a command that is given the rest of the line, such as `setpriv --bounding-set=-all`.
    static ProductProcess runBy(
            List<String> entering, Path data, int sipPort, int firstMediaPort, int lastMediaPort, String... more) {
        return run(entering, List.of(), data, sipPort, firstMediaPort, lastMediaPort, more);
    }

    private static ProductProcess run(
            List<String> entering,
            List<String> java,
            Path data,
            int sipPort,
            int firstMediaPort,
            int lastMediaPort,
            String... more) {
        List<String> options = new ArrayList<>();
        if (!List.of(more).contains("--sip")) {
            options.addAll(List.of("--sip", "127.0.0.1:" + sipPort));
        }
        options.addAll(List.of(
                "--data", data.toString(), "--http", "127.0.0.1:0", "--ports", firstMediaPort + "-" + lastMediaPort));
        if (!List.of(more).contains("--rehearsal")) {
            options.addAll(List.of("--rehearsal", "0")); // these calls may take their time
        }
        options.addAll(List.of(more));
        ChildProcess process = start(entering, java, "run", options);
        try {
            return new ProductProcess(process, awaitStart(process));
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /// Its console. Where it is not up in time, the failure says what its threads do.
    private static URI awaitStart(ChildProcess process) {
        try {
            Matcher console = CONSOLE.matcher(
                    process.awaitLine(line -> CONSOLE.matcher(line).matches()));
            if (!console.matches()) {
                throw new AssertionError("no console address");
            }
            process.awaitLine(line -> line.startsWith("Ctrl-C"));
            return URI.create(console.group(1));
        } catch (ConditionTimeoutException late) {
            throw withThreads(process, late);
        }
    }

    private static AssertionError withThreads(ChildProcess process, Throwable late) {
        try {
            process.signal("QUIT"); // asks Java for its threads
            process.awaitLine(line -> line.startsWith("JNI global refs"));
        } catch (IOException | RuntimeException none) {
            late.addSuppressed(none);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new AssertionError(
                "what it said, and its threads:\n" + String.join("\n", process.out()) + "\n"
                        + String.join("\n", process.err()) + "\n" + ofTheSystem(process.pid()),
                late);
    }

    /// What the system says of it: whether it ran, waited for the disk, or is another program yet.
    private static String ofTheSystem(long pid) {
        StringBuilder said = new StringBuilder();
        for (String file : List.of("/proc/" + pid + "/status", "/proc/" + pid + "/stat", "/proc/loadavg")) {
            try {
                said.append(Files.readString(Path.of(file)));
            } catch (IOException gone) {
                said.append(file).append(": ").append(gone.getMessage()).append('\n');
            }
        }
        return said.toString();
    }

    /// Starts any command of the product and does not wait.
    static ChildProcess start(String command, List<String> options) {
        return start(List.of(), List.of(), command, options);
    }

    /// The same by way of a command that is given the rest of the line, such as `env LC_ALL=C`.
    static ChildProcess start(List<String> entering, String command, List<String> options) {
        return start(entering, List.of(), command, options);
    }

    /// Such a command: one more option with these words in UTF-8, whatever the locale of our own Java makes of them.
    static List<String> saying(String option, String words) {
        StringBuilder octal = new StringBuilder();
        for (byte one : words.getBytes(StandardCharsets.UTF_8)) {
            octal.append(String.format("\\%03o", one & 0xFF));
        }
        return List.of("sh", "-c", "exec \"$@\" " + option + " \"$(printf \"$0\")\"", octal.toString());
    }

    private static ChildProcess start(List<String> entering, List<String> java, String command, List<String> options) {
        List<String> line = new ArrayList<>(entering);
        List<String> always = javaOptions();
        line.add(TrainedStart.java());
        line.addAll(always);
        line.addAll(TrainedStart.options(always));
        line.addAll(OF_THE_BUILD);
        line.addAll(java);
        line.addAll(List.of("-cp", TrainedStart.classPath(), "org.koegura.server.Main", command));
        line.addAll(options);
        return ChildProcess.start(Path.of(System.getProperty("java.io.tmpdir")), line.toArray(String[]::new));
    }

    /// Those that the launcher gives, but that tests may look into the process (jcmd).
    private static List<String> javaOptions() {
        try {
            Matcher options =
                    JAVA_OPTS.matcher(Files.readString(Path.of("..", "koegura").toAbsolutePath()));
            if (!options.find()) {
                throw new AssertionError("the launcher has no JAVA_OPTS");
            }
            return Stream.of(options.group(1).strip().split("\\s+"))
                    .filter(option -> !option.equals("-XX:+DisableAttachMechanism"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs `koegura verify` on a recording; its exit code.
    static int verify(Path recording) throws InterruptedException {
        return verify(recording, Duration.ofSeconds(30));
    }

    /// The same of many recordings, which take their time.
    public static int verify(Path folder, Duration atMost) throws InterruptedException {
        return verify(List.of(folder.toString()), atMost);
    }

    /// The same with the options of `verify`.
    static int verify(List<String> arguments, Duration atMost) throws InterruptedException {
        try (ChildProcess verify = start("verify", arguments)) {
            return verify.awaitExit(atMost);
        }
    }

    public ConsoleApi api() throws IOException, InterruptedException {
        return ConsoleApi.signIn(console, "operator", operatorPassword());
    }

    public URI console() {
        return console;
    }

    public String operatorPassword() {
        return password("operator");
    }

    /// The first password of `admin`, `manager`, `supervisor` or `operator`.
    String password(String account) {
        return process.out().stream()
                .map(PASSWORD::matcher)
                .filter(line -> line.matches() && line.group(1).equals(account))
                .map(line -> line.group(2))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the password was not shown: " + process.out()));
    }

    public ChildProcess process() {
        return process;
    }

    /// Where it does not end, the failure says what its threads do.
    private void awaitEnd() throws InterruptedException {
        try {
            process.awaitExit(Duration.ofSeconds(20));
        } catch (AssertionError late) {
            throw withThreads(process, late);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            process.signal("INT");
            // one more is the same signal to the system until Java has taken the first
            await().atMost(SIGNAL_WAIT)
                    .until(() -> !process.isAlive()
                            || process.out().stream().anyMatch(line -> line.startsWith("New calls are refused")));
            process.signal("INT");
            awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.close();
        }
    }
}
