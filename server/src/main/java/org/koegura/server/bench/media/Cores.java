package org.koegura.server.bench.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.koegura.server.bench.BenchFault;

/// Who runs where: what relays on one core, the generator on another, so that neither takes from the other what is
/// measured. Where there is one core only, all share it.
///
/// @param allowed the cores that this process may use, in rising order
record Cores(List<Integer> allowed) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LIST = "Cpus_allowed_list:";
    private static final int DONE_SECONDS = 10;

    Cores {
        allowed = List.copyOf(allowed);
    }

    /// Those of this machine that are ours.
    static Cores here() throws BenchFault {
        try (Stream<String> lines = Files.lines(STATUS, StandardCharsets.UTF_8)) {
            return of(lines.filter(line -> line.startsWith(LIST))
                    .map(line -> line.substring(LIST.length()).strip())
                    .findFirst()
                    .orElse(""));
        } catch (IOException e) {
            throw new BenchFault("it needs Linux: " + STATUS + " cannot be read", e);
        }
    }

    /// Reads a list as the kernel writes it: `0-3,8`.
    static Cores of(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.strip().split("-", 2);
            if (!ends[0].isEmpty()) {
                int last = Integer.parseInt(ends[ends.length - 1]);
                for (int core = Integer.parseInt(ends[0]); core <= last; core++) {
                    cores.add(core);
                }
            }
        }
        return new Cores(cores);
    }

    private boolean areSeveral() {
        return allowed.size() > 1;
    }

    /// A command that runs on the core of what relays, with all that it starts.
    List<String> relaying(List<String> command) {
        return pinned(0, command);
    }

    /// A command that runs on the generator's core.
    List<String> generating(List<String> command) {
        return pinned(1, command);
    }

    /// Has what comes in taken in on the core of what relays, until it is closed.
    Intake takingIn() {
        return Intake.on(Intake.LOOPBACK, allowed.getFirst());
    }

    private List<String> pinned(int which, List<String> command) {
        if (!areSeveral()) {
            return command;
        }
        List<String> pinned =
                new ArrayList<>(List.of("taskset", "-c", allowed.get(which).toString()));
        pinned.addAll(command);
        return pinned;
    }

    /// Moves all threads of a process to the core of what relays.
    void pinRelaying(long pid) throws BenchFault, InterruptedException {
        if (areSeveral()) {
            move(0, "-a", pid);
        }
    }

    /// Moves the threads whose names begin so to the core of what relays, and all others of that process to the
    /// generator's.
    void pinRelaying(long pid, String threads) throws BenchFault, InterruptedException {
        if (!areSeveral()) {
            return;
        }
        move(1, "-a", pid);
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks.toList()) {
                if (name(task).startsWith(threads)) {
                    move(0, "", Long.parseLong(task.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new BenchFault("a process that is measured is gone", e);
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"), StandardCharsets.UTF_8);
        } catch (IOException ended) {
            return "";
        }
    }

    private void move(int which, String option, long id) throws BenchFault, InterruptedException {
        try {
            List<String> command = new ArrayList<>(List.of("taskset"));
            if (!option.isEmpty()) {
                command.add(option);
            }
            command.addAll(List.of("-c", "-p", allowed.get(which).toString(), Long.toString(id)));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(DONE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new BenchFault("taskset does not end");
            }
            // a thread that ended meanwhile is none to move: its exit code says nothing
        } catch (IOException e) {
            throw new BenchFault("taskset cannot be started: apt-get install util-linux", e);
        }
    }
}
