package org.koegura.rtpcapture;

import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// Says what another process would need of a call's media: when the call is answered, when a notice or a pause begins
/// or ends, and else by the second, wherever it changed, as what is left of a pause does.
///
/// Owned by the call's event loop.
final class CheckpointWatch {

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MediaLoop loop;
    private final AudioRelay audio;
    private final ArrivalClock clock;
    private final MediaEvents events;

    /// The call's own, by m-line.
    private final Map<Integer, LineBinder.BoundLine> lines;

    private @Nullable Future<?> timer;
    private boolean told;
    private long changes;

    CheckpointWatch(
            MediaLoop loop,
            AudioRelay audio,
            ArrivalClock clock,
            MediaEvents events,
            Map<Integer, LineBinder.BoundLine> lines) {
        this.loop = loop;
        this.audio = audio;
        this.clock = clock;
        this.events = events;
        this.lines = lines;
    }

    /// Says it now, and from now on.
    void start() {
        tell();
        timer = loop.loop().schedule(this::start, TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    /// The numbers of the stream are others now, or whether its audio may be kept.
    void streamChanged() {
        if (timer != null) {
            tell();
        }
    }

    void stop() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
    }

    private void tell() {
        long now = lines.size() + audio.streamChanges();
        for (LineBinder.BoundLine of : lines.values()) {
            now += of.line().changes();
        }
        CallCheckpoint.Pause paused = audio.capture().paused();
        if (told && now == changes && paused == null) {
            return; // each of them only grows
        }
        told = true;
        changes = now;
        List<CallCheckpoint.Line> all = lines.entrySet().stream()
                .map(entry -> entry.getValue().line().checkpoint(entry.getKey()))
                .toList();
        events.moved(new CallCheckpoint.Media(
                all, audio.checkpoint(clock.monotonic()), audio.capture().silence(), paused));
    }
}
