package org.koegura.rtpcapture.capture;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.RecordingSink.Beside;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.rtpcapture.port.PeerLatch;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// Between steps 2 and 3 of 5 on the packet path: the capture switch of one call, and the account of every RTP packet
/// that came by (R8).
///
/// Off from the start; [#start] turns it on once, and a packet is then copied into the ring as it was received,
/// before anything rewrites it. A full ring loses the copy, never the packet; so does a party that sends more than
/// its [PartyBudget].
///
/// Owned by the call's event loop; allocates nothing per packet.
public final class Capture {

    /// Capture waits at most so long for its basis, which another clock dated, to be past: clocks differ a little.
    private static final long BASIS_AHEAD_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final MediaLoop loop;
    private final LegAccount inside = new LegAccount(Leg.INSIDE);
    private final LegAccount outside = new LegAccount(Leg.OUTSIDE);
    private final SpanLog spans;
    private final BesideLog beside = new BesideLog();
    private final CapturePause pause;
    private final ReplayLog replays = new ReplayLog();

    /// PCMU, PCMA and G.722 are audio without a word in the session description (RFC 3551 §6). A party
    /// that agrees to another codec in mid-call speaks it at once, before its answer has passed us: that
    /// is kept too. A codec of a dynamic type is kept from its offer on. So is comfort noise (13), which some send
    /// without having agreed to it.
    private static final long STATIC_AUDIO = 1L | 1L << 8 | 1L << 9 | 1L << 13;

    /// One bit for each payload type that is kept, 0 to 63 and 64 to 127.
    private long keptLow = STATIC_AUDIO;

    private long keptHigh;
    private Withheld offReason = Withheld.BEFORE_NOTICE;
    private boolean on;
    private boolean commandLost;
    private boolean withheld;
    private boolean sealed;

    /// Whether somebody is there who was not told yet, and from when on the one before him was.
    private boolean untold;

    private long toldEpochNanos = Long.MIN_VALUE;
    private @Nullable Instant stoppedAt;
    private @Nullable Track track;
    private @Nullable CaptureBasis basis;
    private long fromEpochNanos;

    /// Where a packet is read and then a command that was waiting says that there is audio again, the packet is
    /// earlier.
    private long silentUntilEpochNanos = Long.MIN_VALUE;

    /// When the latest of what was kept came.
    private long keptEpochNanos = Long.MIN_VALUE;

    private @Nullable InetSocketAddress insidePath;
    private @Nullable InetSocketAddress outsidePath;

    /// What payload types mean, as last agreed.
    private List<LegFormat> agreed = List.of();

    /// What the recording was told of them, now and before: one meaning for each type of a leg.
    private final List<LegFormat> told = new ArrayList<>();
    private long agreedEpochNanos;
    private boolean tellingLater;

    /// @param events hears of the end of a pause
    public Capture(MediaLoop loop, ArrivalClock clock, MediaEvents events) {
        this.loop = loop;
        this.spans = new SpanLog(loop.counters()::spanForgotten);
        this.pause = new CapturePause(loop, clock, spans, events);
    }

    /// Before a pause ends by itself, what waits in the call's sockets is handed over so; false where it cannot be.
    public void takeInBy(BooleanSupplier takeIn) {
        pause.takeInBy(takeIn);
    }

    /// Whether packets are copied now, but for a pause.
    public boolean isOn() {
        return on;
    }

    /// Why packets are withheld while capture is off.
    public void offBecause(Withheld why) {
        offReason = why;
    }

    /// Off from now on. A recording that was begun is closed at the end of the call, and says that capture ended here.
    public void stop(Withheld why, Instant at) {
        if (on) {
            on = false;
            stoppedAt = at;
        }
        offReason = why;
    }

    /// Off from now on, for nobody knows any more what may be kept. A recording that was to go on declares that until
    /// the end of the call, and is partial.
    public void commandLost(long epochNanos) {
        commandLost |= on;
        if (commandLost) {
            on = false;
            spans.commandLost(epochNanos);
        } else {
            offReason = Withheld.BYPASS;
        }
    }

    /// The call carries no audio from now on, and has not since a moment ago. What was read in between and kept was
    /// some.
    ///
    /// @param sinceEpochNanos that moment
    public void withoutAudio(Span.Reason why, long sinceEpochNanos) {
        spans.begin(why, Math.max(sinceEpochNanos, keptEpochNanos + 1));
    }

    /// From now on nobody can tell whether what comes is audio that can be read: nothing of it is kept.
    public void withhold(Span.Reason why, long epochNanos) {
        withheld = true;
        withoutAudio(why, epochNanos);
    }

    /// The same for good: the parties have keys of their own.
    public void sealed(long epochNanos) {
        sealed = true;
        withheld = true;
        spans.turnInto(Span.Reason.ENCRYPTED, epochNanos);
    }

    /// It carries some again, if it did not.
    public void withAudio(long epochNanos) {
        if (sealed) {
            sealed(epochNanos); // a fax between is over
            return;
        }
        withheld = false;
        silentUntilEpochNanos = epochNanos;
        spans.end(epochNanos);
    }

    /// Whether more than the audio is relayed from now on; it is never kept.
    public void beside(boolean is, long epochNanos) {
        beside.turn(is, epochNanos);
    }

    /// Nothing is kept from now on, at most so long. Without effect while a pause lasts; turns nothing on.
    public void pause(Duration atMost) {
        pause.begin(atMost);
    }

    /// Whether what comes is kept, but for a pause: the other party was told, and is there.
    public boolean keeps() {
        return on && !untold && !withheld;
    }

    /// A notice was played to the outside party once more, or part of it, while what was said was kept
    /// as it came.
    public void replayed(Replayed replayed) {
        replays.add(replayed);
    }

    /// What is kept otherwise is kept again.
    public void resume() {
        silentUntilEpochNanos = Math.max(silentUntilEpochNanos, pause.end());
    }

    /// Somebody else is on the outside leg: nothing is kept until [#captureAgain]. Without effect where
    /// capture is off.
    public void newParty(long epochNanos) {
        if (on && !untold) {
            untold = true;
            spans.newParty(Math.max(epochNanos, keptEpochNanos + 1));
        }
    }

    /// He was told, or need not be. Without effect where nobody is waited for, and where capture has ended.
    public void captureAgain(CaptureBasis told, long nowEpochNanos) {
        if (on && untold) {
            untold = false;
            toldEpochNanos = startEpochNanos(told, nowEpochNanos);
            spans.told(told, toldEpochNanos);
        }
    }

    /// Says what is known by now of the bases that were given.
    public void amend(UnaryOperator<CaptureBasis> known) {
        basis = basis == null ? null : known.apply(basis);
        spans.amend(known);
    }

    /// Goes on where another process was, whose clock may have been ahead.
    public void resume(
            CallCheckpoint.@Nullable Silence silence, CallCheckpoint.@Nullable Pause paused, long nowEpochNanos) {
        if (silence != null) {
            withoutAudio(silence.reason(), Math.min(ArrivalClock.epochNanos(silence.since()), nowEpochNanos));
        }
        if (paused != null) {
            pause.resume(paused);
        }
    }

    public CallCheckpoint.@Nullable Silence silence() {
        return spans.silence();
    }

    public CallCheckpoint.@Nullable Pause paused() {
        return pause.checkpoint();
    }

    /// Grows with whatever changes [#silence] or [#paused].
    public long changes() {
        return spans.changes();
    }

    /// Keeps packets of this type from now on, as well as those named before: an old format may still be under way.
    public void keep(int payloadType) {
        if (payloadType < 64) {
            keptLow |= 1L << payloadType;
        } else {
            keptHigh |= 1L << (payloadType - 64);
        }
    }

    /// Says what payload types mean since an agreement. A recording that is being made is told of what is new
    /// to it at once, or a little later where the writer has too much to do: of several agreements in that
    /// while only the last is told then.
    public void agreed(List<LegFormat> arriving, long epochNanos) {
        agreed = arriving;
        agreedEpochNanos = epochNanos;
        tellOrLater();
    }

    /// Whether a recording was ever begun: there is at most one for a call.
    public boolean begun() {
        return track != null;
    }

    /// The moment from which a basis given now covers packets: now, or just after the basis was dated.
    public static long startEpochNanos(CaptureBasis basis, long nowEpochNanos) {
        Instant given = switch (basis) {
            case CaptureBasis.Announced announced -> announced.proof().endedAt();
            case CaptureBasis.Exempted exempted -> exempted.exemption().at();
            case CaptureBasis.Attested attested -> attested.attestation().at();
        };
        long after = ArrivalClock.epochNanos(given) + 1;
        return after - nowEpochNanos > BASIS_AHEAD_NANOS_MAX ? nowEpochNanos : Math.max(nowEpochNanos, after);
    }

    /// Turns capture on. Returns false, and stays off, where the writer has too much to do.
    public boolean start(Opening opening, Track.Owner owner) {
        int slot = loop.takeSlot();
        Track opened = new Track(slot, owner);
        if (!loop.writer().command(new WriterCommand.Open(position(), opened, opening))) {
            loop.freeSlot(slot);
            offReason = Withheld.BYPASS;
            return false;
        }
        track = opened;
        agreed = opening.formats();
        told.addAll(agreed);
        spans.declare();
        basis = opening.basis();
        fromEpochNanos = ArrivalClock.epochNanos(opening.captureStartedAt());
        on = true;
        return true;
    }

    /// The recording could not be opened; what is in the ring already will be declared lost.
    public void openFailed() {
        on = false;
        offReason = Withheld.BYPASS;
    }

    /// Accounts for one admitted RTP packet, and copies it where capture is on.
    ///
    /// @param byKernel whether the kernel passed it, and told when it arrived
    public void take(
            Leg leg,
            ByteBuf packet,
            InetSocketAddress source,
            InetSocketAddress ours,
            long arrivalEpochNanos,
            boolean byKernel) {
        LegAccount account = leg == Leg.INSIDE ? inside : outside;
        Track to = track;
        if (!on || to == null || arrivalEpochNanos < fromEpochNanos) {
            account.withheld(commandLost ? Withheld.COMMAND_LOST : offReason);
            return;
        }
        if (untold || arrivalEpochNanos < toldEpochNanos) {
            spans.withheldAt(Math.max(arrivalEpochNanos, keptEpochNanos + 1));
            account.withheld(Withheld.NEW_PARTY);
            return;
        }
        if (pause.covers(arrivalEpochNanos, byKernel)) {
            spans.withheldAt(Math.max(arrivalEpochNanos, keptEpochNanos + 1));
            account.withheld(Withheld.PAUSE);
            return;
        }
        if (withheld || !keeps(RtpHeader.payloadType(packet))) {
            account.withheld(Withheld.NOT_AUDIO);
            return;
        }
        if (arrivalEpochNanos < silentUntilEpochNanos) {
            silentUntilEpochNanos = spans.heardAt(arrivalEpochNanos);
        }
        if (!account.affords(packet.readableBytes(), arrivalEpochNanos)) {
            loop.counters().lost(Gap.Reason.FLOOD);
            return;
        }
        int key = (to.slot() << 1) | (leg == Leg.OUTSIDE ? 1 : 0);
        boolean taken = onPath(to, leg, source, ours) && loop.ring().offer(key, arrivalEpochNanos, packet);
        if (taken) {
            account.taken();
            keptEpochNanos = Math.max(keptEpochNanos, arrivalEpochNanos);
        } else {
            account.lost(arrivalEpochNanos);
            loop.counters().lost(Gap.Reason.RING_FULL);
        }
    }

    /// Ends it. The report comes from the owner of the track, or is returned where there is none.
    @Nullable
    public MediaReport end(EndReason end, Instant endedAt) {
        on = false;
        offReason = Withheld.AFTER_END;
        pause.end();
        CaptureBasis known = basis;
        Track closing = track;
        if (closing == null || known == null) {
            List<StreamAccount> accounts = List.of(inside.settle(0), outside.settle(0));
            return new MediaReport(accounts, List.of(), null);
        }
        Instant captureEndedAt = stoppedAt == null ? endedAt : stoppedAt;
        long untilEpochNanos = ArrivalClock.epochNanos(captureEndedAt);
        spans.close(untilEpochNanos);
        beside.turn(false, untilEpochNanos);
        List<Span> silent = spans.within(fromEpochNanos, untilEpochNanos);
        List<Beside> more = beside.within(fromEpochNanos, untilEpochNanos);
        List<Replayed> played = replays.within(fromEpochNanos, untilEpochNanos);
        closeTrack(closing, new Track.Ending(known, captureEndedAt, end, inside, outside, silent, more, played));
        return null;
    }

    private void closeTrack(Track closing, Track.Ending ending) {
        if (tell() && loop.writer().command(new WriterCommand.Close(position(), closing, ending))) {
            loop.freeSlot(closing.slot());
        } else {
            loop.later(() -> closeTrack(closing, ending));
        }
    }

    private void tellOrLater() {
        if (!tellingLater && !tell()) {
            tellingLater = true;
            loop.later(() -> {
                tellingLater = false;
                tellOrLater();
            });
        }
    }

    /// Tells the recording what is new to it; false where the writer has too much to do.
    private boolean tell() {
        Track to = track;
        if (to == null) {
            return true; // the opening will say it
        }
        long since = Math.max(agreedEpochNanos, fromEpochNanos);
        for (Leg leg : Leg.values()) {
            List<AudioFormat> news = agreed.stream()
                    .filter(format -> format.leg() == leg && !told.contains(format))
                    .map(LegFormat::format)
                    .toList();
            if (!news.isEmpty()) {
                if (!loop.writer().command(new WriterCommand.Formats(position(), to, leg, since, news))) {
                    return false;
                }
                news.forEach(format -> isTold(new LegFormat(leg, format)));
            }
        }
        return true;
    }

    /// A payload type has one meaning at a time on a leg.
    private void isTold(LegFormat format) {
        told.removeIf(had -> had.leg() == format.leg()
                && had.format().payloadType() == format.format().payloadType());
        told.add(format);
    }

    /// Whether the writer knows which way packets of this leg come; tells it where that changed.
    private boolean onPath(Track to, Leg leg, InetSocketAddress source, InetSocketAddress ours) {
        InetSocketAddress known = leg == Leg.INSIDE ? insidePath : outsidePath;
        if (PeerLatch.same(source, known)) {
            return true;
        }
        if (!loop.writer().command(new WriterCommand.Path(position(), to, leg, source, ours))) {
            return false;
        }
        if (leg == Leg.INSIDE) {
            insidePath = source;
        } else {
            outsidePath = source;
        }
        return true;
    }

    private boolean keeps(int payloadType) {
        long bits = payloadType < 64 ? keptLow : keptHigh;
        return ((bits >>> (payloadType & 63)) & 1) != 0;
    }

    private long position() {
        return loop.ring().producerPosition();
    }
}
