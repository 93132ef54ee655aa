package org.koegura.rtpcapture.capture;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.replay.Replayed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 5 of 5 on the packet path: one recording on its way to the store, and the caller of its [RecordingSink]. Its
/// [TrackWriter] owns it; the event loop only names it, by [#slot].
///
/// The first fault ends it: what was not flushed by then and what comes after is declared lost, and the recording is
/// sealed with what is whole. A packet counts as recorded once the flush after it returned.
public final class Track {

    private static final Logger LOG = LoggerFactory.getLogger(Track.class);

    private final int slot;
    private final Owner owner;
    private final LegWriting inside = new LegWriting(Leg.INSIDE);
    private final LegWriting outside = new LegWriting(Leg.OUTSIDE);
    private RecordingSink.@Nullable OpenRecording recording;
    private boolean failed;
    private boolean formatsUnflushed;
    private long flushDueNanos;

    Track(int slot, Owner owner) {
        this.slot = slot;
        this.owner = owner;
    }

    /// Hears what became of the recording. Called on the writer's thread; MUST NOT block.
    public interface Owner {
        /// Nothing will be kept.
        void openFailed(StoreFault fault);

        /// Nothing more will be kept.
        void broken();

        /// Packets were declared lost because the store failed.
        void notStored(long packets);

        /// All is over.
        void sealed(MediaReport report);
    }

    /// What the event loop knows at the end.
    record Ending(
            CaptureBasis basis,
            Instant endedAt,
            EndReason end,
            LegAccount inside,
            LegAccount outside,
            List<RecordingSink.Span> spans,
            List<RecordingSink.Beside> beside,
            List<Replayed> replays) {}

    /// A leg's way into the recording.
    private static final class LegWriting {
        final GapLog lost;

        @Nullable
        InetSocketAddress source;

        @Nullable
        InetSocketAddress destination;

        long unflushed;
        long firstUnflushedEpochNanos;
        long lastUnflushedEpochNanos;

        LegWriting(Leg leg) {
            lost = new GapLog(leg, Gap.Reason.STORE_FAILED);
        }

        /// What the kernel passed is told a little later than what came by a socket after it.
        void append(long arrivalEpochNanos) {
            boolean first = unflushed == 0;
            firstUnflushedEpochNanos =
                    first ? arrivalEpochNanos : Math.min(firstUnflushedEpochNanos, arrivalEpochNanos);
            lastUnflushedEpochNanos = first ? arrivalEpochNanos : Math.max(lastUnflushedEpochNanos, arrivalEpochNanos);
            unflushed++;
        }
    }

    /// Its number in the ring's records.
    int slot() {
        return slot;
    }

    void open(RecordingSink sink, RecordingSink.Opening opening, long firstFlushNanos) {
        flushDueNanos = firstFlushNanos;
        try {
            recording = sink.open(opening);
        } catch (StoreFault e) {
            LOG.warn("capture.open.failed call={} fault={}", opening.facts().call(), word(e), e);
            failed = true;
            owner.openFailed(e);
        } catch (RuntimeException | Error e) {
            LOG.error("capture.open.broken call={}", opening.facts().call(), e);
            failed = true;
            owner.openFailed(new StoreFault.Unreachable("the recording could not be opened", e));
        }
    }

    /// From now on packets of `leg` come this way.
    void path(Leg leg, InetSocketAddress source, InetSocketAddress destination) {
        LegWriting writing = of(leg);
        writing.source = source;
        writing.destination = destination;
    }

    /// From now on payload types of `leg` mean this. A recording that cannot say so ends: what came after could
    /// not be understood.
    void formats(Leg leg, long sinceEpochNanos, List<AudioFormat> formats) {
        RecordingSink.OpenRecording to = recording;
        if (failed || to == null) {
            return;
        }
        formatsUnflushed = true;
        try {
            to.formats(leg, sinceEpochNanos, formats);
        } catch (StoreFault | RuntimeException | Error e) {
            fail("formats", e);
        }
    }

    /// A datagram that is longer than any sink takes is lost alone: who sends one must not end the recording.
    void append(Leg leg, long arrivalEpochNanos, ByteBuffer datagram) {
        LegWriting writing = of(leg);
        if (datagram.remaining() > RecordingSink.DATAGRAM_BYTES_MAX) {
            writing.lost.lost(1, arrivalEpochNanos, arrivalEpochNanos);
            owner.notStored(1);
            return;
        }
        InetSocketAddress source = writing.source;
        InetSocketAddress destination = writing.destination;
        RecordingSink.OpenRecording to = recording;
        writing.append(arrivalEpochNanos);
        if (failed || to == null || source == null || destination == null) {
            giveUpUnflushed();
            return;
        }
        try {
            to.append(leg, arrivalEpochNanos, source, destination, datagram);
        } catch (StoreFault | RuntimeException | Error e) {
            fail("append", e);
        }
    }

    boolean flushDue(long nowNanos) {
        return recording != null && !failed && nowNanos - flushDueNanos >= 0;
    }

    /// Hands what was appended to the operating system.
    void flush(long nextFlushNanos) {
        flushDueNanos = nextFlushNanos;
        RecordingSink.OpenRecording to = recording;
        if (failed || to == null || (inside.unflushed + outside.unflushed == 0 && !formatsUnflushed)) {
            return;
        }
        try {
            to.flush();
            formatsUnflushed = false;
            flushed(inside);
            flushed(outside);
        } catch (StoreFault | RuntimeException | Error e) {
            fail("flush", e);
        }
    }

    /// Flushes, seals, and tells the owner.
    void close(Ending ending) {
        flush(flushDueNanos);
        List<StreamAccount> accounts = List.of(
                ending.inside().settle(inside.lost.total()), ending.outside().settle(outside.lost.total()));
        List<Gap> gaps = new ArrayList<>(ending.inside().gaps());
        gaps.addAll(ending.outside().gaps());
        gaps.addAll(inside.lost.gaps());
        gaps.addAll(outside.lost.gaps());
        Seal seal = null;
        RecordingSink.OpenRecording to = recording;
        if (to != null) {
            try {
                seal = to.seal(new RecordingSink.Closing(
                        ending.basis(),
                        ending.endedAt(),
                        ending.end(),
                        accounts,
                        gaps,
                        ending.spans(),
                        ending.beside(),
                        ending.replays()));
            } catch (StoreFault | RuntimeException | Error e) {
                LOG.error("capture.seal.failed fault={}", word(e), e);
            }
        }
        List<RecordingSink.Span> spans = ending.spans();
        Duration lost = total(spans.stream().filter(Track::isCommandLost));
        Duration spared = total(spans.stream().filter(span -> !isCommandLost(span)));
        owner.sealed(new MediaReport(accounts, gaps, spared, lost, seal));
    }

    /// It should have been kept, and is not spared.
    private static boolean isCommandLost(RecordingSink.Span span) {
        return span.reason() == RecordingSink.Span.Reason.COMMAND_LOST;
    }

    /// None of them runs into another.
    private static Duration total(Stream<RecordingSink.Span> spans) {
        return spans.map(span -> Duration.between(span.from(), span.to())).reduce(Duration.ZERO, Duration::plus);
    }

    private void fail(String act, Throwable cause) {
        LOG.error("capture.store.failed act={} fault={}", act, word(cause), cause);
        failed = true;
        giveUpUnflushed();
        owner.broken();
    }

    private void giveUpUnflushed() {
        giveUp(inside);
        giveUp(outside);
    }

    private void giveUp(LegWriting writing) {
        if (writing.unflushed > 0) {
            writing.lost.lost(writing.unflushed, writing.firstUnflushedEpochNanos, writing.lastUnflushedEpochNanos);
            owner.notStored(writing.unflushed);
            writing.unflushed = 0;
        }
    }

    private static void flushed(LegWriting writing) {
        if (writing.unflushed > 0) {
            writing.unflushed = 0;
            writing.lost.kept();
        }
    }

    private LegWriting of(Leg leg) {
        return leg == Leg.INSIDE ? inside : outside;
    }

    private static String word(Throwable fault) {
        return fault.getClass().getSimpleName();
    }
}
