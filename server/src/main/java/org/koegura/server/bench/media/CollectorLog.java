package org.koegura.server.bench.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Java writes of its collector's pauses: some collectors as a line of a collection, some as one of its phases;
/// and of threads that had to wait for room (`Allocation Stall`), which is a pause to whoever waits for them.
record CollectorLog(Path file) {

    private static final Pattern PAUSE = Pattern.compile("(?:Pause .* |Allocation Stall .*\\) )([0-9]+\\.[0-9]+)ms$");
    private static final int MICROS_PER_MILLI = 1000;

    /// The option that makes Java write it.
    String option() {
        return "-Xlog:gc,gc+phases:file=" + file + "::filecount=0";
    }

    /// How many lines it has by now.
    int length() {
        return lines().size();
    }

    /// The longest pause after so many lines, in microseconds; 0 where there was none.
    double longestPauseMicros(int after) {
        List<String> lines = lines();
        return longestPauseMicros(lines.subList(Math.min(after, lines.size()), lines.size()));
    }

    static double longestPauseMicros(List<String> lines) {
        double most = 0;
        for (String line : lines) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                most = Math.max(most, Double.parseDouble(pause.group(1)) * MICROS_PER_MILLI);
            }
        }
        return most;
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException notYet) {
            return List.of();
        }
    }
}
