package org.koegura.server.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.koegura.callmodel.Leg;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A sealed recording, opened with nothing but docs/format/recording-v1.md.
public final class KeptRecording {

    private static final int FILE_HEADER_BYTES = 32;
    private static final int WRAPPED_NONCE_BYTES = 12;
    private static final int LAST_CHUNK = 0x80000000;
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final int OPTION_COMMENT = 1;

    private final Path folder;
    private final JsonNode manifest;
    private final JsonNode opening;
    private final List<Datagram> inside = new ArrayList<>();
    private final List<Datagram> outside = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();

    /// A formats block: what payload types of a leg mean from there on.
    public record Told(Leg leg, long epochNanos, JsonNode formats) {}

    private KeptRecording(Path folder, JsonNode manifest, byte[] pcapng) throws IOException {
        this.folder = folder;
        this.manifest = manifest;
        this.opening = readBlocks(pcapng);
    }

    /// All sealed recordings of a data directory, oldest first.
    public static List<KeptRecording> allIn(Path data) throws IOException, GeneralSecurityException {
        Path recordings = data.resolve("recordings");
        List<KeptRecording> all = new ArrayList<>();
        for (Path file : StandingFiles.under(recordings)) {
            if (file.endsWith("manifest.json") && !file.startsWith(recordings.resolve("open"))) {
                all.add(open(data, Objects.requireNonNull(file.getParent())));
            }
        }
        all.sort((a, b) -> a.captureStartedAt().compareTo(b.captureStartedAt()));
        return all;
    }

    private static KeptRecording open(Path data, Path folder) throws IOException, GeneralSecurityException {
        JsonNode manifest = new JsonMapper().readTree(Files.readAllBytes(folder.resolve("manifest.json")));
        String id = folder.getFileName().toString();
        HexFormat hex = HexFormat.of();
        byte[] master =
                hex.parseHex(Files.readString(data.resolve("keys/master.key")).strip());
        byte[] wrapped = Files.readAllBytes(data.resolve("keys/recordings/" + id + ".key"));
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        name.writeBytes("koegura-wrap-1".getBytes(StandardCharsets.US_ASCII));
        name.writeBytes(hex.parseHex(id));
        byte[] key = decrypt(
                master,
                Arrays.copyOf(wrapped, WRAPPED_NONCE_BYTES),
                name.toByteArray(),
                Arrays.copyOfRange(wrapped, WRAPPED_NONCE_BYTES, wrapped.length));
        return new KeptRecording(folder, manifest, plaintext(key, Files.readAllBytes(folder.resolve("packets.kgr"))));
    }

    private static byte[] plaintext(byte[] key, byte[] file) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(file);
        byte[] header = new byte[FILE_HEADER_BYTES];
        in.get(header);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (long i = 0; in.hasRemaining(); i++) {
            int word = in.getInt();
            byte[] chunk = new byte[word & ~LAST_CHUNK];
            in.get(chunk);
            byte last = (byte) ((word & LAST_CHUNK) == 0 ? 0 : 1);
            byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(i).array();
            byte[] data = ByteBuffer.allocate(FILE_HEADER_BYTES + 9)
                    .put(header)
                    .putLong(i)
                    .put(last)
                    .array();
            plain.writeBytes(decrypt(key, nonce, data, chunk));
        }
        return plain.toByteArray();
    }

    private static byte[] decrypt(byte[] key, byte[] nonce, byte[] data, byte[] sealed)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(data);
        return cipher.doFinal(sealed);
    }

    /// Sorts the packets to their legs; returns the opening facts.
    private JsonNode readBlocks(byte[] pcapng) throws IOException {
        JsonNode facts = new JsonMapper().createObjectNode();
        ByteBuffer in = ByteBuffer.wrap(pcapng).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            int start = in.position();
            int type = in.getInt(start);
            int length = in.getInt(start + 4);
            if (type == SECTION_HEADER) {
                facts = new JsonMapper().readTree(comment(in, start + 24, start + length - 4));
            } else if (type == INTERFACE_STATISTICS) {
                JsonNode comment = new JsonMapper().readTree(comment(in, start + 20, start + length - 4));
                Leg leg = in.getInt(start + 8) == 0 ? Leg.INSIDE : Leg.OUTSIDE;
                told.add(new Told(leg, epochNanos(in, start), comment.path("formats")));
            } else if (type == ENHANCED_PACKET) {
                Datagram datagram = Pcap.ip(epochNanos(in, start), in.slice(start + 28, in.getInt(start + 20)));
                if (datagram == null) {
                    throw new IOException("a recorded packet is not UDP over IPv4");
                }
                (in.getInt(start + 8) == 0 ? inside : outside).add(datagram);
            }
            in.position(start + length);
        }
        return facts;
    }

    /// The time of a block that has one.
    private static long epochNanos(ByteBuffer in, int start) {
        return ((long) in.getInt(start + 12) << 32) | (in.getInt(start + 16) & 0xFFFFFFFFL);
    }

    private static String comment(ByteBuffer in, int from, int to) {
        for (int at = from; at + 4 <= to; ) {
            int code = in.getShort(at) & 0xFFFF;
            int length = in.getShort(at + 2) & 0xFFFF;
            if (code == OPTION_COMMENT) {
                byte[] text = new byte[length];
                in.get(at + 4, text);
                return new String(text, StandardCharsets.UTF_8);
            }
            at += 4 + (length + 3) / 4 * 4;
        }
        return "{}";
    }

    public Path folder() {
        return folder;
    }

    public String id() {
        return manifest.path("recording").asString("");
    }

    public JsonNode manifest() {
        return manifest;
    }

    /// The facts inside the encryption.
    public JsonNode opening() {
        return opening;
    }

    /// What was agreed since.
    public List<Told> told() {
        return List.copyOf(told);
    }

    /// The RTP packets that the inside party's telephone sent.
    public List<Rtp> inside() {
        return Rtp.in(inside, datagram -> true);
    }

    public List<Rtp> outside() {
        return Rtp.in(outside, datagram -> true);
    }

    public Instant captureStartedAt() {
        return Instant.parse(manifest.path("capture").path("startedAt").asString(""));
    }

    public Instant captureEndedAt() {
        return Instant.parse(manifest.path("capture").path("endedAt").asString(""));
    }

    /// Nanoseconds since 1970.
    public static long epochNanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }
}
