package org.koegura.server.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What Wireshark's own programs say of a capture, with the one option that docs/api.md names: they find RTP without
/// having seen how it was agreed.
public final class Wireshark {

    private static final long WAIT_SECONDS = 60;

    private final Path capture;

    public Wireshark(Path capture) {
        this.capture = capture;
    }

    /// One list of fields a packet, as text; only of packets that match the filter.
    public List<List<String>> packets(String filter, String... fields) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-Y", filter, "-T", "fields"));
        for (String field : fields) {
            options.addAll(List.of("-e", field));
        }
        return tshark(options)
                .lines()
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    /// Warnings, errors and everything else that its expert has to say; empty where that is nothing.
    public String expert() throws IOException, InterruptedException {
        return tshark(List.of("-q", "-z", "expert")).strip();
    }

    /// Lines such as `Number of packets:   42`, with exact numbers.
    public List<String> information() throws IOException, InterruptedException {
        return run(List.of("capinfos", "-M", capture.toString())).lines().toList();
    }

    private String tshark(List<String> options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-n", "--enable-heuristic", "rtp_udp"));
        command.addAll(options);
        return run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS))
                .as("%s ends", command)
                .isTrue();
        assertThat(process.exitValue()).as("exit code of %s", command).isZero();
        return out;
    }
}
