package org.koegura.rtpcapture.rtp;

import static org.koegura.rtpcapture.rtp.RtcpTranslator.BLOCK_BYTES;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.HEADER_BYTES;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.RR;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.SENDER_INFO_BYTES;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.SR;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.bytes;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.count;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.type;
import static org.koegura.rtpcapture.rtp.RtcpTranslator.wholePacket;

import io.netty.buffer.ByteBuf;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.quality.QualityWatch;

/// Reads of RTCP what round trips are made of (RFC 3550 §6.4.1): when a sender report passed, and which one a report
/// block answers. Of all packets of a datagram, and of all their sources. Reads only, and allocates nothing.
public final class RtcpTimes {

    private static final int NTP_MIDDLE = HEADER_BYTES + 2;
    private static final int LAST_SENDER_REPORT = 16;
    private static final int DELAY_SINCE = 20;

    private RtcpTimes() {}

    /// A datagram of the party on `from` came, and goes on to the other.
    public static void passed(ByteBuf in, Leg from, QualityWatch quality, long nowNanos) {
        quality.onReport(from, nowNanos);
        for (int at = in.readerIndex(); wholePacket(in, at); at += bytes(in, at)) {
            switch (type(in, at)) {
                case SR -> {
                    noteSenderReport(in, at, from.far(), quality, nowNanos);
                    takeBlocks(in, at, HEADER_BYTES + SENDER_INFO_BYTES, from, quality, nowNanos);
                }
                case RR -> takeBlocks(in, at, HEADER_BYTES, from, quality, nowNanos);
                default -> {}
            }
        }
    }

    /// A sender report of our own goes to the party on `to`; it is the first packet of its datagram.
    public static void sent(ByteBuf report, Leg to, QualityWatch quality, long nowNanos) {
        noteSenderReport(report, report.readerIndex(), to, quality, nowNanos);
    }

    private static void noteSenderReport(ByteBuf in, int at, Leg to, QualityWatch quality, long nowNanos) {
        if (bytes(in, at) >= HEADER_BYTES + SENDER_INFO_BYTES) {
            quality.senderReportPassed(to, in.getInt(at + NTP_MIDDLE), nowNanos);
        }
    }

    private static void takeBlocks(ByteBuf in, int at, int blocksAt, Leg from, QualityWatch quality, long nowNanos) {
        int end = at + bytes(in, at);
        int block = at + blocksAt;
        for (int i = count(in, at); i > 0 && block + BLOCK_BYTES <= end; i--, block += BLOCK_BYTES) {
            quality.reportReturned(
                    from, in.getInt(block + LAST_SENDER_REPORT), in.getUnsignedInt(block + DELAY_SINCE), nowNanos);
        }
    }
}
