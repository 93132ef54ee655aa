package org.koegura.sipproxy.message;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What only this proxy knows: names made with it can be computed again, after a restart too, and by nobody else.
///
/// Safe from any thread. It never shows its bytes.
public final class Secret {

    /// How long it is.
    public static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac keyed;

    /// @param bytes [#BYTES] of them, from a good source of randomness; they are copied
    public Secret(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a secret is " + BYTES + " bytes long");
        }
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(bytes, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }

    /// The first `bytes` of the HMAC-SHA256 over all parts, each closed by a zero byte; lower-case hexadecimal.
    ///
    /// @param parts the first says what the name is for, so that a name of one kind is none of another
    public String name(int bytes, String... parts) {
        try {
            Mac mac = (Mac) keyed.clone(); // one for each name: it is not safe from several threads
            for (String part : parts) {
                mac.update(part.getBytes(StandardCharsets.ISO_8859_1));
                mac.update((byte) 0);
            }
            return HexFormat.of().formatHex(mac.doFinal(), 0, bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HMAC can be cloned", e);
        }
    }

    @Override
    public String toString() {
        return "Secret";
    }
}
