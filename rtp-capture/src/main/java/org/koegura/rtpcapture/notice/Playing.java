package org.koegura.rtpcapture.notice;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// One prompt under way: what was sent of it, and when the next packet is due. From the beginning of
/// this one to [#end] the stream is its own.
///
/// Owned by the call's event loop.
final class Playing {

    private final Way way;
    private final OutboundStream stream;
    private final NoticeFrames notice;
    private final NoticePacer pacer;
    private final @Nullable InetSocketAddress destination;
    private final long packetNanos;
    private int sent;
    private long firstSequence;
    private long lastSequence;
    private long startedNanos;
    private long lastSentNanos;

    Playing(Way way, OutboundStream stream, NoticeFrames notice, long nowNanos) {
        this.way = way;
        this.stream = stream;
        this.notice = notice;
        this.destination = way.destination();
        this.packetNanos = TimeUnit.MILLISECONDS.toNanos(notice.format().packetMillis());
        this.pacer = new NoticePacer(packetNanos, stream.beginNotice(notice.format(), nowNanos));
    }

    NoticeFrames notice() {
        return notice;
    }

    /// Where it is sent to.
    @Nullable
    InetSocketAddress destination() {
        return destination;
    }

    /// How many packets were sent.
    int sent() {
        return sent;
    }

    boolean complete() {
        return sent == notice.frames().size();
    }

    /// When the next packet is due, or, after the last, when the inside party speaks again.
    long dueNanos() {
        return complete() ? lastSentNanos + packetNanos / 2 : pacer.dueNanos();
    }

    /// Sends the next packet; false where the socket did not take it.
    boolean sendNext(long nowNanos) {
        boolean first = sent == 0;
        if (!way.send(notice.format(), notice.frames().get(sent), first, nowNanos)) {
            return false;
        }
        sent++;
        lastSentNanos = nowNanos;
        lastSequence = stream.sequence();
        pacer.sent(nowNanos);
        if (first) {
            firstSequence = stream.sequence();
            startedNanos = nowNanos;
        }
        return true;
    }

    /// The sequence number of the last packet that was sent, unwrapped.
    long lastSequence() {
        return lastSequence;
    }

    /// What was sent until now; at least one packet was.
    NoticeProof proof(int attempt, List<ReceiverReport> reports) {
        return new NoticeProof(
                notice.prompt(),
                notice.format(),
                Integer.toUnsignedLong(stream.ssrc()),
                (int) firstSequence & 0xFFFF,
                (int) lastSequence & 0xFFFF,
                sent,
                way.instant(startedNanos),
                way.instant(lastSentNanos),
                attempt,
                reports,
                notice.encodedSha256());
    }

    /// The inside party speaks again.
    void end() {
        stream.endNotice();
    }
}
