package org.koegura.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.server.peer.ChildProcess;

/// The cache of classes that the launcher trains once a build (`train_if_new`): the product starts with it in the tests
/// as it does with its users, and a start costs a third less.
///
/// The first of the tests' processes trains it and the others wait, under a lock that the system takes back from one
/// that dies. It lies beside the launcher's own, which a test of the launcher may make or spoil at any time.
final class TrainedStart {

    private static final Duration TRAINING_MAX = Duration.ofMinutes(5);
    private static final String CALLS = "2000";

    /// What the launcher gives beside it: a cache that does not fit is no matter.
    private static final List<String> QUIETLY = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    /// Once it is known to be there; guarded by the class.
    private static @Nullable Path trained;

    private TrainedStart() {}

    /// The options of a start; the first caller waits for the training.
    ///
    /// @param javaOptions those of every start: of another collector the cache would not fit
    static synchronized List<String> options(List<String> javaOptions) {
        Path cache = trained;
        if (cache == null) {
            cache = trainedOnce(javaOptions);
            trained = cache;
        }
        List<String> options = new ArrayList<>();
        options.add("-XX:AOTCache=" + cache);
        options.addAll(QUIETLY);
        return options;
    }

    private static Path trainedOnce(List<String> javaOptions) {
        Path lib = lib();
        Path cache = lib.resolveSibling("tests.aot");
        try (FileChannel channel = FileChannel.open(
                        lib.resolveSibling("tests.aot.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && isStale(cache, lib)) {
                train(javaOptions, cache);
            }
            return cache;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the product was trained", e);
        }
    }

    /// Where the build put its jars.
    static Path lib() {
        return Path.of(Objects.requireNonNull(System.getProperty("koegura.lib"), "koegura.lib is set by the build"));
    }

    private static boolean isStale(Path cache, Path lib) throws IOException {
        if (!Files.exists(cache)) {
            return true;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        try (Stream<Path> jars = Files.list(lib)) {
            for (Path jar : jars.toList()) {
                if (Files.getLastModifiedTime(jar).compareTo(made) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void train(List<String> javaOptions, Path cache) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(java());
        line.addAll(javaOptions);
        Path fresh = cache.resolveSibling("tests-" + ProcessHandle.current().pid() + ".aot");
        line.addAll(List.of("-XX:AOTCacheOutput=" + fresh, "-cp", classPath()));
        line.addAll(List.of("org.koegura.server.Main", "rehearse", "--calls", CALLS));
        try (ChildProcess training =
                ChildProcess.start(Path.of(System.getProperty("java.io.tmpdir")), line.toArray(String[]::new))) {
            int exit = training.awaitExit(TRAINING_MAX);
            if (!Files.exists(fresh) || Files.size(fresh) == 0) {
                throw new AssertionError("the training left no cache, exit code " + exit + ": "
                        + String.join("\n", training.out()) + String.join("\n", training.err()));
            }
            Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE); // whole, or not there
        }
    }

    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    static String classPath() {
        return lib() + File.separator + "*";
    }
}
