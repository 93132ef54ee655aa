package org.koegura.rtpcapture.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.koegura.rtpcapture.srtp.KeyDerivation.SessionKeys;

/// AES in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1).
///
/// Cipher and MAC are set up once. The counters of a packet are encrypted together, block by block,
/// into the keystream: the JDK's own counter mode would want a new start for each packet.
final class AesCounterMode implements Transform {

    /// RFC 4568 §6.2.2: on RTCP the tag of both suites is that long.
    private static final int RTCP_TAG_BYTES = 10;

    private static final int WORD_BYTES = 4;
    private static final int MAC_BYTES = 20;

    private final Stream rtp;
    private final Stream rtcp;
    private final int rtpTagBytes;
    private final byte[] tag = new byte[MAC_BYTES];
    private final byte[] word = new byte[WORD_BYTES];

    AesCounterMode(SessionKeys rtp, SessionKeys rtcp, int rtpTagBytes) {
        this.rtp = new Stream(rtp);
        this.rtcp = new Stream(rtcp);
        this.rtpTagBytes = rtpTagBytes;
    }

    /// Cipher and MAC of packets of one kind.
    static final class Stream {
        private static final int BLOCK_BYTES = 16;

        /// Blocks that are encrypted together: 256 bytes.
        private static final int BLOCKS = 16;

        private final Cipher aes;
        private final Mac mac;
        private final long saltHigh;
        private final long saltLow;
        private final byte[] counters = new byte[BLOCKS * BLOCK_BYTES];
        private final byte[] keystream = new byte[BLOCKS * BLOCK_BYTES];

        Stream(SessionKeys keys) {
            byte[] salt = new byte[BLOCK_BYTES];
            System.arraycopy(keys.salt, 0, salt, 0, keys.salt.length);
            saltHigh = (long) LONG.get(salt, 0);
            saltLow = (long) LONG.get(salt, 8);
            try {
                aes = KeyDerivation.encryptor(keys.cipherKey);
                mac = Mac.getInstance("HmacSHA1");
                mac.init(new SecretKeySpec(keys.authenticationKey, "HmacSHA1"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES and HMAC-SHA1", e);
            }
        }

        /// Adds the keystream of a packet to its bytes from `from` to `to`: that encrypts, and decrypts.
        void crypt(byte[] packet, int from, int to, int ssrc, long index) {
            long high = saltHigh ^ Integer.toUnsignedLong(ssrc);
            long low = saltLow ^ (index << 16);
            int at = from;
            while (at < to) {
                int bytes = Math.min(counters.length, to - at);
                int filled = 0;
                while (filled < bytes) {
                    LONG.set(counters, filled, high);
                    LONG.set(counters, filled + 8, low++);
                    filled += BLOCK_BYTES;
                }
                encryptCounters(filled);
                add(packet, at, bytes);
                at += bytes;
            }
        }

        private void encryptCounters(int bytes) {
            try {
                int _ = aes.update(counters, 0, bytes, keystream, 0);
            } catch (ShortBufferException e) {
                throw new IllegalStateException("the keystream is as long as the counters", e);
            }
        }

        private void add(byte[] packet, int at, int bytes) {
            int i = 0;
            for (; i + 8 <= bytes; i += 8) {
                LONG.set(packet, at + i, (long) LONG.get(packet, at + i) ^ (long) LONG.get(keystream, i));
            }
            for (; i < bytes; i++) {
                packet[at + i] ^= keystream[i];
            }
        }
    }

    @Override
    public int rtpOverhead() {
        return rtpTagBytes;
    }

    @Override
    public int rtcpOverhead() {
        return WORD_BYTES + RTCP_TAG_BYTES;
    }

    @Override
    public int protectRtp(byte[] packet, int header, int length, long index) {
        rtp.crypt(packet, header, length, Transform.rtpSource(packet), index);
        computeRtpTag(packet, length, index);
        System.arraycopy(tag, 0, packet, length, rtpTagBytes);
        return length + rtpTagBytes;
    }

    @Override
    public int unprotectRtp(byte[] packet, int header, int length, long index) {
        int end = length - rtpTagBytes;
        computeRtpTag(packet, end, index);
        if (!tagIsAt(packet, end, rtpTagBytes)) {
            return FORGED;
        }
        rtp.crypt(packet, header, end, Transform.rtpSource(packet), index);
        return end;
    }

    @Override
    public int protectRtcp(byte[] packet, int length, int index) {
        rtcp.crypt(packet, RTCP_HEADER_BYTES, length, Transform.rtcpSource(packet), index);
        INT.set(packet, length, ENCRYPTED | index);
        int end = length + WORD_BYTES;
        computeTag(rtcp.mac, packet, end);
        System.arraycopy(tag, 0, packet, end, RTCP_TAG_BYTES);
        return end + RTCP_TAG_BYTES;
    }

    @Override
    public int rtcpWord(byte[] packet, int length) {
        return (int) INT.get(packet, length - RTCP_TAG_BYTES - WORD_BYTES);
    }

    @Override
    public int unprotectRtcp(byte[] packet, int length) {
        int end = length - RTCP_TAG_BYTES;
        computeTag(rtcp.mac, packet, end);
        if (!tagIsAt(packet, end, RTCP_TAG_BYTES)) {
            return FORGED;
        }
        int plain = end - WORD_BYTES;
        int sent = rtcpWord(packet, length);
        if ((sent & ENCRYPTED) != 0) {
            rtcp.crypt(packet, RTCP_HEADER_BYTES, plain, Transform.rtcpSource(packet), sent & ~ENCRYPTED);
        }
        return plain;
    }

    /// The rollover counter is authenticated, and not sent.
    private void computeRtpTag(byte[] packet, int end, long index) {
        rtp.mac.update(packet, 0, end);
        INT.set(word, 0, (int) PacketIndex.rolloverCounter(index));
        computeTag(rtp.mac, word, WORD_BYTES);
    }

    private void computeTag(Mac mac, byte[] bytes, int end) {
        mac.update(bytes, 0, end);
        try {
            mac.doFinal(tag, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("HMAC-SHA1 has " + MAC_BYTES + " bytes", e);
        }
    }

    /// In a time that does not depend on what is there.
    private boolean tagIsAt(byte[] packet, int at, int bytes) {
        int different = 0;
        for (int i = 0; i < bytes; i++) {
            different |= packet[at + i] ^ tag[i];
        }
        return different == 0;
    }
}
