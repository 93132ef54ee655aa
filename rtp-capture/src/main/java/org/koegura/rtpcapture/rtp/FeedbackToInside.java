package org.koegura.rtpcapture.rtp;

import io.netty.buffer.ByteBuf;

/// Tells the inside party in its own numbers what the outside party says of our stream beside its report blocks:
/// feedback (RFC 4585) and extended reports (RFC 3611). What speaks of packets that the inside party never sent, such
/// as the notice's, is left out: nobody could send them again.
///
/// Copies. Pure, and owned by the call's event loop.
final class FeedbackToInside {

    private static final int RTPFB = 205;
    private static final int GENERIC_NACK = 1;
    private static final int NACKS_AT = 12;
    private static final int BLOCKS_AT = 8;

    /// Types of blocks (RFC 3611 §4).
    private static final int LOSS_RLE = 1;

    private static final int DUPLICATE_RLE = 2;
    private static final int PACKET_RECEIPT_TIMES = 3;
    private static final int DLRR = 5;
    private static final int STATISTICS_SUMMARY = 6;
    private static final int VOIP_METRICS = 7;

    private final OutboundStream stream;

    FeedbackToInside(OutboundStream stream) {
        this.stream = stream;
    }

    /// Appends an RTPFB or PSFB of the outside party to `out`.
    ///
    /// @param at where it begins in `in`
    /// @param bytes how long it is, all of it there
    void feedback(ByteBuf in, int at, int bytes, ByteBuf out) {
        if (bytes < NACKS_AT || in.getInt(at + 8) != stream.ssrc()) {
            out.writeBytes(in, at, bytes);
            return;
        }
        if (!stream.carriesInside()) {
            return; // of the notice alone
        }
        int start = out.writerIndex();
        if (RtcpTranslator.type(in, at) != RTPFB || RtcpTranslator.count(in, at) != GENERIC_NACK) {
            out.writeBytes(in, at, bytes);
            out.setInt(start + 8, stream.insideSsrc());
            return;
        }
        out.writeBytes(in, at, NACKS_AT);
        for (int nack = at + NACKS_AT; nack < at + bytes; nack += 4) {
            int number = stream.insideNumber(in.getUnsignedShort(nack));
            if (number >= 0) {
                out.writeShort(number).writeShort(in.getShort(nack + 2));
            }
        }
        if (out.writerIndex() == start + NACKS_AT) {
            out.writerIndex(start); // a NACK of nothing is none
            return;
        }
        out.setInt(start + 8, stream.insideSsrc());
        setLength(out, start);
    }

    /// Appends an extended report of the outside party to `out`.
    ///
    /// @param at where it begins in `in`
    /// @param bytes how long it is, all of it there
    void extendedReport(ByteBuf in, int at, int bytes, ByteBuf out) {
        int start = out.writerIndex();
        int end = at + bytes;
        int block = at + BLOCKS_AT;
        out.writeBytes(in, at, Math.min(bytes, BLOCKS_AT));
        while (block + 4 <= end) {
            int blockBytes = 4 * (in.getUnsignedShort(block + 2) + 1);
            if (block + blockBytes > end) {
                break;
            }
            block(in, block, blockBytes, out);
            block += blockBytes;
        }
        if (block < end) {
            out.writeBytes(in, block, end - block);
        }
        setLength(out, start);
    }

    private void block(ByteBuf in, int at, int bytes, ByteBuf out) {
        int start = out.writerIndex();
        out.writeBytes(in, at, bytes);
        switch (in.getUnsignedByte(at)) {
            case LOSS_RLE, DUPLICATE_RLE, PACKET_RECEIPT_TIMES, STATISTICS_SUMMARY -> {
                if (bytes < 12 || in.getInt(at + 4) != stream.ssrc()) {
                    return;
                }
                int begin = stream.insideNumber(in.getUnsignedShort(at + 8));
                int end = stream.insideNumber(in.getUnsignedShort(at + 10));
                if (begin < 0 || end < 0) {
                    out.writerIndex(start);
                    return;
                }
                out.setInt(start + 4, stream.insideSsrc());
                out.setShort(start + 8, begin).setShort(start + 10, end);
            }
            case VOIP_METRICS -> {
                if (bytes >= 8 && in.getInt(at + 4) == stream.ssrc()) {
                    namedInside(out, start, start + 4);
                }
            }
            case DLRR -> {
                for (int source = 4; source + 12 <= bytes; source += 12) {
                    if (in.getInt(at + source) == stream.ssrc() && stream.carriesInside()) {
                        out.setInt(start + source, stream.insideSsrc());
                    }
                }
            }
            default -> {} // says nothing of a source of ours
        }
    }

    private void namedInside(ByteBuf out, int start, int source) {
        if (stream.carriesInside()) {
            out.setInt(source, stream.insideSsrc());
        } else {
            out.writerIndex(start);
        }
    }

    private static void setLength(ByteBuf out, int start) {
        out.setShort(start + 2, (out.writerIndex() - start) / 4 - 1);
    }
}
