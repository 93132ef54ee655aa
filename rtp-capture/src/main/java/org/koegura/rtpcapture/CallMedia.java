package org.koegura.rtpcapture;

import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The media of one call, as the signalling commands it.
///
/// Commands come from any thread and take effect on the call's event loop in their order; everything but the map of
/// bound lines and the waiting commands belongs to that loop.
final class CallMedia implements MediaSession, Track.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(CallMedia.class);

    /// How long a change may wait to be told.
    private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// m-lines that one call may have ports for.
    static final int LINES_MAX = 16;

    private final CallId call;
    private final MediaLoop loop;
    private final LineBinder binder;
    private final MediaEvents events;
    private final ArrivalClock clock;
    private final long silenceNanos;
    private final Ending ending;
    private final AudioRelay audio;

    /// Guards `bound` and `parties`, for [#local] and [#signalledAt].
    private final ReentrantLock binding = new ReentrantLock();

    private final Map<Leg, InetAddress> parties = new EnumMap<>(Leg.class);
    private final Map<Integer, LineBinder.BoundLine> bound = new HashMap<>();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;

    private final Map<Integer, LineBinder.BoundLine> lines = new HashMap<>();
    private int audioLine = -1;
    private boolean answered;
    private boolean closed;
    private Instant answeredAt = Instant.EPOCH;
    private @Nullable Runnable captureOnAnswer;
    private @Nullable Future<?> silenceTimer;
    private @Nullable Future<?> checkpointTimer;
    private long checkpointed = -1;
    private long heardNanos;

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
        this.silenceNanos = silenceNanos;
        this.audio = audio;
        this.ending = ending;
        audio.whenStreamChanges(this::streamChanges);
    }

    /// Takes up the media of a call that another process relayed. Blocks until its ports are bound; once, before
    /// any command.
    ///
    /// @throws NoFreePort one of them is not free; nothing is bound
    void resume(Instant since, CallCheckpoint.Media had) throws NoFreePort {
        List<LineBinder.BoundLine> fresh = new ArrayList<>();
        binding.lock();
        try {
            for (CallCheckpoint.Line line : had.lines()) {
                LineBinder.BoundLine rebound = binder.rebind(loop, this, line);
                fresh.add(rebound);
                bound.put(line.mLine(), rebound);
            }
        } catch (NoFreePort taken) {
            closing = true;
            command(() -> {
                closed = true;
                fresh.forEach(binder::close);
            });
            throw taken;
        } finally {
            binding.unlock();
        }
        onLoop(() -> resumeOnLoop(since, had));
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
        binding.lock();
        try {
            parties.put(leg, address);
        } finally {
            binding.unlock();
        }
    }

    @Override
    public LocalMedia local(int mLine, Leg towards) throws NoFreePort {
        binding.lock();
        try {
            LineBinder.BoundLine known = bound.get(mLine);
            if (known == null) {
                if (closing || bound.size() >= LINES_MAX) {
                    throw new NoFreePort("the call is over, or has " + LINES_MAX + " media lines already", null);
                }
                LineBinder.BoundLine fresh = binder.bind(loop, this, parties);
                bound.put(mLine, fresh);
                command(() -> serve(mLine, fresh));
                known = fresh;
            }
            return known.line().local(towards);
        } finally {
            binding.unlock();
        }
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
        onLoop(() -> {
            audioLine = -1;
            lines.values().forEach(of -> of.line().audio(false));
            audio.fax(now());
            audio.advanceNotice();
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
            heardNanos = nowNanos;
            lines.values().forEach(of -> of.line().answered(nowNanos));
            audio.quality().answered(nowNanos);
            audio.notice().answered(nowNanos);
            audio.advanceNotice();
            watchSilence(silenceNanos);
            checkpoint();
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
    public void close(EndReason end) {
        // A line that is being bound just now is closed by its own `serve`.
        closing = true;
        onLoop(() -> end(end));
    }

    // ---- from the relay, on the call's event loop

    long now() {
        return clock.monotonic();
    }

    AudioRelay audio() {
        return audio;
    }

    /// Works off the commands that wait. The loop reads its sockets before it takes up its tasks, so that after a
    /// stall of the machine a packet may be seen before the command that came first and lets it in.
    ///
    /// @return whether any waited, and the call is not over
    boolean catchUp() {
        boolean any = false;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            any = true;
            try {
                command.run();
            } catch (RuntimeException fault) {
                LOG.error("media.command.failed call={}", call, fault);
                ending.caught(fault);
            }
        }
        return any && !closed;
    }

    /// A packet was admitted on some line.
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /// The numbers of the stream are about to be others.
    void streamChanges() {
        if (answered) {
            tellCheckpoint();
        }
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
        onLoop(() -> {
            audio.capture().openFailed();
            events.captureFailed(fault);
        });
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

    private void resumeOnLoop(Instant since, CallCheckpoint.Media had) {
        long nowNanos = now();
        had.lines().forEach(line -> {
            LineBinder.BoundLine of = bound(line.mLine());
            serve(line.mLine(), of);
            of.line().resume(line, nowNanos);
        });
        if (had.stream() != null) {
            audio.resume(had.stream(), nowNanos);
        }
        answered = true;
        answeredAt = since;
        heardNanos = nowNanos;
        audio.quality().answered(nowNanos);
        audio.notice().answered(nowNanos);
        audio.notice().cue();
        watchSilence(silenceNanos);
        checkpoint();
    }

    private LineBinder.BoundLine bound(int mLine) {
        binding.lock();
        try {
            return Objects.requireNonNull(bound.get(mLine));
        } finally {
            binding.unlock();
        }
    }

    /// Says what the next process would need, now and whenever it changed by the second.
    private void checkpoint() {
        tellCheckpoint();
        checkpointTimer = loop.loop().schedule(this::checkpoint, CHECKPOINT_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tellCheckpoint() {
        long changes = lines.size() + audio.streamChanges();
        for (LineBinder.BoundLine of : lines.values()) {
            changes += of.line().changes();
        }
        if (changes != checkpointed) {
            checkpointed = changes;
            List<CallCheckpoint.Line> now = lines.entrySet().stream()
                    .map(entry -> entry.getValue().line().checkpoint(entry.getKey()))
                    .toList();
            events.moved(new CallCheckpoint.Media(now, audio.checkpoint(now())));
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

    private void capture(RecordingId recording, CallFacts facts, CaptureBasis basis) {
        Capture capture = audio.capture();
        if (capture.begun()) {
            LOG.warn("capture.asked.twice call={}", call);
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

    private void watchSilence(long afterNanos) {
        silenceTimer = loop.loop().schedule(this::checkSilence, afterNanos, TimeUnit.NANOSECONDS);
    }

    private void checkSilence() {
        long silent = now() - heardNanos;
        if (silent >= silenceNanos) {
            events.silent(TimeUnit.NANOSECONDS.toMillis(silent));
            watchSilence(silenceNanos);
        } else {
            watchSilence(silenceNanos - silent);
        }
    }

    private void end(EndReason end) {
        long nowNanos = now();
        CaptureBasis withReports = withLateReports(audio.capture().basis());
        closed = true;
        audio.quality().close();
        audio.notice().stop();
        audio.advanceNotice();
        for (Future<?> timer : Stream.of(silenceTimer, checkpointTimer)
                .filter(Objects::nonNull)
                .toList()) {
            timer.cancel(false);
        }
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
        command(() -> {
            if (!closed) {
                command.run();
            }
        });
    }

    private void command(Runnable command) {
        commands.add(command);
        loop.loop().execute(this::catchUp);
    }
}
