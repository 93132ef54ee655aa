package org.koegura.server.bench.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.Program;

/// The benchmark's own programs in C, compiled where they run.
///
/// @param relay the least that a relay can do
/// @param generator both parties of many calls
record Yardsticks(Path relay, Path generator) {

    private static final Duration COMPILED = Duration.ofSeconds(60);

    /// Compiles them into a folder.
    ///
    /// @throws BenchFault where the compiler refuses, with what it said last
    static Yardsticks compile(Path compiler, Path folder) throws BenchFault, InterruptedException {
        return new Yardsticks(compile(compiler, folder, "relay"), compile(compiler, folder, "generator"));
    }

    private static Path compile(Path compiler, Path folder, String name) throws BenchFault, InterruptedException {
        Path source = folder.resolve(name + ".c");
        Path made = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(Yardsticks.class.getResourceAsStream(name + ".c"), name)) {
            Files.createDirectories(folder);
            Files.copy(in, source);
        } catch (IOException e) {
            throw new BenchFault("a yardstick's source cannot be written: " + e.getMessage(), e);
        }
        List<String> command = List.of(
                compiler.toString(), "-O2", "-Wall", "-Wextra", "-Werror", "-o", made.toString(), source.toString());
        try (Program compiling = Program.start("compile-" + name, folder, Map.of(), command)) {
            boolean ended = compiling.awaitEnd(COMPILED);
            if (!ended || !Files.isExecutable(made)) {
                throw new BenchFault(
                        name + ".c cannot be compiled (apt-get install gcc libc6-dev): " + compiling.lastWords());
            }
        }
        return made;
    }
}
