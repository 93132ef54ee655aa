package org.koegura.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes recordings from the words of the format page, for tests alone; every stage can be bent before it is sealed.
final class SampleRecording {

    static final String ID = "0f3c00112233445566778899aabbcce1";
    static final String DAY = "recordings/2026/11/24";
    static final long NOTICE_END = 1_795_482_130_000_000_000L; // 2026-11-24T01:02:10Z
    static final String NOTICE_END_TEXT = "2026-11-24T01:02:10.000000000Z";
    static final int P = 4096;

    private static final JsonMapper JSON = new JsonMapper();
    private static final KeyPair SIGNER = keyPair();
    private static final byte[] KEY = sha256(new byte[] {1});
    private static final byte[] MASTER = sha256(new byte[] {2});

    /// What is sealed; tests bend it.
    final List<SamplePcapng.Packet> packets = new ArrayList<>();

    Consumer<ObjectNode> facts = node -> {};
    Consumer<List<byte[]>> blocks = list -> {};
    Consumer<List<byte[]>> plaintexts = list -> {};
    UnaryOperator<byte[]> file = bytes -> bytes;
    Consumer<ObjectNode> manifest = node -> {};
    int blocksAChunk = 4;
    KeyPair signer = SIGNER;
    int plaintextBytesMax = P;

    /// Twelve packets of both legs, each a millisecond after the last, from one after the notice; one over IPv6.
    static SampleRecording usual() {
        SampleRecording recording = new SampleRecording();
        for (int i = 0; i < 12; i++) {
            byte[] datagram = new byte[60 + i];
            Arrays.fill(datagram, (byte) (0x80 + i));
            recording.packets.add(new SamplePcapng.Packet(i % 2, NOTICE_END + 1 + i * 1_000_000L, datagram, i == 5));
        }
        return recording;
    }

    static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Seals it into a data directory, with its keys; gives the recording's folder.
    Path write(Path data) throws IOException {
        try {
            byte[] sealed = file.apply(packetsFile());
            byte[] manifestBytes = JSON.writeValueAsBytes(manifestOf(sealed));
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(signer.getPrivate());
            signature.update(manifestBytes);
            Path folder = Files.createDirectories(data.resolve(DAY).resolve(ID));
            Files.write(folder.resolve("packets.kgr"), sealed);
            Files.write(folder.resolve("manifest.json"), manifestBytes);
            Files.write(folder.resolve("manifest.sig"), signature.sign());
            writeKeys(data.resolve("keys"));
            return folder;
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Options allKeys(Path data) {
        return new Options(data.resolve("keys"), List.of(SIGNER.getPublic()));
    }

    private static void writeKeys(Path keys) throws IOException, GeneralSecurityException {
        Files.createDirectories(keys.resolve("recordings"));
        byte[] nonce = Arrays.copyOf(sha256(new byte[] {3}), 12);
        byte[] aad = concat(
                "koegura-wrap-1".getBytes(StandardCharsets.US_ASCII),
                HexFormat.of().parseHex(ID));
        Files.write(keys.resolve("recordings").resolve(ID + ".key"), concat(nonce, encrypt(MASTER, nonce, aad, KEY)));
        Files.writeString(keys.resolve("master.key"), HexFormat.of().formatHex(MASTER) + "\n");
        String base64 =
                Base64.getMimeEncoder().encodeToString(SIGNER.getPublic().getEncoded());
        Files.writeString(
                keys.resolve("seal.pub"), "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    private List<byte[]> chunkPlaintexts() {
        List<byte[]> all = SamplePcapng.blocks(openingFacts(), packets);
        blocks.accept(all);
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += blocksAChunk) {
            chunks.add(concat(
                    all.subList(from, Math.min(all.size(), from + blocksAChunk)).toArray(byte[][]::new)));
        }
        plaintexts.accept(chunks);
        return chunks;
    }

    private byte[] packetsFile() throws GeneralSecurityException {
        byte[] header = ByteBuffer.allocate(32)
                .put("KOEGURA1".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(plaintextBytesMax)
                .put(HexFormat.of().parseHex(ID))
                .array();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        List<byte[]> chunks = chunkPlaintexts();
        for (int i = 0; i < chunks.size(); i++) {
            boolean last = i == chunks.size() - 1;
            byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(i).array();
            byte[] aad = ByteBuffer.allocate(41)
                    .put(header)
                    .putLong(i)
                    .put((byte) (last ? 1 : 0))
                    .array();
            byte[] sealed = encrypt(KEY, nonce, aad, chunks.get(i));
            out.writeBytes(ByteBuffer.allocate(4)
                    .putInt(sealed.length | (last ? 1 << 31 : 0))
                    .array());
            out.writeBytes(sealed);
        }
        return out.toByteArray();
    }

    private byte[] openingFacts() {
        ObjectNode node = (ObjectNode) JSON.readTree("""
                {"recording":"%s","call":"77ab00112233445566778899aabbcc02","sipCallId":"a84b4c76e66710@192.0.2.1",
                 "direction":"inbound","inside":"sip:201@example.com","outside":"sip:anonymous@example.com",
                 "invitedAt":"2026-11-24T01:02:01.000000000Z","answeredAt":"2026-11-24T01:02:03.000000000Z",
                 "captureStartedAt":"%s",
                 "formats":[{"leg":"inside","payloadType":0,"encodingName":"PCMU","clockRateHz":8000,"packetMillis":20}]}
                """.formatted(ID, NOTICE_END_TEXT));
        facts.accept(node);
        return JSON.writeValueAsBytes(node);
    }

    private ObjectNode manifestOf(byte[] sealed) {
        long inside = packets.stream().filter(packet -> packet.leg() == 0).count();
        long outside = packets.size() - inside;
        ObjectNode node = (ObjectNode) JSON.readTree("""
                {"format":"koegura-recording/1","recording":"%s","call":"77ab00112233445566778899aabbcc02",
                 "direction":"inbound","outcome":"partial","answeredAt":"2026-11-24T01:02:03.000000000Z",
                 "capture":{"startedAt":"%s","endedAt":"2026-11-24T01:03:00.000000000Z"},
                 "end":"hangup-outside","sealedAt":"2026-11-24T01:03:01.000000000Z",
                 "basis":{"kind":"announced",
                   "prompt":{"id":"notice-ja-1","language":"ja","sha256":"%s"},
                   "format":{"payloadType":0,"encodingName":"PCMU","clockRateHz":8000,"packetMillis":20},
                   "ssrc":305419896,"firstSequence":65530,"lastSequence":340,"packets":347,"attempt":1,
                   "startedAt":"2026-11-24T01:02:03.100000000Z","endedAt":"%s",
                   "receiverReports":[{"at":"2026-11-24T01:02:08.000000000Z","fractionLost":0,"cumulativeLost":0,
                     "highestSequence":66000,"jitterTicks":4}]},
                 "streams":[{"leg":"inside","received":%d,"recorded":%d,"lost":2,"withheld":{"notice":7}},
                   {"leg":"outside","received":%d,"recorded":%d,"lost":0,"withheld":{"before-notice":1,"notice":3}}],
                 "gaps":[{"leg":"inside","from":"2026-11-24T01:02:20.000000000Z",
                   "to":"2026-11-24T01:02:21.000000000Z","packets":2,"reason":"ring-full"}],
                 "cipher":{"algorithm":"AES-256-GCM","chunks":%d,"plaintextBytes":%d},
                 "later":{"member":"of a later version"}}
                """.formatted(
                        ID,
                        NOTICE_END_TEXT,
                        "ab".repeat(32),
                        NOTICE_END_TEXT,
                        inside + 9,
                        inside,
                        outside + 4,
                        outside,
                        chunkPlaintexts().size(),
                        chunkPlaintexts().stream().mapToInt(c -> c.length).sum()));
        addHashes(node, sealed);
        manifest.accept(node);
        return node;
    }

    private void addHashes(ObjectNode node, byte[] sealed) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < sealed.length; from += 65_536) {
            pieces.add(leaf(Arrays.copyOfRange(sealed, from, Math.min(sealed.length, from + 65_536))));
        }
        ObjectNode ciphertext = node.putObject("ciphertext")
                .put("file", "packets.kgr")
                .put("bytes", sealed.length)
                .put("sha256", HexFormat.of().formatHex(sha256(sealed)))
                .put("leafBytes", 65_536);
        ArrayNode leaves = ciphertext.putArray("leaves");
        pieces.forEach(piece -> leaves.add(HexFormat.of().formatHex(piece)));
        ciphertext.put("root", HexFormat.of().formatHex(root(pieces)));
        List<byte[]> datagrams = packets.stream()
                .map(packet -> leaf(concat(
                        new byte[] {(byte) packet.leg()},
                        ByteBuffer.allocate(8).putLong(packet.arrivalNanos()).array(),
                        packet.datagram())))
                .toList();
        node.putObject("received")
                .put("datagrams", packets.size())
                .put("root", HexFormat.of().formatHex(root(datagrams)));
        node.putObject("signer")
                .put("algorithm", "Ed25519")
                .put(
                        "publicKey",
                        Base64.getEncoder().encodeToString(signer.getPublic().getEncoded()));
    }

    static byte[] leaf(byte[] input) {
        return sha256(concat(new byte[] {0}, input));
    }

    /// MTH of RFC 9162 §2.1.1, as it is defined: by recursion, over leaf hashes.
    static byte[] root(List<byte[]> leaves) {
        if (leaves.isEmpty()) {
            return sha256(new byte[0]);
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return sha256(concat(new byte[] {1}, root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size()))));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] encrypt(byte[] key, byte[] nonce, byte[] aad, byte[] plain) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(aad);
        return cipher.doFinal(plain);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
