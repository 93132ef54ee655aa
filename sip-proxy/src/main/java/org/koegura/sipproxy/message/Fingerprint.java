package org.koegura.sipproxy.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A short name for what several texts of a message say together: the same texts, and no others, give the same name.
public final class Fingerprint {

    private static final MessageDigest EMPTY = empty();

    private Fingerprint() {}

    private static MessageDigest empty() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The first `bytes` of the SHA-256 over all parts, each closed by a zero byte; lower-case hexadecimal.
    public static String of(int bytes, String... parts) {
        try {
            MessageDigest digest = (MessageDigest) EMPTY.clone(); // it is not safe from several threads
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.ISO_8859_1));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }
}
