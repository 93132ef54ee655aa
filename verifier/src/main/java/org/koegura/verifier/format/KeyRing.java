package org.koegura.verifier.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Opens the wrapped key of a recording.
public final class KeyRing {

    private static final int WRAPPED_BYTES = 60;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] WRAP_LABEL = "koegura-wrap-1".getBytes(StandardCharsets.US_ASCII);

    private KeyRing() {}

    /// What became of looking for a key.
    public sealed interface Search {
        /// Here it is.
        record Found(SecretKey key) implements Search {}

        /// There is none to be had; not the recording's fault.
        record Absent(String why) implements Search {}

        /// There is one, and it is not right.
        record Wrong(String why) implements Search {}
    }

    public static Search find(@Nullable Path keysDirectory, String recording) {
        if (keysDirectory == null) {
            return new Search.Absent("needs the key (--keys)");
        }
        Path masterFile = keysDirectory.resolve("master.key");
        Path wrappedFile = keysDirectory.resolve("recordings").resolve(recording + ".key");
        try {
            if (!Reading.isFile(masterFile)) {
                return new Search.Absent("needs " + masterFile + ", which is not there");
            }
            if (!Reading.isFile(wrappedFile)) {
                return new Search.Absent(
                        "needs " + wrappedFile + ", which is not there; the key may have been destroyed");
            }
            return unwrap(masterFile, wrappedFile, HexFormat.of().parseHex(recording));
        } catch (IOException unreadable) {
            return new Search.Absent("needs the key: " + Reading.why(unreadable));
        }
    }

    private static Search unwrap(Path masterFile, Path wrappedFile, byte[] recording) throws IOException {
        String master = new String(bounded(masterFile, 128), StandardCharsets.ISO_8859_1).strip();
        byte[] wrapped = bounded(wrappedFile, WRAPPED_BYTES + 1);
        if (!master.matches("[0-9a-fA-F]{64}")) {
            return new Search.Wrong(masterFile + " does not hold 64 hexadecimal digits");
        }
        if (wrapped.length != WRAPPED_BYTES) {
            return new Search.Wrong(wrappedFile + " does not have " + WRAPPED_BYTES + " bytes");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(HexFormat.of().parseHex(master), "AES"),
                    new GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE_BYTES));
            cipher.updateAAD(WRAP_LABEL);
            cipher.updateAAD(recording);
            byte[] key = cipher.doFinal(wrapped, NONCE_BYTES, WRAPPED_BYTES - NONCE_BYTES);
            return new Search.Found(new SecretKeySpec(key, "AES"));
        } catch (AEADBadTagException notThisOne) {
            return new Search.Wrong(wrappedFile + " does not open under " + masterFile);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every Java platform has AES/GCM/NoPadding", impossible);
        }
    }

    private static byte[] bounded(Path file, int bytesMax) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytesMax);
        }
    }
}
