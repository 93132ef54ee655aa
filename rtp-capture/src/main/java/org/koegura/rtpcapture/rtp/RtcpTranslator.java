package org.koegura.rtpcapture.rtp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.NoticeProof.ReceiverReport;

/// Tells each party's RTCP (RFC 3550 §6, RFC 3611, RFC 4585) in the other's numbers, once a notice has changed them
/// (trap 25).
///
/// - towards the outside: the inside party's source, its sender reports' timestamp, and as counts what was really
///   sent, the notice included. A sender report of a stream that the outside party has not seen yet goes on as a
///   receiver report, for its timestamps mean nothing there.
/// - towards the inside: report blocks on our stream, as source and highest sequence number of the inside party; left
///   out where nothing of the inside party's present source was sent yet. NACKs and extended reports likewise.
///
/// What cannot be read goes on as it is. Copies; RTCP is rare. Pure, and owned by the call's event loop.
public final class RtcpTranslator {

    static final int SR = 200;
    static final int RR = 201;
    private static final int SDES = 202;
    private static final int BYE = 203;
    private static final int APP = 204;
    private static final int RTPFB = 205;
    private static final int PSFB = 206;
    private static final int XR = 207;

    static final int HEADER_BYTES = 8;
    static final int SENDER_INFO_BYTES = 20;
    private static final int HEADER_OF_BYE_BYTES = 4;
    static final int BLOCK_BYTES = 24;

    /// Seconds from 1900 (NTP) to 1970.
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;

    private final OutboundStream stream;
    private final FeedbackToInside feedback;

    public RtcpTranslator(OutboundStream stream) {
        this.stream = stream;
        this.feedback = new FeedbackToInside(stream);
    }

    /// Appends to `out` what the inside party's compound packet `in` says to the outside party.
    public void toOutside(ByteBuf in, ByteBuf out) {
        int at = in.readerIndex();
        while (wholePacket(in, at)) {
            int bytes = bytes(in, at);
            switch (type(in, at)) {
                case SR -> senderReportToOutside(in, at, bytes, out);
                case RR, APP, RTPFB, PSFB, XR -> copyFromSource(in, at, bytes, out);
                case SDES -> chunksToOutside(in, at, bytes, out);
                case BYE -> sourcesToOutside(in, at, bytes, out);
                default -> out.writeBytes(in, at, bytes);
            }
            at += bytes;
        }
        out.writeBytes(in, at, in.writerIndex() - at);
    }

    /// Appends to `out` what the outside party's compound packet `in` says to the inside party.
    public void toInside(ByteBuf in, ByteBuf out) {
        int at = in.readerIndex();
        while (wholePacket(in, at)) {
            int bytes = bytes(in, at);
            switch (type(in, at)) {
                case SR -> blocksToInside(in, at, bytes, HEADER_BYTES + SENDER_INFO_BYTES, out);
                case RR -> blocksToInside(in, at, bytes, HEADER_BYTES, out);
                case RTPFB, PSFB -> feedback.feedback(in, at, bytes, out);
                case XR -> feedback.extendedReport(in, at, bytes, out);
                default -> out.writeBytes(in, at, bytes);
            }
            at += bytes;
        }
        out.writeBytes(in, at, in.writerIndex() - at);
    }

    /// The report blocks of the outside party's compound packet on our stream.
    public List<ReceiverReport> reportsOnUs(ByteBuf in, Instant at) {
        List<ReceiverReport> reports = new ArrayList<>();
        int packet = in.readerIndex();
        while (wholePacket(in, packet)) {
            int type = type(in, packet);
            if (type == SR || type == RR) {
                int end = packet + bytes(in, packet);
                int block = packet + HEADER_BYTES + (type == SR ? SENDER_INFO_BYTES : 0);
                for (int i = count(in, packet); i > 0 && block + BLOCK_BYTES <= end; i--, block += BLOCK_BYTES) {
                    if (in.getInt(block) == stream.ssrc()) {
                        reports.add(report(in, block, at));
                    }
                }
            }
            packet += bytes(in, packet);
        }
        return reports;
    }

    /// Appends a sender report and a source description of our own: for a stream that only the notice speaks on.
    public void ownReport(ByteBuf out, String canonicalName, Instant now, long nowNanos) {
        out.writeByte(0x80).writeByte(SR).writeShort(6).writeInt(stream.ssrc());
        out.writeInt((int) (now.getEpochSecond() + NTP_EPOCH_SECONDS));
        out.writeInt((int) (((long) now.getNano() << 32) / 1_000_000_000L));
        out.writeInt(stream.timestampAt(nowNanos));
        out.writeInt((int) stream.packets());
        out.writeInt((int) stream.octets());
        byte[] name = canonicalName.getBytes(StandardCharsets.US_ASCII);
        int chunkBytes = (4 + 2 + name.length + 1 + 3) / 4 * 4;
        out.writeByte(0x81).writeByte(SDES).writeShort(chunkBytes / 4).writeInt(stream.ssrc());
        out.writeByte(1).writeByte(name.length).writeBytes(name);
        out.writeZero(chunkBytes - 6 - name.length);
    }

    private static ReceiverReport report(ByteBuf in, int block, Instant at) {
        int lost = in.getMedium(block + 5);
        return new ReceiverReport(
                at, in.getUnsignedByte(block + 4), lost, in.getUnsignedInt(block + 8), in.getUnsignedInt(block + 12));
    }

    private void senderReportToOutside(ByteBuf in, int at, int bytes, ByteBuf out) {
        if (bytes < HEADER_BYTES + SENDER_INFO_BYTES) {
            out.writeBytes(in, at, bytes);
            return;
        }
        int source = in.getInt(at + 4);
        int start = out.writerIndex();
        if (stream.mapsTimestampsOf(source)) {
            out.writeBytes(in, at, bytes);
            out.setInt(start + 4, stream.ssrc());
            out.setInt(start + 16, in.getInt(at + 16) + stream.timestampOffset());
            out.setInt(start + 20, (int) stream.packets());
            out.setInt(start + 24, (int) stream.octets());
            return;
        }
        int blocksFrom = at + HEADER_BYTES + SENDER_INFO_BYTES;
        out.writeByte(in.getByte(at)).writeByte(RR).writeShort((bytes - SENDER_INFO_BYTES) / 4 - 1);
        out.writeInt(toOutside(source));
        out.writeBytes(in, blocksFrom, at + bytes - blocksFrom);
    }

    private void copyFromSource(ByteBuf in, int at, int bytes, ByteBuf out) {
        int start = out.writerIndex();
        out.writeBytes(in, at, bytes);
        if (bytes >= HEADER_BYTES) {
            out.setInt(start + 4, toOutside(in.getInt(at + 4)));
        }
    }

    /// A source that the inside party leaves is not the one that it is heard as: that goes on with
    /// whatever comes next (music on hold, another telephone), and the outside party would drop it (RFC
    /// 3550 §6.6).
    private void sourcesToOutside(ByteBuf in, int at, int bytes, ByteBuf out) {
        int sources = Math.min(count(in, at), bytes / 4 - 1);
        int start = out.writerIndex();
        out.writeBytes(in, at, HEADER_OF_BYE_BYTES);
        int left = 0;
        for (int i = 0; i < sources; i++) {
            int source = in.getInt(at + HEADER_OF_BYE_BYTES + 4 * i);
            if (toOutside(source) != stream.ssrc()) {
                out.writeInt(source);
                left++;
            }
        }
        if (left == 0) {
            out.writerIndex(start);
            return;
        }
        int reason = at + HEADER_OF_BYE_BYTES + 4 * sources;
        out.writeBytes(in, reason, at + bytes - reason);
        out.setByte(start, (in.getByte(at) & 0xE0) | left);
        out.setShort(start + 2, (out.writerIndex() - start) / 4 - 1);
    }

    /// Each chunk of a source description: a source, then items (type, length, text), then zeros to a multiple of 4.
    private void chunksToOutside(ByteBuf in, int at, int bytes, ByteBuf out) {
        int start = out.writerIndex();
        out.writeBytes(in, at, bytes);
        int chunk = 4;
        for (int i = count(in, at); i > 0 && chunk + 4 <= bytes; i--) {
            out.setInt(start + chunk, toOutside(in.getInt(at + chunk)));
            int item = chunk + 4;
            while (item + 1 < bytes && in.getByte(at + item) != 0) {
                item += 2 + in.getUnsignedByte(at + item + 1);
            }
            chunk = (item + 4) / 4 * 4;
        }
    }

    private void blocksToInside(ByteBuf in, int at, int bytes, int blocksAt, ByteBuf out) {
        int start = out.writerIndex();
        int blocksEnd = blocksAt + count(in, at) * BLOCK_BYTES;
        if (blocksEnd > bytes) {
            out.writeBytes(in, at, bytes);
            return;
        }
        out.writeBytes(in, at, blocksAt);
        int kept = 0;
        for (int block = at + blocksAt; block < at + blocksEnd; block += BLOCK_BYTES) {
            boolean ours = in.getInt(block) == stream.ssrc();
            if (ours && !stream.carriesInside()) {
                continue;
            }
            int copy = out.writerIndex();
            out.writeBytes(in, block, BLOCK_BYTES);
            if (ours) {
                out.setInt(copy, stream.insideSsrc());
                out.setInt(copy + 8, (int) stream.insideSequence(in.getUnsignedInt(block + 8)));
            }
            kept++;
        }
        out.writeBytes(in, at + blocksEnd, bytes - blocksEnd);
        out.setByte(start, (in.getByte(at) & 0xE0) | kept);
        out.setShort(start + 2, (out.writerIndex() - start) / 4 - 1);
    }

    private int toOutside(int source) {
        return source == stream.insideSsrc() || !stream.carriesInside() ? stream.ssrc() : source;
    }

    static boolean wholePacket(ByteBuf in, int at) {
        int left = in.writerIndex() - at;
        return left >= 4 && (in.getByte(at) & 0xC0) == 0x80 && bytes(in, at) <= left;
    }

    static int type(ByteBuf in, int at) {
        return in.getUnsignedByte(at + 1);
    }

    static int count(ByteBuf in, int at) {
        return in.getByte(at) & 0x1F;
    }

    static int bytes(ByteBuf in, int at) {
        return 4 * (in.getUnsignedShort(at + 2) + 1);
    }
}
