package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.FaxEar;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.rtpcapture.capture.Capture;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.meters.MediaMeters;
import org.koegura.rtpcapture.meters.RelayCounters.Discarded;
import org.koegura.rtpcapture.notice.NoticePlayer;
import org.koegura.rtpcapture.notice.Replay;
import org.koegura.rtpcapture.notice.Ringback;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.quality.QualityWatch;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.rtp.OutboundStream;
import org.koegura.rtpcapture.rtp.RtcpTimes;
import org.koegura.rtpcapture.rtp.RtcpTranslator;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Within step 2 of 5 on the packet path: the audio line of one call. Its packets are captured as they came, then
/// relayed – the inside party's through the
/// [OutboundStream] – and the notice is played on it.
///
/// Owned by the call's event loop.
final class AudioRelay {

    private static final Logger LOG = LoggerFactory.getLogger(AudioRelay.class);

    /// The first dynamic payload type (RFC 3551 §6).
    private static final int FIRST_DYNAMIC_TYPE = 96;

    private static final int EVENT_BYTES = 4;

    private final CallId call;
    private final MediaLoop loop;
    private final ArrivalClock clock;
    private final MediaEvents events;
    private final OutboundStream outbound;
    private final OutsideWay way;
    private final RtcpTranslator rtcp;
    private final NoticePlayer notice;
    private final Replay replay;
    private final Ringback ringback;
    private final Capture capture;
    private final QualityWatch quality;
    private final InsideEar ear;
    private final MediaMeters meters;
    private final FaxWatch fax = new FaxWatch();
    private final InsideKeys keys;
    private final Confirmation confirmation;
    private final Loan fromInside = new Loan();
    private final Loan fromOutside = new Loan();

    private @Nullable MediaLine line;
    private @Nullable Future<?> timer;

    /// Whether a packet that the kernel passed is still to be accounted for.
    private boolean passing;
    private Runnable streamChanged = () -> {};

    AudioRelay(
            CallId call,
            MediaLoop loop,
            MediaMeters meters,
            ArrivalClock clock,
            NoticeSource source,
            InsideHears insideHears,
            MediaEvents events,
            RandomGenerator random) {
        this.call = call;
        this.loop = loop;
        this.clock = clock;
        this.events = events;
        this.outbound = new OutboundStream(random);
        this.rtcp = new RtcpTranslator(outbound);
        this.ear = new InsideEar(insideHears, source);
        this.meters = meters;
        this.capture = new Capture(loop, clock, events);
        this.quality = new QualityWatch(loop.loop(), meters.quality(), loop.counters()::lost, clock::monotonic);
        this.way =
                new OutsideWay(call, loop.counters(), clock, source, events, outbound, rtcp, capture, quality, random);
        this.notice = way.notice();
        this.replay = way.replay();
        this.ringback = way.ringback();
        this.keys = new InsideKeys(call, outbound, source, events, loop.counters(), this::eventPasses);
        this.confirmation = new Confirmation(source);
    }

    Capture capture() {
        return capture;
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

    QualityWatch quality() {
        return quality;
    }

    FaxWatch fax() {
        return fax;
    }

    InsideKeys keys() {
        return keys;
    }

    /// The inside party hears what came of its code.
    void confirm(boolean done) {
        confirmation.begin(done, clock.monotonic());
    }

    /// Goes on in the stream of another process.
    void resume(CallCheckpoint.Stream had, long nowNanos) {
        outbound.resume(had, clock.instant(nowNanos), nowNanos);
    }

    CallCheckpoint.@Nullable Stream checkpoint(long nowNanos) {
        return outbound.checkpoint(clock.instant(nowNanos), nowNanos);
    }

    /// @param told run when a notice begins or ends in the stream
    void whenStreamChanges(Runnable told) {
        streamChanged = told;
    }

    /// Grows with whatever changes a checkpoint of the stream, or of what may be kept.
    long streamChanges() {
        return outbound.changes() + capture.changes();
    }

    void on(MediaLine audioLine) {
        line = audioLine;
        way.on(audioLine);
        keys.on(audioLine);
        capture.withAudio(clock.epochNanos(clock.monotonic()));
    }

    /// There is no line to be announced in or captured, until there is one again.
    void off(Span.Reason why, long sinceNanos) {
        replay.stop(ReplayEnd.NO_AUDIO);
        line = null;
        way.on(null);
        keys.on(null);
        quality.agreed(Leg.INSIDE, null);
        quality.agreed(Leg.OUTSIDE, null);
        capture.withoutAudio(why, clock.epochNanos(sinceNanos));
    }

    /// Lets the notice do what is due, and comes again when it says so.
    void advanceNotice() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
        if (passing) {
            timer = loop.loop().schedule(this::advanceNotice, 0, TimeUnit.NANOSECONDS);
            return;
        }
        long nowNanos = clock.monotonic();
        long changes = outbound.changes();
        if (!isRingbackFree()) {
            ringback.giveWay(); // before the notice, or a press that is told again, takes the stream
        }
        long keysNanos = keys.advance(nowNanos); // before the notice, which waits for events
        long noticeNanos = Math.min(notice.advance(nowNanos), replay.advance(nowNanos));
        long ringbackNanos = ringback.advance(nowNanos, isRingbackFree());
        long nextNanos = Math.min(keysNanos, Math.min(noticeNanos, ringbackNanos));
        if (outbound.changes() != changes) {
            streamChanged.run();
        }
        if (nextNanos != NoticePlayer.NEVER) {
            timer = loop.loop().schedule(this::advanceNotice, Math.max(0, nextNanos - nowNanos), TimeUnit.NANOSECONDS);
        }
    }

    /// Whether the outside party hears nothing else: no notice speaks, and the inside party has not said where it is.
    private boolean isRingbackFree() {
        MediaLine on = line;
        RemoteMedia inside = on == null ? null : on.side(Leg.INSIDE).agreed();
        return notice.rests() && !keys.busy() && inside != null && inside.rtp() == null && way.outsideReceives();
    }

    /// Whether the inside party's packets only pass.
    private boolean nothingPlays() {
        return notice.rests() && replay.rests() && !ringback.speaks() && !keys.busy();
    }

    /// Whether a prompt or a tone of ours speaks in the inside party's place.
    private boolean speaksInstead() {
        return notice.speaks() || replay.speaks() || ringback.speaks();
    }

    /// A packet of a telephone event goes out to the outside party.
    private void eventPasses(long nowNanos) {
        notice.event(nowNanos);
        replay.event(nowNanos);
    }

    /// One admitted RTP packet.
    void rtp(MediaLine on, RelayPort in, ByteBuf packet, long nowNanos) {
        arrived(in, packet, in.latch().source(), nowNanos, false);
        if (in.leg() == Leg.INSIDE) {
            toOutside(on, in, packet, nowNanos);
        } else {
            if (notice.awaitsCue()) {
                notice.cue();
                advanceNotice();
            }
            MediaLine.Side near = on.side(Leg.INSIDE);
            int payloadType = RtpHeader.payloadType(packet);
            int ssrc = RtpHeader.ssrc(packet);
            send(near.rtp(), toInside(packet, near, nowNanos));
            if (nothingPlays() && !confirmation.sounds()) {
                fromOutside.relayed(in, near.rtp(), payloadType, ssrc, ssrc, 0, 0);
            }
        }
    }

    /// A packet that the kernel has sent on is about to be accounted for: until it is, we say nothing, for that would
    /// take its number. What is due then is said later, in this loop's next turn.
    ///
    /// @param begins or is over
    void passing(boolean begins) {
        passing = begins;
    }

    /// One RTP packet that the kernel has sent on, as it was lent: it went out, whatever holds by now.
    void passed(RelayPort in, ByteBuf packet, InetSocketAddress from, long arrivalNanos) {
        arrived(in, packet, from, arrivalNanos, true);
        loop.counters().passedByKernel(in.leg());
        (in.leg() == Leg.INSIDE ? fromInside : fromOutside).passed();
        if (in.leg() == Leg.INSIDE) {
            way.insideSpeaks(RtpHeader.payloadType(packet));
            outbound.passed(packet, arrivalNanos);
        }
        packet.release();
        loop.counters().sent(in.leg().far());
    }

    /// Nothing of the call's audio goes by the kernel alone from now on, until it is steady again.
    void recall() {
        boolean _ = fromInside.recall();
        boolean _ = fromOutside.recall();
    }

    private void arrived(
            RelayPort in, ByteBuf packet, @Nullable InetSocketAddress from, long nowNanos, boolean byKernel) {
        Leg leg = in.leg();
        loop.counters().received(leg);
        quality.onPacket(
                leg,
                RtpHeader.ssrc(packet),
                RtpHeader.sequence(packet),
                RtpHeader.payloadType(packet),
                RtpHeader.timestamp(packet),
                nowNanos);
        FaxEar.Tone tone = fax.hears(leg, packet);
        if (tone != null) {
            faxHeard(leg, tone);
        }
        if (from != null) {
            capture.take(leg, packet, from, in.local(), clock.epochNanos(nowNanos), byKernel);
        }
    }

    /// Nothing of the call is announced or kept from here on, this packet included.
    private void faxHeard(Leg leg, FaxEar.Tone tone) {
        LOG.info("media.fax.heard call={} leg={} tone={}", call, leg, tone);
        meters.faxHeard(leg, tone);
        replay.stop(ReplayEnd.NO_AUDIO);
        capture.stop(Withheld.FAX, clock.instant(clock.monotonic()));
        notice.stop();
        advanceNotice();
        events.faxHeard();
    }

    private ByteBuf toInside(ByteBuf packet, MediaLine.Side near, long nowNanos) {
        if (confirmation.sounds()) {
            return confirmation.instead(packet, near.agreed(), nowNanos);
        }
        Prompt spoken = notice.speaks() ? notice.spoken() : replay.spoken();
        if (spoken == null) {
            return packet;
        }
        return ear.instead(packet, spoken, notice.beginnings() + replay.beginnings(), near.agreed());
    }

    /// One admitted RTCP datagram.
    void rtcp(MediaLine on, RelayPort in, ByteBuf packet, long nowNanos) {
        RtcpTimes.passed(packet, in.leg(), quality, nowNanos);
        if (in.leg() == Leg.OUTSIDE && outbound.running()) {
            Instant at = clock.instant(nowNanos);
            for (ReceiverReport report : rtcp.reportsOnUs(packet, at)) {
                notice.reported(report, nowNanos);
            }
        }
        if (!outbound.engaged()) {
            on.relay(in, RtpHeader.Kind.RTCP, packet);
            return;
        }
        ByteBuf told = ByteBufAllocator.DEFAULT.buffer(packet.readableBytes());
        if (in.leg() == Leg.INSIDE) {
            rtcp.toOutside(packet, told);
        } else {
            rtcp.toInside(packet, told);
        }
        packet.release();
        if (!told.isReadable()) {
            told.release();
            return;
        }
        on.relay(in, RtpHeader.Kind.RTCP, told);
    }

    private void toOutside(MediaLine on, RelayPort in, ByteBuf packet, long nowNanos) {
        MediaLine.Side far = on.side(Leg.OUTSIDE);
        RelayPort out = far.rtp();
        boolean event = isEvent(packet, far.agreed());
        if (event && keys.heeded() && isWithheld(packet, nowNanos)) {
            return;
        }
        if (event) {
            eventPasses(nowNanos);
        } else {
            way.insideSpeaks(RtpHeader.payloadType(packet));
        }
        int ssrc = RtpHeader.ssrc(packet);
        if (speaksInstead() || keys.speaks()) {
            outbound.withhold(packet, nowNanos);
            drop(packet, Leg.INSIDE, Discarded.NOTICE);
        } else if (!out.canSend()) {
            outbound.skip(packet, nowNanos);
            drop(packet, Leg.OUTSIDE, Discarded.NO_DESTINATION);
        } else if (outbound.relay(packet, nowNanos)) {
            send(out, packet);
            if (!event && nothingPlays()) {
                fromInside.relayed(
                        in,
                        out,
                        way.insidePayloadType(),
                        ssrc,
                        outbound.ssrc(),
                        outbound.sequenceShift(),
                        outbound.timestampShift());
            }
        } else {
            drop(packet, Leg.INSIDE, Discarded.LATE);
        }
    }

    /// Whether it belongs to what may be a code: then it goes no further. What the kernel passed on
    /// before it is accounted for first.
    private boolean isWithheld(ByteBuf packet, long nowNanos) {
        boolean _ = fromInside.recall();
        if (!keys.withholds(packet, way.insidePayloadType(), speaksInstead(), nowNanos)) {
            return false;
        }
        packet.release();
        advanceNotice();
        return true;
    }

    private boolean send(RelayPort out, ByteBuf packet) {
        boolean sent = out.send(packet);
        if (sent) {
            loop.counters().sent(out.leg());
        }
        return sent;
    }

    private void drop(ByteBuf packet, Leg leg, Discarded why) {
        packet.release();
        loop.counters().discarded(leg, why);
    }

    /// Whether it is a telephone event (RFC 4733): a dynamic type beside the audio, in whole 4-byte blocks.
    private static boolean isEvent(ByteBuf packet, @Nullable RemoteMedia agreed) {
        int payloadType = RtpHeader.payloadType(packet);
        if (payloadType < FIRST_DYNAMIC_TYPE || agreed == null) {
            return false;
        }
        int bytes = RtpHeader.payloadBytes(packet);
        return bytes >= EVENT_BYTES
                && bytes % EVENT_BYTES == 0
                && agreed.otherPayloadTypes().contains(payloadType);
    }
}
