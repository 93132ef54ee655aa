package org.koegura.rtpcapture.capture;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.RecordingSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 4 of 5 on the packet path: takes packets out of one loop's [CaptureRing] and gives each to its [Track], which
/// calls the [RecordingSink]. Everything that may be slow happens here: opening, encrypting, writing, sealing.
///
/// Order is exact: a command carries the ring position at which it was given. The writer reads the published position
/// *before* it looks for a command, so that a command that precedes a published packet is always seen.
///
/// Each recording is flushed every [#FLUSH_NANOS], each at its own moment: flushing all at once costs the relay its
/// delay. With the turn's pause of [#IDLE_NANOS] that is less than 200 ms behind the wire.
///
/// One platform thread owns it. [#command] is for the loop's thread alone.
public final class TrackWriter implements Runnable {

    /// Between two flushes of one recording.
    static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long ASLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Commands that wait at most: three or four for each call that starts or ends, two for a change of codec.
    public static final int COMMANDS_MAX = 8192;

    /// What one turn drains at most before it looks whether a flush is due.
    private static final long TURN_BYTES_MAX = 256 << 10;

    /// Phases over which flushes are spread; an odd stride visits all of them.
    private static final int PHASES = 16;

    private static final Logger LOG = LoggerFactory.getLogger(TrackWriter.class);

    private final CaptureRing ring;
    private final RecordingSink sink;
    private final LongSupplier monotonicNanos;
    private final BlockingQueue<WriterCommand> commands = new ArrayBlockingQueue<>(COMMANDS_MAX);
    private final List<Track> open = new ArrayList<>();
    private @Nullable Track[] slots = new @Nullable Track[64];
    private final Thread thread;
    private volatile boolean stopping;

    public TrackWriter(String name, CaptureRing ring, RecordingSink sink, LongSupplier monotonicNanos) {
        this.ring = ring;
        this.sink = sink;
        this.monotonicNanos = monotonicNanos;
        this.thread = Thread.ofPlatform().name(name).unstarted(this);
    }

    public void start() {
        thread.start();
    }

    CaptureRing ring() {
        return ring;
    }

    /// Puts a command in its place among the packets, or returns false where too many wait already. Does not block.
    boolean command(WriterCommand command) {
        boolean taken = commands.offer(command);
        LockSupport.unpark(thread);
        return taken;
    }

    /// Ends the thread once all is drained; returns whether it did within `millis`.
    public boolean stop(long millis) throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        return thread.join(Duration.ofMillis(millis));
    }

    @Override
    public void run() {
        while (true) {
            boolean last = stopping;
            int done = 1; // after a fault there may be more, also in the last turn
            try {
                done = turn();
                flushDue();
            } catch (RuntimeException | Error fault) { // the other calls' recordings go on
                LOG.error("capture.writer.broken", fault);
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
            if (done == 0) {
                if (last) {
                    return;
                }
                LockSupport.parkNanos(this, open.isEmpty() ? ASLEEP_NANOS : IDLE_NANOS);
            }
        }
    }

    /// Works off what is published now; returns how many packets and commands that was.
    private int turn() {
        long published = Math.min(ring.publishedPosition(), ring.consumerPosition() + TURN_BYTES_MAX);
        int done = 0;
        WriterCommand next = commands.peek();
        while (next != null && next.position() <= published) {
            done += ring.drain(next.position(), this::packet) + 1;
            commands.remove();
            try {
                obey(next);
            } catch (RuntimeException | Error fault) { // one recording's; those of other calls go on
                LOG.error("capture.writer.broken", fault);
            }
            next = commands.peek();
        }
        return done + ring.drain(published, this::packet);
    }

    private void obey(WriterCommand command) {
        Track track = command.track();
        switch (command) {
            case WriterCommand.Open(long position, Track opened, RecordingSink.Opening opening) -> {
                if (track.slot() >= slots.length) {
                    slots = Arrays.copyOf(slots, Math.max(2 * slots.length, track.slot() + 1));
                }
                slots[track.slot()] = opened;
                open.add(opened);
                opened.open(sink, opening, monotonicNanos.getAsLong() + phaseNanos(track.slot()));
            }
            case WriterCommand.Path path -> track.path(path.leg(), path.source(), path.destination());
            case WriterCommand.Formats told -> track.formats(told.leg(), told.sinceEpochNanos(), told.formats());
            case WriterCommand.Close(long position, Track closed, Track.Ending ending) -> {
                slots[closed.slot()] = null;
                open.remove(closed);
                closed.close(ending);
            }
        }
    }

    private void packet(int key, long arrivalEpochNanos, ByteBuffer datagram) {
        Track track = Objects.requireNonNull(
                slots[key >> 1], "every captured packet lies between its track's open and close");
        track.append((key & 1) == 0 ? Leg.INSIDE : Leg.OUTSIDE, arrivalEpochNanos, datagram);
    }

    private void flushDue() {
        long now = monotonicNanos.getAsLong();
        for (Track track : open) {
            if (track.flushDue(now)) {
                track.flush(now + FLUSH_NANOS);
            }
        }
    }

    private static long phaseNanos(int slot) {
        return FLUSH_NANOS / PHASES * (1 + slot * 7 % PHASES);
    }
}
