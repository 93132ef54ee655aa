package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.koegura.server.evidence.Wireshark;

/// Traffic that nobody here made: the datagrams of the PROTOS suite, and what the captures hold. It is no part of the
/// repository; without it whoever asks fails.
public final class Corpus {

    private static final Path HOME = Path.of(System.getProperty("koegura.corpus", "../../shared/corpus"));

    private Corpus() {}

    /// What captures hold.
    ///
    /// @param datagrams payloads over UDP, in their order
    /// @param streams what each side of each connection said over TCP
    public record Captured(List<byte[]> datagrams, List<byte[]> streams) {

        public Captured {
            datagrams = List.copyOf(datagrams);
            streams = List.copyOf(streams);
        }
    }

    static List<byte[]> protos() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (Path file : files("protos", ".sip")) {
            all.add(Files.readAllBytes(file));
        }
        return all;
    }

    static List<byte[]> torture() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (Path file : files("sip-torture", ".dat")) {
            all.add(Files.readAllBytes(file));
        }
        return all;
    }

    /// A minute of speech, linear at 8000 Hz, little end first.
    public static byte[] speech() throws IOException {
        return Files.readAllBytes(files("captures", ".8k.raw").getFirst());
    }

    public static Captured captures() throws IOException, InterruptedException {
        List<byte[]> datagrams = new ArrayList<>();
        List<byte[]> streams = new ArrayList<>();
        List<Path> files = new ArrayList<>(files("captures", ".pcap"));
        files.addAll(files("captures", ".pcapng"));
        for (Path file : files) {
            Map<String, ByteArrayOutputStream> sides = new LinkedHashMap<>();
            for (List<String> packet : new Wireshark(file)
                    .packets("udp.payload or tcp.payload", "udp.payload", "tcp.payload", "tcp.stream", "tcp.srcport")) {
                if (!packet.get(0).isEmpty()) {
                    datagrams.add(octets(packet.get(0)));
                } else {
                    sides.computeIfAbsent(packet.get(2) + "/" + packet.get(3), side -> new ByteArrayOutputStream())
                            .writeBytes(octets(packet.get(1)));
                }
            }
            sides.values().forEach(side -> streams.add(side.toByteArray()));
        }
        return new Captured(datagrams, streams);
    }

    /// Of what one packet holds in another, the outer one.
    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.split(",", -1)[0]);
    }

    private static List<Path> files(String folder, String end) throws IOException {
        Path home = HOME.resolve(folder);
        assertThat(home)
                .as("the corpus is not here: give the folder that holds %s as -Dkoegura.corpus=FOLDER", folder)
                .isDirectory();
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}
