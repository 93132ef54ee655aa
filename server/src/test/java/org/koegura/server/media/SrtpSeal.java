package org.koegura.server.media;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.rtpcapture.srtp.Outcome;
import org.koegura.rtpcapture.srtp.SrtpReceiver;
import org.koegura.rtpcapture.srtp.SrtpSender;

/// SRTP and SRTCP as a party speaks them. What was sent under its number already gets the next one of its source, so
/// that nonsense is sealed rightly again and again.
final class SrtpSeal implements Seal {

    private static final int RTP_HEADER_BYTES = 12;
    private static final int SEQUENCE_AT = 2;
    private static final int SSRC_AT = 8;
    private static final int RTCP_FIRST = 192;
    private static final int RTCP_LAST = 223;

    private final SrtpKeys keys;
    private final SrtpSender sender;

    /// The highest number of each source, as it was sealed: of as many as there may be under one key.
    private final Map<Integer, Integer> numbers = new HashMap<>();

    private int sealedPackets;
    private int sealedReports;

    /// Guards what follows.
    private final ReentrantLock opening = new ReentrantLock();

    private final SrtpReceiver receiver;
    private int openedReports;
    private final Map<Outcome, Integer> unopened = new EnumMap<>(Outcome.class);

    SrtpSeal(CryptoSuite suite, Random random) {
        keys = new SrtpKeys(MasterKey.fresh(suite, random), MasterKey.fresh(suite, random));
        sender = new SrtpSender(keys.theirs());
        receiver = new SrtpReceiver(keys.ours());
    }

    @Override
    public SrtpKeys keys() {
        return keys;
    }

    @Override
    public byte[] sealed(byte[] packet) {
        if (isRtcp(packet)) {
            byte[] report = protectedReport(packet);
            sealedReports += report == null ? 0 : 1;
            return report == null ? packet : report;
        }
        byte[] sealed = protectedPacket(packet);
        if (sealed == null) {
            return packet;
        }
        sealedPackets++;
        int number = number(sealed);
        numbers.merge(ssrc(sealed), number, (had, next) -> (short) (next - had) > 0 ? next : had);
        return sealed;
    }

    private byte @Nullable [] protectedReport(byte[] packet) {
        ByteBuf out = Unpooled.buffer();
        Outcome outcome = sender.protectRtcp(Unpooled.wrappedBuffer(packet), out);
        return outcome == Outcome.PASSED ? ByteBufUtil.getBytes(out) : null;
    }

    private byte @Nullable [] protectedPacket(byte[] packet) {
        ByteBuf out = Unpooled.buffer();
        Outcome outcome = sender.protectRtp(Unpooled.wrappedBuffer(packet), out);
        Integer before = outcome == Outcome.REPEATED ? numbers.get(ssrc(packet)) : null;
        if (before != null) {
            byte[] next = packet.clone();
            ByteBuffer.wrap(next).putShort(SEQUENCE_AT, (short) (before + 1));
            outcome = sender.protectRtp(Unpooled.wrappedBuffer(next), out);
        }
        return outcome == Outcome.PASSED ? ByteBufUtil.getBytes(out) : null;
    }

    @Override
    public byte @Nullable [] opened(byte[] packet) {
        ByteBuf buffer = Unpooled.wrappedBuffer(packet);
        boolean report = isRtcp(packet);
        opening.lock();
        try {
            Outcome outcome = report ? receiver.unprotectRtcp(buffer) : receiver.unprotectRtp(buffer);
            if (outcome != Outcome.PASSED) {
                unopened.merge(outcome, 1, Integer::sum);
                return null;
            }
            openedReports += report ? 1 : 0;
            return ByteBufUtil.getBytes(buffer);
        } finally {
            opening.unlock();
        }
    }

    /// RTP that was sealed rightly.
    int sealedPackets() {
        return sealedPackets;
    }

    /// RTCP, likewise.
    int sealedReports() {
        return sealedReports;
    }

    /// RTCP that came, and was authentic.
    int openedReports() {
        opening.lock();
        try {
            return openedReports;
        } finally {
            opening.unlock();
        }
    }

    /// How many of what came could not be opened, by why.
    Map<Outcome, Integer> unopened() {
        opening.lock();
        try {
            return Map.copyOf(unopened);
        } finally {
            opening.unlock();
        }
    }

    /// As who shares a port tells them apart (RFC 5761 §4).
    private static boolean isRtcp(byte[] packet) {
        int type = packet.length < RTP_HEADER_BYTES - 4 ? 0 : packet[1] & 0xFF;
        return (packet.length == 0 ? 0 : packet[0] & 0xC0) == 0x80 && type >= RTCP_FIRST && type <= RTCP_LAST;
    }

    private static int number(byte[] rtp) {
        return ByteBuffer.wrap(rtp).getShort(SEQUENCE_AT);
    }

    private static int ssrc(byte[] rtp) {
        return ByteBuffer.wrap(rtp).getInt(SSRC_AT);
    }
}
