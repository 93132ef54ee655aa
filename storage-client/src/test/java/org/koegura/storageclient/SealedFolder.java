package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.koegura.callmodel.RecordingId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Opens a recording with nothing but its format page: none of the code under test.
record SealedFolder(Path data, RecordingId recording, Path folder) {

    /// One of the sealed recordings below a data directory.
    static SealedFolder of(Path data, RecordingId recording, String location) {
        return new SealedFolder(data, recording, Path.of(location));
    }

    JsonNode manifest() {
        return JsonMapper.builder().build().readTree(new String(read("manifest.json"), UTF_8));
    }

    byte[] packets() {
        return read("packets.kgr");
    }

    /// The joined plaintext of all chunks: a pcapng stream.
    byte[] pcapng() {
        byte[] file = packets();
        byte[] header = Arrays.copyOf(file, 32);
        byte[] key = key();
        ByteBuffer chunks = ByteBuffer.wrap(file, 32, file.length - 32);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (long index = 0; chunks.hasRemaining(); index++) {
            int length = chunks.getInt();
            byte[] sealed = new byte[length & 0x7FFF_FFFF];
            chunks.get(sealed);
            byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(index).array();
            byte[] additional = ByteBuffer.allocate(41)
                    .put(header)
                    .putLong(index)
                    .put((byte) (length < 0 ? 1 : 0))
                    .array();
            plain.writeBytes(open(key, nonce, additional, sealed));
        }
        return plain.toByteArray();
    }

    private byte[] key() {
        byte[] wrapped = read(data.resolve("keys/recordings/" + recording + ".key"));
        byte[] master = HexFormat.of().parseHex(new String(read(data.resolve("keys/master.key")), US_ASCII).strip());
        byte[] additional = ByteBuffer.allocate(30)
                .put("koegura-wrap-1".getBytes(US_ASCII))
                .put(recording.bytes())
                .array();
        return open(master, Arrays.copyOf(wrapped, 12), additional, Arrays.copyOfRange(wrapped, 12, 60));
    }

    private static byte[] open(byte[] key, byte[] nonce, byte[] additional, byte[] sealed) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(additional);
            return cipher.doFinal(sealed);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("does not decrypt", e);
        }
    }

    private byte[] read(String name) {
        return read(folder.resolve(name));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
