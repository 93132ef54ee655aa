package org.koegura.server.peer;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A process that a test started, and that is gone when the test is: also its children, also when the test's JVM is
/// stopped.
public final class ChildProcess implements Closeable {

    private static final Duration STOP_WAIT = Duration.ofSeconds(3);
    private static final Duration LINE_WAIT = Duration.ofSeconds(30);
    private static final String NICE = "-10";

    private final String name;
    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final Thread outReader;
    private final Thread errReader;
    private final Thread hook;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        // Virtual threads would hold the few carriers that there are while they wait at a pipe.
        this.outReader = Thread.ofPlatform().daemon().start(() -> read(process.getInputStream(), out));
        this.errReader = Thread.ofPlatform().daemon().start(() -> read(process.getErrorStream(), err));
        this.hook = new Thread(this::kill, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Starts a program found on the PATH, or in /usr/sbin.
    public static ChildProcess start(Path directory, String... command) {
        return start(directory, command[0], List.of(command));
    }

    /// Starts a telephone, or whatever else keeps time in the place of a machine of its own, and needs
    /// little of this one: it is served before all that the tests reckon beside it, where the system
    /// allows this. Whoever calls a hundred times at once is not: the product would starve beside it.
    static ChildProcess startPunctual(Path directory, String... command) {
        List<String> line = new ArrayList<>(List.of("nice", "-n", NICE));
        line.addAll(List.of(command));
        return start(directory, command[0], line);
    }

    private static ChildProcess start(Path directory, String name, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            return new ChildProcess(name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started; ./koegura test installs it", e);
        }
    }

    private static void read(InputStream in, List<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // the process was stopped
        }
    }

    public List<String> out() {
        return List.copyOf(out);
    }

    public List<String> err() {
        return List.copyOf(err);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Writes a line to its input.
    public void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /// The first line, of either output, that matches; waits for it at most 30 s.
    public String awaitLine(Predicate<String> wanted) {
        await(name + " says the line that the test waits for")
                .atMost(LINE_WAIT)
                .failFast(
                        name + " ended before it said so",
                        () -> !process.isAlive() && find(wanted).isEmpty())
                .until(() -> !find(wanted).isEmpty());
        return find(wanted).getFirst();
    }

    private List<String> find(Predicate<String> wanted) {
        return Stream.concat(out.stream(), err.stream()).filter(wanted).toList();
    }

    private String all() {
        return String.join("\n", Stream.concat(out.stream(), err.stream()).toList());
    }

    /// Exit code; fails where the process does not end in time.
    public int awaitExit(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " did not end within " + atMost + ": " + all());
        }
        outReader.join();
        errReader.join();
        return process.exitValue();
    }

    /// Sends a signal such as `INT` or `KILL`.
    public void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
