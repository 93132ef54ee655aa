package org.koegura.rtpcapture.srtp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

/// Makes the keys of packets from a master key, once: the derivation rate is 0 (RFC 3711 §4.3, RFC 7714
/// §11).
final class KeyDerivation {

    static final int RTP_ENCRYPTION = 0;
    static final int RTP_AUTHENTICATION = 1;
    static final int RTP_SALT = 2;
    static final int RTCP_ENCRYPTION = 3;
    static final int RTCP_AUTHENTICATION = 4;
    static final int RTCP_SALT = 5;

    /// Ours: no RFC has it, so that it tells nothing of the keys.
    private static final int SPARE_SOURCE = 0xF0;

    private static final int BLOCK_BYTES = 16;
    private static final int LABEL_AT = 7;
    private static final int AUTHENTICATION_KEY_BYTES = 20;

    private KeyDerivation() {}

    /// What packets of one kind are encrypted and authenticated with. Never shown.
    static final class SessionKeys {
        final byte[] cipherKey;

        /// Empty where the cipher authenticates too.
        final byte[] authenticationKey;

        final byte[] salt;

        SessionKeys(byte[] cipherKey, byte[] authenticationKey, byte[] salt) {
            this.cipherKey = cipherKey;
            this.authenticationKey = authenticationKey;
            this.salt = salt;
        }
    }

    static SessionKeys rtp(MasterKey master) {
        return keys(master, RTP_ENCRYPTION, RTP_AUTHENTICATION, RTP_SALT);
    }

    static SessionKeys rtcp(MasterKey master) {
        return keys(master, RTCP_ENCRYPTION, RTCP_AUTHENTICATION, RTCP_SALT);
    }

    /// A source that nobody has under this key but for chance: as good as drawn, and the same each time.
    static int spareSource(MasterKey master) {
        return ByteBuffer.wrap(derive(master.key(), master.salt(), SPARE_SOURCE, Integer.BYTES))
                .getInt();
    }

    private static SessionKeys keys(MasterKey master, int encryption, int authentication, int salt) {
        CryptoSuite suite = master.suite();
        int authenticationBytes = switch (suite) {
            case AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32 -> AUTHENTICATION_KEY_BYTES;
            case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> 0;
        };
        byte[] key = master.key();
        byte[] masterSalt = master.salt();
        return new SessionKeys(
                derive(key, masterSalt, encryption, suite.keyBytes()),
                derive(key, masterSalt, authentication, authenticationBytes),
                derive(key, masterSalt, salt, suite.saltBytes()));
    }

    /// The pseudo-random function AES-CM of RFC 3711 §4.3.3 at x = label × 2^48 XOR salt; a salt of 12
    /// bytes counts as one of 14 that ends in zeros.
    static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int bytes) {
        int blocks = (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        byte[] counters = new byte[blocks * BLOCK_BYTES];
        for (int i = 0; i < blocks; i++) {
            int at = i * BLOCK_BYTES;
            System.arraycopy(masterSalt, 0, counters, at, masterSalt.length);
            counters[at + LABEL_AT] ^= (byte) label;
            counters[at + BLOCK_BYTES - 1] = (byte) i;
        }
        try {
            return Arrays.copyOf(encryptor(masterKey).doFinal(counters), bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    /// Encrypts block by block, for keystreams.
    static Cipher encryptor(byte[] key) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        return aes;
    }
}
