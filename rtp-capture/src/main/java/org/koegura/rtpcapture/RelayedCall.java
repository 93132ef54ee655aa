package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.rtpcapture.capture.Capture;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.capture.Track;
import org.koegura.rtpcapture.capture.TrackWriter;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Within step 2 of 5 on the packet path: one call as its event loop knows it. Its lines, which of them is announced in
/// and captured, and how far the call is.
///
/// Owned by the call's event loop, and made before that sees it: each method is called there alone, by a packet that
/// came, a timer, or a command of [#commands], by which other threads reach it. No command but [#serve] comes after the
/// call's [end][#end].
final class RelayedCall {

    private static final Logger LOG = LoggerFactory.getLogger(RelayedCall.class);

    private final CallId call;
    private final LineBinder binder;
    private final MediaEvents events;
    private final ArrivalClock clock;
    private final SilenceWatch silence;
    private final AudioRelay audio;
    private final Consumer<Throwable> caught;
    private final CallNotices notices;
    private final CallCommands commands;
    private final ZrtpWatch zrtp = new ZrtpWatch();

    private final Map<Integer, LineBinder.BoundLine> lines = new HashMap<>();
    private final CheckpointWatch checkpoints;
    private int audioLine = -1;
    private boolean answered;
    private boolean closed;
    private Instant answeredAt = Instant.EPOCH;
    private @Nullable Runnable captureOnAnswer;
    private boolean unsure;
    private boolean takingUp;

    /// @param caught hears of a fault of ours that failed one packet or one command alone
    RelayedCall(
            CallId call,
            MediaLoop loop,
            LineBinder binder,
            MediaEvents events,
            ArrivalClock clock,
            long silenceNanos,
            AudioRelay audio,
            Consumer<Throwable> caught) {
        this.call = call;
        this.binder = binder;
        this.events = events;
        this.clock = clock;
        this.silence = new SilenceWatch(loop, clock, silenceNanos, events);
        this.audio = audio;
        this.caught = caught;
        this.notices = new CallNotices(audio, clock);
        this.commands = new CallCommands(call, loop, clock, audio, caught, this::isOver, this::unsure, this::takeIn);
        this.checkpoints = new CheckpointWatch(loop, audio, clock, events, lines);
        audio.whenStreamChanges(checkpoints::streamChanged);
        audio.capture().takeInBy(this::takeIn);
    }

    /// What is played to the outside party of it.
    CallNotices notices() {
        return notices;
    }

    /// What waits for the loop. Any thread may ask for it, and give; the loop alone works it off, by [#catchUp].
    CallCommands commands() {
        return commands;
    }

    // ---- for each packet

    long now() {
        return clock.monotonic();
    }

    AudioRelay audio() {
        return audio;
    }

    /// Works off the commands that wait.
    ///
    /// @return whether any waited, and the call is not over
    boolean catchUp() {
        return commands.catchUp() && !closed;
    }

    /// What waits in the sockets of the call is handed over as of now, and what the kernel passed before. False where
    /// a packet is in hand.
    ///
    /// What waits while it is taken up came into a recording that the process before had begun.
    private boolean takeIn() {
        audio.recall();
        for (LineBinder.BoundLine of : List.copyOf(lines.values())) { // what is handed over may bind another
            if (!takingUp && !of.line().takeIn()) {
                return false;
            }
        }
        return true;
    }

    /// All that was commanded with [#resume] is done.
    void takenUp() {
        takingUp = false;
    }

    /// The same of those that were given until then.
    void catchUpTo(long nanos) {
        commands.catchUpTo(nanos);
    }

    /// Whether the call has ended.
    boolean isOver() {
        return closed;
    }

    /// A packet was admitted on some line, from a source that is taken.
    void heard(long nowNanos) {
        silence.heard(nowNanos);
    }

    /// A message of ZRTP passes on the line that is captured. Once the parties have agreed by it, nobody can tell what
    /// they say, whatever is signalled: nothing more is kept.
    void zrtp(Leg leg, ByteBuf message) {
        if (zrtp.passed(leg, message)) {
            LOG.warn("media.sealed.by.zrtp call={}", call);
            audio.recall();
            audio.replay().stop(ReplayEnd.NO_AUDIO);
            audio.capture().sealed(clock.epochNanos(now()));
            checkpoints.streamChanged();
            events.sealed();
        }
    }

    /// An ICMP error came back on a port. It speaks against the notice only where the notice is sent from.
    void unreachable(MediaLine line, RelayPort port) {
        if (line.audio() && port.leg() == Leg.OUTSIDE && !port.control()) {
            notices.unreachable();
        }
    }

    /// A packet made us fail; the port stays open.
    void broken(Throwable cause) {
        caught.accept(cause);
    }

    // ---- the lines

    /// Takes a line that was bound for the call, or gives it back where the call is over.
    void serve(int mLine, LineBinder.BoundLine fresh) {
        if (closed) {
            binder.close(fresh);
            return;
        }
        lines.put(mLine, fresh);
        fresh.serve();
        if (answered) {
            fresh.line().answered(now());
        }
        if (mLine == audioLine) {
            fresh.line().audio(true);
            audio.on(fresh.line());
        }
    }

    void audio(int mLine) {
        audioLine = mLine;
        lines.forEach((index, of) -> of.line().audio(index == mLine));
        LineBinder.BoundLine named = lines.get(mLine);
        if (named != null) {
            audio.on(named.line());
            keepAgreed(named.line());
            audio.advanceNotice();
        }
    }

    void withoutAudio(Span.Reason why, long saidNanos) {
        audioLine = -1;
        lines.values().forEach(of -> of.line().audio(false));
        audio.off(why, saidNanos);
        tellBeside();
        audio.advanceNotice();
        checkpoints.streamChanged();
    }

    void agree(int mLine, Leg leg, RemoteMedia remote) {
        LineBinder.BoundLine of = lines.get(mLine);
        if (of == null) {
            return;
        }
        of.line().agree(leg, remote, now());
        if (leg == Leg.OUTSIDE) { // until the last of an agreement is told a line that it ends may seem to go on
            tellBeside();
        }
        if (mLine == audioLine) {
            keepAgreed(of.line());
            audio.advanceNotice();
        }
    }

    /// Where there is no audio, the span that says so covers all.
    private void tellBeside() {
        boolean beside = audioLine >= 0
                && lines.entrySet().stream()
                        .anyMatch(of ->
                                of.getKey() != audioLine && of.getValue().line().agreed());
        audio.capture().beside(beside, clock.epochNanos(now()));
    }

    void offered(int mLine, List<Integer> payloadTypes) {
        if (mLine == audioLine && audio.capture().begun()) {
            payloadTypes.forEach(audio.capture()::keep);
        }
    }

    /// What either party agreed to is kept on both legs: some send by their own numbers. What it means is told.
    private void keepAgreed(MediaLine line) {
        for (Leg leg : Leg.values()) {
            RemoteMedia agreed = line.side(leg).agreed();
            audio.quality().agreed(leg, agreed);
            if (agreed != null) {
                agreed.formats().forEach(format -> audio.capture().keep(format.payloadType()));
                agreed.otherPayloadTypes().forEach(audio.capture()::keep);
            }
        }
        audio.capture().agreed(line.arriving(), clock.epochNanos(now()));
    }

    void checkpointed(CallCheckpoint.Media told) {
        for (CallCheckpoint.Line line : told.lines()) {
            LineBinder.BoundLine of = lines.get(line.mLine());
            if (of != null) {
                of.line().checkpointed(line);
            }
        }
    }

    // ---- the course of the call

    void answered() {
        if (answered) {
            return;
        }
        long nowNanos = now();
        answered = true;
        answeredAt = clock.instant(nowNanos);
        lines.values().forEach(of -> of.line().answered(nowNanos));
        audio.quality().answered(nowNanos);
        notices.answered(nowNanos);
        silence.start(nowNanos);
        checkpoints.start();
        if (captureOnAnswer != null) {
            captureOnAnswer.run();
            captureOnAnswer = null;
        }
    }

    /// Goes on where another process stopped, on the ports that it had.
    void resume(Instant since, CallCheckpoint.Media had, Map<Integer, LineBinder.BoundLine> fresh) {
        long nowNanos = now();
        takingUp = true;
        fresh.forEach(this::serve);
        had.lines()
                .forEach(line ->
                        Objects.requireNonNull(fresh.get(line.mLine())).line().resume(line, nowNanos));
        if (had.stream() != null) {
            audio.resume(had.stream(), nowNanos);
        }
        answered = true;
        answeredAt = since;
        audio.capture().resume(had.silence(), had.pause(), clock.epochNanos(nowNanos));
        audio.quality().answered(nowNanos);
        notices.resumed(nowNanos);
        silence.start(nowNanos);
        checkpoints.start();
    }

    /// Ends the call, once; its ports are given back.
    ///
    /// @return what became of it; null where that is told when its recording is sealed
    @Nullable
    MediaReport end(EndReason end) {
        long nowNanos = now();
        audio.capture().amend(audio.notice()::withReports);
        closed = true;
        audio.quality().close();
        audio.keys().end();
        notices.end();
        checkpoints.stop();
        silence.stop();
        lines.values().forEach(binder::close);
        return audio.capture().end(end, clock.instant(nowNanos));
    }

    // ---- what the inside party presses

    void heedCodes(Set<String> codes) {
        audio.keys().heed(codes);
        audio.advanceNotice();
    }

    void confirm(boolean done) {
        audio.confirm(done);
    }

    // ---- the capture

    /// Starts it, or will when the call is answered.
    ///
    /// @param owner hears of the recording, on the writer's thread
    void startCapture(RecordingId recording, CallFacts facts, CaptureBasis basis, Track.Owner owner) {
        if (answered) {
            capture(recording, facts, basis, owner);
        } else {
            captureOnAnswer = () -> capture(recording, facts, basis, owner);
        }
    }

    private void capture(RecordingId recording, CallFacts facts, CaptureBasis basis, Track.Owner owner) {
        Capture capture = audio.capture();
        if (capture.begun()) {
            LOG.warn("capture.asked.twice call={}", call);
            return;
        }
        if (unsure) {
            events.captureFailed(new StoreFault.Unreachable("a command was lost", new IllegalStateException()));
            return;
        }
        long from = Capture.startEpochNanos(basis, clock.epochNanos(now()));
        Instant at = ArrivalClock.instantOf(from);
        LineBinder.BoundLine of = lines.get(audioLine);
        List<LegFormat> formats = of == null ? List.of() : of.line().arriving();
        Opening opening = new Opening(recording, facts, basis, formats, answeredAt, at);
        audio.fax().listen(true);
        if (!capture.start(opening, owner)) {
            events.captureFailed(new StoreFault.Unreachable(
                    "the writer has " + TrackWriter.COMMANDS_MAX + " commands waiting", new IllegalStateException()));
        } else if (audio.fax().heard()) { // told, and on its way to whoever asks: an empty recording
            capture.stop(Withheld.FAX, at);
        }
    }

    void bypass(Unrecorded why) {
        LOG.debug("capture.bypassed call={} why={}", call, why);
        captureOnAnswer = null;
        audio.fax().listen(false);
        notices.untrue();
        Withheld counted = switch (why) {
            case OBJECTION -> Withheld.OBJECTION;
            case FAX -> Withheld.FAX;
            default -> Withheld.BYPASS;
        };
        audio.capture().stop(counted, clock.instant(now()));
    }

    void ignoreFaxTones() {
        audio.fax().ignore();
    }

    void pauseCapture(Duration atMost) {
        audio.capture().pause(atMost);
        checkpoints.streamChanged();
    }

    void resumeCapture() {
        audio.capture().resume();
        checkpoints.streamChanged();
    }

    /// What is known of the notice before is settled: the next one has reports of its own.
    void newParty() {
        notices.newParty();
        audio.capture().amend(audio.notice()::withReports);
        audio.capture().newParty(clock.epochNanos(now()));
        checkpoints.streamChanged();
    }

    void captureAgain(CaptureBasis basis) {
        audio.capture().captureAgain(basis, clock.epochNanos(now()));
        checkpoints.streamChanged();
    }

    void withhold(Span.Reason why) {
        audio.capture().withhold(why, clock.epochNanos(now()));
        checkpoints.streamChanged();
    }

    /// The recording could not be opened.
    void openFailed(StoreFault fault) {
        audio.capture().openFailed();
        events.captureFailed(fault);
    }

    /// A command was lost: what comes from now on may be anything, and nothing of it is kept.
    private void unsure() {
        unsure = true;
        captureOnAnswer = null;
        audio.capture().commandLost(clock.epochNanos(now()));
        events.captureBroken(); // it may have been the one that starts it
    }
}
