package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.rtpcapture.capture.Capture;
import org.koegura.rtpcapture.meters.RelayCounters;
import org.koegura.rtpcapture.notice.NoticePlayer;
import org.koegura.rtpcapture.notice.Replay;
import org.koegura.rtpcapture.notice.Ringback;
import org.koegura.rtpcapture.quality.QualityWatch;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.rtp.OutboundStream;
import org.koegura.rtpcapture.rtp.RtcpTimes;
import org.koegura.rtpcapture.rtp.RtcpTranslator;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way by which whatever we say in the inside party's place reaches the outside party of one call,
/// and who is told of it: the first notice and those of new parties, a replay, ringback.
///
/// Owned by the call's event loop.
final class OutsideWay implements NoticePlayer.Stage, Replay.Stage, Ringback.Stage {

    private static final Logger LOG = LoggerFactory.getLogger(OutsideWay.class);

    /// Between sender reports of our own (RFC 3550 §6.2).
    private static final long OWN_REPORT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int RTCP_BYTES = 512;

    private final CallId call;
    private final RelayCounters counters;
    private final ArrivalClock clock;
    private final NoticeSource source;
    private final MediaEvents events;
    private final OutboundStream outbound;
    private final RtcpTranslator rtcp;
    private final Capture capture;
    private final QualityWatch quality;
    private final String canonicalName;
    private final NoticePlayer notice;
    private final Replay replay;
    private final Ringback ringback;

    private @Nullable MediaLine line;
    private int insidePayloadType = -1;
    private long ownReportDueNanos;

    OutsideWay(
            CallId call,
            RelayCounters counters,
            ArrivalClock clock,
            NoticeSource source,
            MediaEvents events,
            OutboundStream outbound,
            RtcpTranslator rtcp,
            Capture capture,
            QualityWatch quality,
            RandomGenerator random) {
        this.call = call;
        this.counters = counters;
        this.clock = clock;
        this.source = source;
        this.events = events;
        this.outbound = outbound;
        this.rtcp = rtcp;
        this.capture = capture;
        this.quality = quality;
        this.canonicalName = Long.toHexString(random.nextLong());
        this.ownReportDueNanos = clock.monotonic();
        this.notice = new NoticePlayer(this, outbound);
        this.replay = new Replay(this, outbound);
        this.ringback = new Ringback(this, outbound);
    }

    NoticePlayer notice() {
        return notice;
    }

    Replay replay() {
        return replay;
    }

    Ringback ringback() {
        return ringback;
    }

    /// @param audioLine null where there is none, until there is one again
    void on(@Nullable MediaLine audioLine) {
        line = audioLine;
    }

    /// The inside party sent a packet of audio.
    void insideSpeaks(int payloadType) {
        insidePayloadType = payloadType;
    }

    /// Of its last packet of audio; -1 where it sent none yet.
    int insidePayloadType() {
        return insidePayloadType;
    }

    /// That in which the inside party speaks, else the first that has any.
    @Override
    public Optional<NoticeFrames> frames(Prompt prompt) {
        RemoteMedia remote = outsideAgreed();
        if (remote == null) {
            return Optional.empty();
        }
        for (AudioFormat format : remote.formats()) {
            if (format.payloadType() == insidePayloadType) {
                Optional<NoticeFrames> present = source.frames(prompt, format);
                if (present.isPresent()) {
                    return present;
                }
            }
        }
        for (AudioFormat format : remote.formats()) {
            Optional<NoticeFrames> frames = source.frames(prompt, format);
            if (frames.isPresent()) {
                return frames;
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<NoticeFrames> ringbackFrames() {
        RemoteMedia remote = outsideAgreed();
        return remote == null
                ? Optional.empty()
                : remote.formats().stream()
                        .flatMap(format -> source.ringback(format).stream())
                        .findFirst();
    }

    @Override
    public boolean outsideReceives() {
        RemoteMedia remote = outsideAgreed();
        return remote != null && remote.receives() && remote.rtp() != null;
    }

    @Override
    public @Nullable InetSocketAddress destination() {
        MediaLine on = line;
        return on == null ? null : on.side(Leg.OUTSIDE).rtp().latch().destination();
    }

    @Override
    public boolean send(AudioFormat format, byte[] frame, boolean first, long nowNanos) {
        MediaLine on = line;
        if (on == null) {
            return false;
        }
        ByteBuf packet = ByteBufAllocator.DEFAULT.directBuffer(RtpHeader.BYTES + frame.length);
        outbound.writeNotice(packet, format, frame, first, nowNanos);
        boolean sent = on.side(Leg.OUTSIDE).rtp().send(packet);
        if (sent) {
            counters.sent(Leg.OUTSIDE);
        }
        if (!outbound.carriesInside() && nowNanos - ownReportDueNanos >= 0) {
            ownReportDueNanos = nowNanos + OWN_REPORT_NANOS;
            ByteBuf report = ByteBufAllocator.DEFAULT.buffer(RTCP_BYTES);
            rtcp.ownReport(report, canonicalName, clock.instant(nowNanos), nowNanos);
            RtcpTimes.sent(report, Leg.OUTSIDE, quality, nowNanos);
            on.side(Leg.OUTSIDE).control().send(report);
        }
        on.flush();
        return sent;
    }

    @Override
    public Instant instant(long nowNanos) {
        return clock.instant(nowNanos);
    }

    @Override
    public void started() {
        capture.offBecause(Withheld.NOTICE);
        events.noticeStarted();
    }

    @Override
    public void heard(NoticeProof proof) {
        if (notice.isEarly()) {
            events.earlyNoticeHeard(proof);
        } else {
            events.noticeHeard(proof);
        }
    }

    @Override
    public void failed(NoticeFailure failure) {
        if (notice.isEarly()) { // it is played again when somebody answers
            capture.offBecause(Withheld.BEFORE_NOTICE);
            events.earlyNoticeFailed(failure);
        } else {
            capture.offBecause(Withheld.BYPASS);
            events.noticeFailed(failure);
        }
    }

    @Override
    public void over(Replayed replayed) {
        capture.replayed(replayed);
        events.replayOver(replayed);
    }

    @Override
    public void broken(RuntimeException cause) {
        LOG.error("notice.broken call={}", call, cause);
    }

    private @Nullable RemoteMedia outsideAgreed() {
        MediaLine on = line;
        return on == null ? null : on.side(Leg.OUTSIDE).agreed();
    }
}
