package org.koegura.verifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Writes journal lines from the words of the format page, for tests alone.
final class SampleJournal {

    private SampleJournal() {}

    static List<String> lines(int count) {
        List<String> lines = new ArrayList<>();
        String previous = "0".repeat(64);
        for (int seq = 1; seq <= count; seq++) {
            String line = line(
                    "{\"seq\":" + seq + ",\"at\":\"2026-11-24T01:02:03.%09dZ\"".formatted(seq)
                            + ",\"actor\":\"operator\",\"act\":\"exemption.flag\",\"subject\":\"人 \\\" x\""
                            + ",\"details\":{\"ground\":\"1\",\"stage\":\"notice\"}",
                    previous);
            lines.add(line);
            previous = hashOf(line);
        }
        return lines;
    }

    /// Chains a line whose members up to `details` are given.
    static String line(String members, String previous) {
        String hashed = members + ",\"previous\":\"" + previous + "\"";
        String hash = HexFormat.of().formatHex(SampleRecording.sha256(hashed.getBytes(StandardCharsets.UTF_8)));
        return hashed + ",\"hash\":\"" + hash + "\"}";
    }

    static String hashOf(String line) {
        return line.substring(line.length() - 66, line.length() - 2);
    }

    static String file(List<String> lines) {
        return String.join("", lines.stream().map(line -> line + "\n").toList());
    }
}
