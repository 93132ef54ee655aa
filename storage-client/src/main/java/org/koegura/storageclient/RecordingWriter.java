package org.koegura.storageclient;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.Closing;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.storageclient.manifest.AgreedFormats;
import org.koegura.storageclient.manifest.KeptAccounts;
import org.koegura.storageclient.manifest.Manifest;
import org.koegura.storageclient.manifest.Words;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.packets.PacketsFile;
import org.koegura.storageclient.packets.PcapngBuffer;
import org.koegura.storageclient.packets.ReceivedTally;

/// Step 3 of 4 on the way to the disk: one recording, from its first packet to its seal.
///
/// Owned by one writer's thread at a time. The first failed write ends it: what was gathered and did not reach the disk
/// is declared lost, nothing more is taken, and the seal covers what is whole.
final class RecordingWriter implements OpenRecording {

    private static final byte[] NOTHING = {};

    private final Opening opening;
    private final boolean demo;
    private final PacketsFile file;
    private final RingStore.Room room;
    private final Sealer sealer;
    private final Medium medium;
    private final Clock clock;
    private final StoreMetrics metrics;
    private final PcapngBuffer blocks = new PcapngBuffer();
    private final ReceivedTally tally = new ReceivedTally();
    private final List<Gap> dropped = new ArrayList<>(Leg.values().length);

    private @Nullable StoreFault fault;
    private @Nullable StoreFault unforced;
    private boolean ended;
    private boolean forced;
    private @Nullable Seal seal;

    RecordingWriter(
            Opening opening,
            boolean demo,
            PacketsFile file,
            RingStore.Room room,
            Sealer sealer,
            Medium medium,
            Clock clock,
            StoreMetrics metrics) {
        this.opening = opening;
        this.demo = demo;
        this.file = file;
        this.room = room;
        this.sealer = sealer;
        this.medium = medium;
        this.clock = clock;
        this.metrics = metrics;
    }

    /// Writes the opening facts as the first chunk: what a recovery reads.
    void begin(String openingFacts) throws StoreFault {
        blocks.open(openingFacts);
        try {
            emit(false);
        } catch (StoreFault e) {
            closeQuietly();
            throw e;
        }
    }

    @Override
    public void append(
            Leg leg,
            long arrivalEpochNanos,
            InetSocketAddress source,
            InetSocketAddress destination,
            ByteBuffer datagram)
            throws StoreFault {
        requireTaking();
        if (datagram.remaining() > PcapngBuffer.DATAGRAM_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "datagram: at most " + PcapngBuffer.DATAGRAM_BYTES_MAX + " bytes are needed");
        }
        if (!blocks.packet(leg, arrivalEpochNanos, source, destination, datagram)) {
            emit(false);
            blocks.packet(leg, arrivalEpochNanos, source, destination, datagram);
        }
        tally.add(leg, arrivalEpochNanos, datagram);
    }

    @Override
    public void formats(Leg leg, long sinceEpochNanos, List<AudioFormat> formats) throws StoreFault {
        requireTaking();
        String text = AgreedFormats.text(formats);
        if (!blocks.formats(leg, sinceEpochNanos, text)) {
            emit(false);
            blocks.formats(leg, sinceEpochNanos, text);
        }
    }

    @Override
    public void flush() throws StoreFault {
        requireTaking();
        if (!blocks.isEmpty()) {
            emit(false);
        }
    }

    @Override
    public Seal seal(Closing closing) throws StoreFault {
        Seal known = seal;
        if (known == null) {
            endFile();
            known = sealer.seal(manifest(closing));
            seal = known;
            metrics.sealed(known, Duration.between(closing.endedAt(), known.sealedAt()));
        }
        return known;
    }

    private void requireTaking() throws StoreFault {
        if (ended) {
            throw new IllegalStateException("recording " + opening.recording() + " is sealed");
        }
        if (fault != null) {
            throw fault;
        }
    }

    private void emit(boolean last) throws StoreFault {
        try {
            file.write(blocks.array(), blocks.length(), last);
            tally.mark();
            room.grown(file.bytes());
        } catch (IOException e) {
            tally.rollback((leg, first, to, packets) -> dropped.add(KeptAccounts.storeFailed(leg, first, to, packets)));
            metrics.writeFailed();
            StoreFault failed = medium.fault("write to recording", opening.recording(), e);
            fault = failed;
            throw failed;
        } finally {
            blocks.clear();
        }
    }

    /// Closes the file with a last chunk and forces it. What a crash or fault leaves undone here stays in `open/`.
    private void endFile() throws StoreFault {
        if (unforced != null) {
            throw unforced;
        }
        if (!ended) {
            writeLast();
            ended = true;
        }
        if (!forced) {
            try {
                file.force();
                forced = true;
            } catch (IOException e) {
                // The kernel may have dropped the pages and would call the next sync a success. Only reading the file
                // again, at the next start, tells what is on the disk.
                unforced = medium.fault("force recording", opening.recording(), e);
                throw unforced;
            }
            closeQuietly();
        }
    }

    private void writeLast() throws StoreFault {
        if (fault == null) {
            try {
                emit(true);
                return;
            } catch (StoreFault full) {
                // Its packets are declared lost; an empty chunk may still find room where it was cut off.
                fault = full;
            }
        }
        try {
            file.write(NOTHING, 0, true);
        } catch (IOException e) {
            e.addSuppressed(fault);
            throw medium.fault("close recording", opening.recording(), e);
        }
    }

    private Manifest manifest(Closing closing) {
        KeptAccounts accounts = KeptAccounts.of(closing.accounts(), closing.gaps(), dropped, tally);
        Instant latest = KeptAccounts.instant(tally.latestNanosOr(0));
        Instant endedAt = latest.isAfter(closing.endedAt()) ? latest : closing.endedAt();
        return new Manifest(
                opening.recording(),
                opening.facts().call().value(),
                Words.of(opening.facts().direction()),
                demo,
                opening.answeredAt(),
                new Manifest.Capture(opening.captureStartedAt(), endedAt),
                Words.of(closing.end()),
                null,
                clock.instant(),
                Words.of(closing.basis()),
                accounts.streams(),
                accounts.gaps(),
                closing.spans(),
                closing.beside(),
                closing.replays(),
                Manifest.Content.of(file, tally));
    }

    private void closeQuietly() {
        try {
            file.close();
        } catch (IOException nothingToLose) {
            // Either all bytes are on stable storage, or the recording is about to be taken back.
        }
    }
}
