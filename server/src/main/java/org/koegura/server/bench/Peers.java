package org.koegura.server.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The programs of others that a benchmark needs, found on the PATH or where Debian puts daemons.
public final class Peers {

    private static final String DAEMONS = "/usr/sbin:/sbin";
    private static final Pattern VERSION = Pattern.compile("v?[0-9]+(\\.[0-9]+)+\\S*");
    private static final int ANSWER_SECONDS = 5;

    private final Map<Peer, Path> found;

    private Peers(Map<Peer, Path> found) {
        this.found = found;
    }

    /// One of them.
    ///
    /// @param debianPackage what brings it
    /// @param versionOption what makes it say its version
    public record Peer(String program, String debianPackage, String versionOption) {}

    /// Looks for all of them.
    ///
    /// @param path folders, separated as in PATH
    /// @throws BenchFault naming all that are missing
    public static Peers find(String path, List<Peer> wanted) throws BenchFault {
        List<String> missing = new ArrayList<>();
        Map<Peer, Path> found = new LinkedHashMap<>();
        for (Peer peer : wanted) {
            Stream.of((path + File.pathSeparator + DAEMONS).split(File.pathSeparator, -1))
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, peer.program()))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .ifPresentOrElse(file -> found.put(peer, file), () -> missing.add(peer.debianPackage()));
        }
        if (!missing.isEmpty()) {
            throw new BenchFault("the benchmark compares with programs that are not here: apt-get install "
                    + String.join(" ", missing.stream().sorted().toList()));
        }
        return new Peers(found);
    }

    /// Where one that was looked for is.
    public Path at(Peer peer) {
        Path file = found.get(peer);
        if (file == null) {
            throw new IllegalArgumentException("nobody looked for " + peer.program());
        }
        return file;
    }

    /// What each says its version is.
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        found.forEach((peer, file) -> versions.put(peer.program(), version(file, peer.versionOption())));
        return versions;
    }

    private static String version(Path program, String option) {
        try {
            Process process = new ProcessBuilder(program.toString(), option)
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Matcher version = VERSION.matcher(said);
            return version.find() ? version.group() : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
