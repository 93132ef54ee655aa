package org.koegura.server.bench.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.Program;

/// The yardstick in C, a process for each load.
final class RelayMedia implements RunningMedia {

    private static final Duration READY = Duration.ofSeconds(20);

    private final Setting setting;
    private final boolean recording;
    private final Path tapes;
    private @Nullable Program relay;
    private final Deque<CallPorts> free = new ArrayDeque<>();

    RelayMedia(Setting setting, boolean recording) {
        this.setting = setting;
        this.recording = recording;
        this.tapes = setting.folder().resolve("tapes");
    }

    @Override
    public List<Program> programs() {
        return relay == null ? List.of() : List.of(relay);
    }

    @Override
    public void open(int calls) throws BenchFault, InterruptedException {
        close();
        free.clear();
        List<String> command =
                new ArrayList<>(List.of(setting.yardsticks().relay().toString()));
        command.add(Integer.toString(calls));
        if (recording) {
            command.add(emptied(tapes).toString());
        }
        Program started = Program.start(
                "relay", setting.folder(), Map.of(), setting.cores().relaying(command));
        relay = started;
        started.await(READY, () -> Generator.ports(started).isPresent());
        free.addAll(Generator.ports(started).orElseThrow());
    }

    /// A folder without the files of the load before.
    static Path emptied(Path folder) throws BenchFault {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new BenchFault("what was recorded cannot be removed: " + e.getMessage(), e);
        }
    }

    @Override
    public CallPorts call(CallPorts parties) {
        return free.remove();
    }

    @Override
    public Map<String, Double> hangUp() throws BenchFault {
        close();
        relay = null;
        if (recording) {
            emptied(tapes);
        }
        return Map.of();
    }
}
