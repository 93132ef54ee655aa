package org.koegura.rtpcapture;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.capture.Capture;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.capture.Track;
import org.koegura.rtpcapture.capture.TrackWriter;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The media of one call, as the signalling commands it.
///
/// Commands come from any thread and take effect on the call's event loop in their order; everything but the map of
/// bound lines and the waiting commands belongs to that loop.
final class CallMedia implements MediaSession, Track.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(CallMedia.class);

    private final CallId call;
    private final MediaLoop loop;
    private final LineBinder binder;
    private final MediaEvents events;
    private final ArrivalClock clock;
    private final SilenceWatch silence;
    private final Ending ending;
    private final AudioRelay audio;

    private final BoundLines bound;
    private final CallCommands commands;

    private final Map<Integer, LineBinder.BoundLine> lines = new HashMap<>();
    private final CheckpointWatch checkpoints;
    private int audioLine = -1;
    private boolean answered;
    private boolean closed;
    private Instant answeredAt = Instant.EPOCH;
    private @Nullable Runnable captureOnAnswer;
    private boolean unsure;

    CallMedia(
            CallId call,
            MediaLoop loop,
            LineBinder binder,
            MediaEvents events,
            ArrivalClock clock,
            long silenceNanos,
            AudioRelay audio,
            Ending ending) {
        this.call = call;
        this.loop = loop;
        this.binder = binder;
        this.events = events;
        this.clock = clock;
        this.silence = new SilenceWatch(loop, clock, silenceNanos, events);
        this.audio = audio;
        this.ending = ending;
        this.bound = new BoundLines(binder, loop);
        this.commands = new CallCommands(call, clock, audio, ending::caught, whileUp(this::unsure));
        this.checkpoints = new CheckpointWatch(loop, audio, clock, events, lines);
        audio.whenStreamChanges(checkpoints::streamChanged);
    }

    /// Takes up the media of a call that another process relayed. Blocks until its ports are bound; once, before
    /// any command.
    ///
    /// @param first what is commanded before any packet is seen
    /// @throws NoFreePort one of them is not free; nothing is bound
    void resume(Instant since, CallCheckpoint.Media had, Runnable first) throws NoFreePort {
        Map<Integer, LineBinder.BoundLine> fresh = bound.rebind(this, had);
        onLoop(() -> {
            resumeOnLoop(since, had, fresh);
            first.run(); // its commands are worked off with this one
        });
    }

    /// Does something on the call's event loop, after what was commanded before and also when the call is over.
    void inTurn(Runnable work) {
        command(work);
    }

    /// Hears of the call's end, and counts what its recording lost to the store. Called on any thread.
    interface Ending {
        void notStored(long packets);

        /// A fault of ours was caught: it failed one packet or one command alone.
        void caught(Throwable fault);

        /// Before anybody is told.
        void accounted(MediaReport report);

        void over(CallMedia media);
    }

    // ---- commands, from any thread

    @Override
    public void signalledAt(Leg leg, InetAddress address) {
        bound.signalledAt(leg, address);
    }

    @Override
    public LocalMedia local(int mLine, Leg towards) throws NoFreePort {
        return bound.local(this, mLine, towards, (index, fresh) -> command(() -> serve(index, fresh)));
    }

    @Override
    public void audio(int mLine) {
        onLoop(() -> {
            audioLine = mLine;
            lines.forEach((index, of) -> of.line().audio(index == mLine));
            LineBinder.BoundLine named = lines.get(mLine);
            if (named != null) {
                audio.on(named.line());
                keepAgreed(named.line());
                audio.advanceNotice();
            }
        });
    }

    @Override
    public void fax() {
        onLoop(() -> withoutAudio(Span.Reason.FAX));
    }

    @Override
    public void encrypted() {
        onLoop(() -> withoutAudio(Span.Reason.ENCRYPTED));
    }

    @Override
    public void mayBeEncrypted() {
        onLoop(() -> {
            audio.capture().withhold(Span.Reason.ENCRYPTED, clock.epochNanos(now()));
            checkpoints.streamChanged();
        });
    }

    @Override
    public void agree(int mLine, Leg leg, RemoteMedia remote) {
        onLoop(() -> {
            LineBinder.BoundLine of = lines.get(mLine);
            if (of == null) {
                return;
            }
            of.line().agree(leg, remote, now());
            if (mLine == audioLine) {
                keepAgreed(of.line());
                audio.advanceNotice();
            }
        });
    }

    @Override
    public void offered(int mLine, List<Integer> payloadTypes) {
        onLoop(() -> {
            if (mLine == audioLine && audio.capture().begun()) {
                payloadTypes.forEach(audio.capture()::keep);
            }
        });
    }

    @Override
    public void answered() {
        onLoop(() -> {
            if (answered) {
                return;
            }
            long nowNanos = now();
            answered = true;
            answeredAt = clock.instant(nowNanos);
            lines.values().forEach(of -> of.line().answered(nowNanos));
            audio.quality().answered(nowNanos);
            audio.notice().answered(nowNanos);
            audio.advanceNotice();
            silence.start(nowNanos);
            checkpoints.start();
            if (captureOnAnswer != null) {
                captureOnAnswer.run();
                captureOnAnswer = null;
            }
        });
    }

    @Override
    public void acknowledged() {
        onLoop(() -> {
            audio.notice().cue();
            audio.advanceNotice();
        });
    }

    @Override
    public void playNotice(Prompt prompt) {
        onLoop(() -> {
            audio.notice().ask(prompt);
            audio.advanceNotice();
        });
    }

    @Override
    public void stopNotice() {
        onLoop(() -> {
            audio.notice().stop();
            audio.advanceNotice();
        });
    }

    @Override
    public void startCapture(RecordingId recording, CallFacts facts, CaptureBasis basis) {
        onLoop(() -> {
            if (answered) {
                capture(recording, facts, basis);
            } else {
                captureOnAnswer = () -> capture(recording, facts, basis);
            }
        });
    }

    @Override
    public void bypass(Unrecorded why) {
        onLoop(() -> {
            LOG.debug("capture.bypassed call={} why={}", call, why);
            captureOnAnswer = null;
            audio.capture().stop(Withheld.BYPASS, clock.instant(now()));
        });
    }

    @Override
    public void pauseCapture(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(PAUSE_MAX) > 0) {
            throw new IllegalArgumentException("pause of capture: more than 0 and at most " + PAUSE_MAX + " is needed");
        }
        onLoop(() -> {
            audio.capture().pause(atMost);
            checkpoints.streamChanged();
        });
    }

    @Override
    public void resumeCapture() {
        onLoop(() -> {
            audio.capture().resume();
            checkpoints.streamChanged();
        });
    }

    @Override
    public void checkpointed(CallCheckpoint.Media told) {
        onLoop(() -> {
            for (CallCheckpoint.Line line : told.lines()) {
                LineBinder.BoundLine of = lines.get(line.mLine());
                if (of != null) {
                    of.line().checkpointed(line);
                }
            }
        });
    }

    @Override
    public void close(EndReason end) {
        // A line that is being bound just now is closed by its own `serve`.
        bound.close();
        command(whileUp(() -> end(end)));
    }

    // ---- from the relay, on the call's event loop

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

    /// An ICMP error came back on a port. It speaks against the notice only where the notice is sent from.
    void unreachable(MediaLine line, RelayPort port) {
        if (line.audio() && port.leg() == Leg.OUTSIDE && !port.control()) {
            audio.notice().unreachable(now());
            audio.advanceNotice();
        }
    }

    /// A packet made us fail; the port stays open.
    void broken(Throwable cause) {
        ending.caught(cause);
    }

    // ---- from the writer

    @Override
    public void openFailed(StoreFault fault) {
        command(whileUp(() -> {
            audio.capture().openFailed();
            events.captureFailed(fault);
        }));
    }

    @Override
    public void broken() {
        command(whileUp(events::captureBroken));
    }

    @Override
    public void notStored(long packets) {
        ending.notStored(packets);
    }

    @Override
    public void sealed(MediaReport report) {
        over(report);
    }

    // ---- on the call's event loop

    private void serve(int mLine, LineBinder.BoundLine fresh) {
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

    private void withoutAudio(Span.Reason why) {
        audioLine = -1;
        lines.values().forEach(of -> of.line().audio(false));
        audio.off(why, now());
        audio.advanceNotice();
        checkpoints.streamChanged();
    }

    private void resumeOnLoop(Instant since, CallCheckpoint.Media had, Map<Integer, LineBinder.BoundLine> fresh) {
        long nowNanos = now();
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
        audio.notice().answered(nowNanos);
        audio.notice().cue();
        silence.start(nowNanos);
        checkpoints.start();
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

    private void capture(RecordingId recording, CallFacts facts, CaptureBasis basis) {
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
        if (!capture.start(opening, this)) {
            events.captureFailed(new StoreFault.Unreachable(
                    "the writer has " + TrackWriter.COMMANDS_MAX + " commands waiting", new IllegalStateException()));
        }
    }

    private void end(EndReason end) {
        long nowNanos = now();
        CaptureBasis withReports = withLateReports(audio.capture().basis());
        closed = true;
        audio.quality().close();
        audio.notice().stop();
        audio.advanceNotice();
        checkpoints.stop();
        silence.stop();
        lines.values().forEach(binder::close);
        MediaReport report = audio.capture().end(withReports, end, clock.instant(nowNanos));
        if (report != null) {
            over(report);
        }
    }

    /// The basis of capture with the receiver reports that came after capture had started.
    private @Nullable CaptureBasis withLateReports(@Nullable CaptureBasis basis) {
        NoticeProof known = audio.notice().proof();
        if (basis instanceof CaptureBasis.Announced announced && known != null) {
            NoticeProof then = announced.proof();
            boolean same = then.ssrc() == known.ssrc() && then.startedAt().equals(known.startedAt());
            return same ? new CaptureBasis.Announced(known) : basis;
        }
        return basis;
    }

    private void over(MediaReport report) {
        ending.accounted(report);
        events.closed(report);
        ending.over(this);
    }

    private void onLoop(Runnable command) {
        commands.offer(whileUp(command));
        loop.loop().execute(this::catchUp);
    }

    private Runnable whileUp(Runnable command) {
        return () -> {
            if (!closed) {
                command.run();
            }
        };
    }

    private void command(Runnable command) {
        commands.give(command);
        loop.loop().execute(this::catchUp);
    }

    /// A command was lost: what comes from now on may be anything, and nothing of it is kept.
    private void unsure() {
        unsure = true;
        captureOnAnswer = null;
        audio.capture().stop(Withheld.BYPASS, clock.instant(now()));
        events.captureBroken(); // it may have been the one that starts it
    }
}
