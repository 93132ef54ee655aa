package org.koegura.rtpcapture.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.koegura.callmodel.srtp.MasterKey;

/// Encrypts and authenticates single packets under one master key; knows nothing of what came before.
///
/// Packets lie at the start of an array that has [#OVERHEAD_BYTES_MAX] bytes of room behind them:
///
/// ```
///            RTP                                    RTCP, counter mode          RTCP, GCM
///  header, extension   authenticated          header, SSRC   authenticated     header, SSRC
///  payload             … and encrypted        the rest       … and encrypted   the rest
///  tag                                        E, index       authenticated     tag
///                                             tag                              E, index
/// ```
sealed interface Transform permits AesCounterMode, AesGcm {

    /// What is returned for a packet whose tag is not its own.
    int FORGED = -1;

    /// At most so many bytes are added to a packet.
    int OVERHEAD_BYTES_MAX = 20;

    /// The header of RTCP that is never encrypted, with the source.
    int RTCP_HEADER_BYTES = 8;

    /// Bit E of SRTCP: the packet is encrypted.
    int ENCRYPTED = 1 << 31;

    /// Four bytes of an array as a number, and eight.
    VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    static Transform of(MasterKey master) {
        return switch (master.suite()) {
            case AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32 ->
                new AesCounterMode(
                        KeyDerivation.rtp(master),
                        KeyDerivation.rtcp(master),
                        master.suite().tagBytes());
            case AEAD_AES_128_GCM, AEAD_AES_256_GCM ->
                new AesGcm(KeyDerivation.rtp(master), KeyDerivation.rtcp(master));
        };
    }

    /// What an RTP packet grows by.
    int rtpOverhead();

    /// What an RTCP packet grows by.
    int rtcpOverhead();

    /// Protects the RTP packet of `length` bytes in place; returns its length then.
    ///
    /// @param header what stays readable, with the extension
    int protectRtp(byte[] packet, int header, int length, long index);

    /// Opens the RTP packet of `length` bytes in place; returns its length then, or [#FORGED], and it
    /// is as it was.
    int unprotectRtp(byte[] packet, int header, int length, long index);

    /// Protects the RTCP packet of `length` bytes in place; returns its length then.
    int protectRtcp(byte[] packet, int length, int index);

    /// The word with bit E and index of an RTCP packet.
    int rtcpWord(byte[] packet, int length);

    /// Opens the RTCP packet of `length` bytes in place; returns its length then, or [#FORGED], and it
    /// is as it was.
    int unprotectRtcp(byte[] packet, int length);

    static int rtpSource(byte[] packet) {
        return (int) INT.get(packet, 8);
    }

    static int rtcpSource(byte[] packet) {
        return (int) INT.get(packet, 4);
    }
}
