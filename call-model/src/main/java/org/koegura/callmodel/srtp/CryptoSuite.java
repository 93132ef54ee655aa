package org.koegura.callmodel.srtp;

import org.jspecify.annotations.Nullable;

/// How packets are encrypted and authenticated; each constant bears the name that stands in an
/// `a=crypto` line.
public enum CryptoSuite {
    /// RFC 3711, RFC 4568 §6.2.1.
    AES_CM_128_HMAC_SHA1_80(16, 14, 10),
    /// RFC 4568 §6.2.2: as before, with a tag of 4 bytes on RTP; on RTCP it has 10.
    AES_CM_128_HMAC_SHA1_32(16, 14, 4),
    /// RFC 7714.
    AEAD_AES_128_GCM(16, 12, 16),
    /// RFC 7714.
    AEAD_AES_256_GCM(32, 12, 16);

    private final int keyBytes;
    private final int saltBytes;
    private final int tagBytes;

    CryptoSuite(int keyBytes, int saltBytes, int tagBytes) {
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.tagBytes = tagBytes;
    }

    /// The suite of that name; null where it is none of these. Names are compared as they stand.
    public static @Nullable CryptoSuite named(String name) {
        for (CryptoSuite suite : values()) {
            if (suite.name().equals(name)) {
                return suite;
            }
        }
        return null;
    }

    /// Length of the master key.
    public int keyBytes() {
        return keyBytes;
    }

    /// Length of the master salt.
    public int saltBytes() {
        return saltBytes;
    }

    /// Length of the tag that authenticates an RTP packet.
    public int tagBytes() {
        return tagBytes;
    }
}
