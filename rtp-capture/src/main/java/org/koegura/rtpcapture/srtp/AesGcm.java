package org.koegura.rtpcapture.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.koegura.rtpcapture.srtp.KeyDerivation.SessionKeys;

/// AES in Galois/counter mode, which authenticates too (RFC 7714 §8, §9). The JDK's is started anew for
/// each packet; what that allocates is in ADR 37.
final class AesGcm implements Transform {

    private static final int TAG_BYTES = 16;
    private static final int WORD_BYTES = 4;
    private static final int IV_BYTES = 12;

    private final Stream rtp;
    private final Stream rtcp;

    /// What was decrypted, before it is known to be authentic.
    private final byte[] opened = new byte[Packet.BYTES_MAX];

    AesGcm(SessionKeys rtp, SessionKeys rtcp) {
        this.rtp = new Stream(rtp);
        this.rtcp = new Stream(rtcp);
    }

    /// The cipher of packets of one kind.
    private static final class Stream {
        private final Cipher gcm;
        private final SecretKeySpec key;
        private final byte[] salt;
        private final byte[] iv = new byte[IV_BYTES];

        Stream(SessionKeys keys) {
            key = new SecretKeySpec(keys.cipherKey, "AES");
            salt = keys.salt;
            try {
                gcm = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES/GCM", e);
            }
        }

        /// RFC 7714 §8.1, §9.1: two zero bytes, the source, six bytes of index; all XOR the salt.
        void start(int mode, int ssrc, long index) throws GeneralSecurityException {
            INT.set(iv, 2, ssrc);
            INT.set(iv, 6, (int) (index >> 16));
            iv[0] = 0;
            iv[1] = 0;
            iv[10] = (byte) (index >> 8);
            iv[11] = (byte) index;
            for (int i = 0; i < IV_BYTES; i++) {
                iv[i] ^= salt[i];
            }
            gcm.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, iv));
        }

        void seal(byte[] packet, int from, int to) throws GeneralSecurityException {
            int _ = gcm.doFinal(packet, from, to - from, packet, from);
        }

        /// Opens what lies from `from` to `to`, the tag included; returns whether it is authentic.
        boolean open(byte[] packet, int from, int to, byte[] opened) throws GeneralSecurityException {
            try {
                int bytes = gcm.doFinal(packet, from, to - from, opened, 0);
                System.arraycopy(opened, 0, packet, from, bytes);
                return true;
            } catch (AEADBadTagException _) {
                return false;
            }
        }
    }

    @Override
    public int rtpOverhead() {
        return TAG_BYTES;
    }

    @Override
    public int rtcpOverhead() {
        return TAG_BYTES + WORD_BYTES;
    }

    @Override
    public int protectRtp(byte[] packet, int header, int length, long index) {
        try {
            rtp.start(Cipher.ENCRYPT_MODE, Transform.rtpSource(packet), index);
            rtp.gcm.updateAAD(packet, 0, header);
            rtp.seal(packet, header, length);
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
        return length + TAG_BYTES;
    }

    @Override
    public int unprotectRtp(byte[] packet, int header, int length, long index) {
        try {
            rtp.start(Cipher.DECRYPT_MODE, Transform.rtpSource(packet), index);
            rtp.gcm.updateAAD(packet, 0, header);
            return rtp.open(packet, header, length, opened) ? length - TAG_BYTES : FORGED;
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public int protectRtcp(byte[] packet, int length, int index) {
        int end = length + TAG_BYTES;
        INT.set(packet, end, ENCRYPTED | index);
        try {
            rtcp.start(Cipher.ENCRYPT_MODE, Transform.rtcpSource(packet), index);
            rtcp.gcm.updateAAD(packet, 0, RTCP_HEADER_BYTES);
            rtcp.gcm.updateAAD(packet, end, WORD_BYTES);
            rtcp.seal(packet, RTCP_HEADER_BYTES, length);
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
        return end + WORD_BYTES;
    }

    @Override
    public int rtcpWord(byte[] packet, int length) {
        return (int) INT.get(packet, length - WORD_BYTES);
    }

    @Override
    public int unprotectRtcp(byte[] packet, int length) {
        int word = rtcpWord(packet, length);
        int end = length - WORD_BYTES;
        int plain = end - TAG_BYTES;
        int readable = (word & ENCRYPTED) != 0 ? RTCP_HEADER_BYTES : plain;
        try {
            rtcp.start(Cipher.DECRYPT_MODE, Transform.rtcpSource(packet), word & ~ENCRYPTED);
            rtcp.gcm.updateAAD(packet, 0, readable);
            rtcp.gcm.updateAAD(packet, end, WORD_BYTES);
            return rtcp.open(packet, readable, end, opened) ? plain : FORGED;
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    private static IllegalStateException broken(GeneralSecurityException cause) {
        return new IllegalStateException("the JDK's AES/GCM takes what it should take", cause);
    }
}
