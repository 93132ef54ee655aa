package org.koegura.server.bench;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A process that the benchmark started, and that ends with it, its children too; also when the benchmark is stopped.
/// What it prints goes to a file.
public final class Program implements AutoCloseable {

    private static final Duration STOP_WAIT = Duration.ofSeconds(20);
    private static final int POLL_MILLIS = 50;
    private static final int TOLD_LINES = 3;

    private final String name;
    private final Process process;
    private final Path output;
    private final Thread hook;

    private Program(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.hook = new Thread(this::kill, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Starts it in a folder, which it fills with what it writes. It reads nothing.
    public static Program start(String name, Path folder, Map<String, String> environment, List<String> command)
            throws BenchFault {
        return start(name, folder, environment, command, Redirect.from(new File("/dev/null")));
    }

    /// Starts one that is told what to do, line by line.
    public static Program startTold(String name, Path folder, List<String> command) throws BenchFault {
        return start(name, folder, Map.of(), command, Redirect.PIPE);
    }

    private static Program start(
            String name, Path folder, Map<String, String> environment, List<String> command, Redirect input)
            throws BenchFault {
        try {
            Files.createDirectories(folder);
            Path output = folder.resolve(name + ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(input);
            builder.environment().putAll(environment);
            return new Program(name, builder.start(), output);
        } catch (IOException e) {
            throw new BenchFault(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /// Its process and all below it.
    public List<Long> pids() {
        List<Long> pids = new ArrayList<>(List.of(process.pid()));
        process.descendants().map(ProcessHandle::pid).forEach(pids::add);
        return pids;
    }

    public String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /// Hands it a line.
    ///
    /// @throws BenchFault where it reads no more, with what it said last
    public void tell(String line) throws BenchFault {
        try {
            OutputStream input = process.getOutputStream();
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new BenchFault(name + " listens no more: " + lastWords(), e);
        }
    }

    /// The process itself.
    public long pid() {
        return process.pid();
    }

    /// Waits until a condition holds.
    ///
    /// @throws BenchFault where it ends before, or the time is over
    public void await(Duration atMost, BooleanSupplier condition) throws BenchFault, InterruptedException {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            requireAlive();
            if (System.nanoTime() > deadlineNanos) {
                throw new BenchFault(name + " is not ready in time: " + lastWords());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /// Sees to it that it runs.
    ///
    /// @throws BenchFault where it has ended, with what it said last
    public void requireAlive() throws BenchFault {
        if (!process.isAlive()) {
            throw new BenchFault(name + " ended: " + lastWords());
        }
    }

    /// Waits for its end, and ends it when the time is over.
    ///
    /// @return whether it ended by itself
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        boolean ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            kill();
            process.waitFor();
        }
        return ended;
    }

    /// The last lines that it printed.
    public String lastWords() {
        try {
            List<String> lines =
                    output().lines().filter(line -> !line.isBlank()).toList();
            return String.join(" / ", lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size()));
        } catch (IOException e) {
            return "what it said cannot be read";
        }
    }

    /// Kills it as `kill -9` does, and waits until it is gone.
    public void pullPlug() throws InterruptedException {
        kill();
        process.waitFor();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void kill() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
