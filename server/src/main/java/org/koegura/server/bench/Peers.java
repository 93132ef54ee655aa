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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The programs of others that a benchmark needs, found on the PATH or where Debian puts daemons.
record Peers(Path sipp, Path kamailio, Path rtpengine) {

    private static final String DAEMONS = "/usr/sbin:/sbin";
    private static final Pattern VERSION = Pattern.compile("v?[0-9]+(\\.[0-9]+)+\\S*");
    private static final int ANSWER_SECONDS = 5;

    /// Looks for all of them.
    ///
    /// @param path folders, separated as in PATH
    /// @throws BenchFault naming all that are missing
    static Peers find(String path) throws BenchFault {
        List<String> missing = new ArrayList<>();
        Map<String, Path> found = new TreeMap<>();
        for (Map.Entry<String, String> peer : Map.of(
                        "sipp", "sip-tester", "kamailio", "kamailio", "rtpengine", "rtpengine-daemon")
                .entrySet()) {
            Stream.of((path + File.pathSeparator + DAEMONS).split(File.pathSeparator, -1))
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, peer.getKey()))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .ifPresentOrElse(file -> found.put(peer.getKey(), file), () -> missing.add(peer.getValue()));
        }
        if (!missing.isEmpty()) {
            throw new BenchFault("the benchmark compares with programs that are not here: apt-get install "
                    + String.join(" ", missing.stream().sorted().toList()));
        }
        return new Peers(at(found, "sipp"), at(found, "kamailio"), at(found, "rtpengine"));
    }

    private static Path at(Map<String, Path> found, String name) {
        Path file = found.get(name);
        if (file == null) {
            throw new IllegalStateException("no " + name);
        }
        return file;
    }

    /// What each says its version is.
    Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("sipp", version(sipp, "-v"));
        versions.put("kamailio", version(kamailio, "-v"));
        versions.put("rtpengine", version(rtpengine, "--version"));
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
