package org.koegura.rtpcapture.srtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

/// Packets and keys, made the plain way, apart from the code under test.
final class Samples {

    static final int SSRC = 0xCAFEBABE;

    /// Not watched for leaks: tests drop their buffers.
    static final ByteBufAllocator MEMORY = new UnpooledByteBufAllocator(true, true);

    private Samples() {}

    static MasterKey key(CryptoSuite suite, long seed) {
        byte[] bytes = new byte[suite.keyBytes() + suite.saltBytes()];
        new Random(seed).nextBytes(bytes);
        return new MasterKey(suite, bytes);
    }

    static byte[] rtp(int ssrc, int sequence, byte[] payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .putShort((short) 0x8000)
                .putShort((short) sequence)
                .putInt(160 * sequence)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    static byte[] rtp(int sequence) {
        return rtp(SSRC, sequence, payload(sequence));
    }

    static byte[] payload(long seed) {
        byte[] payload = new byte[160];
        new Random(seed).nextBytes(payload);
        return payload;
    }

    /// A sender report without blocks, and the name of its source.
    static byte[] rtcp(int ssrc, int seed) {
        return ByteBuffer.allocate(28 + 12)
                .putInt(0x80C80006)
                .putInt(ssrc)
                .putLong(seed)
                .putInt(160 * seed)
                .putInt(seed)
                .putInt(172 * seed)
                .putInt(0x81CA0002)
                .putInt(ssrc)
                .putInt(0x01016100)
                .array();
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /// As datagrams come: in memory outside the heap, and not at the start of it.
    static ByteBuf datagram(byte[] packet) {
        ByteBuf buffer = MEMORY.directBuffer(packet.length + 3);
        buffer.writeZero(3);
        buffer.readerIndex(3);
        return buffer.writeBytes(packet);
    }

    static byte[] bytes(ByteBuf buffer) {
        return ByteBufUtil.getBytes(buffer);
    }

    /// Protects an RTP packet that must be protected.
    static byte[] protect(SrtpSender sender, byte[] packet) {
        ByteBuf plain = datagram(packet);
        ByteBuf out = MEMORY.directBuffer(packet.length + SrtpSender.OVERHEAD_BYTES_MAX);
        Outcome outcome = sender.protectRtp(plain, out);
        if (outcome != Outcome.PASSED) {
            throw new AssertionError("not protected: " + outcome);
        }
        return bytes(out);
    }

    static byte[] protectReport(SrtpSender sender, byte[] packet) {
        ByteBuf plain = datagram(packet);
        ByteBuf out = MEMORY.directBuffer(packet.length + SrtpSender.OVERHEAD_BYTES_MAX);
        Outcome outcome = sender.protectRtcp(plain, out);
        if (outcome != Outcome.PASSED) {
            throw new AssertionError("not protected: " + outcome);
        }
        return bytes(out);
    }

    static Outcome send(SrtpSender sender, byte[] packet) {
        return sender.protectRtp(datagram(packet), MEMORY.heapBuffer());
    }

    static Outcome hear(SrtpReceiver receiver, byte[] packet) {
        return receiver.unprotectRtp(datagram(packet));
    }

    static Outcome hearReport(SrtpReceiver receiver, byte[] packet) {
        return receiver.unprotectRtcp(datagram(packet));
    }
}
