package org.koegura.storageclient;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.manifest.KeptAccounts;
import org.koegura.storageclient.manifest.Manifest;
import org.koegura.storageclient.manifest.OpeningFacts;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.manifest.Words;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.packets.ChunkCipher;
import org.koegura.storageclient.packets.ChunkReader;
import org.koegura.storageclient.packets.CiphertextDigest;
import org.koegura.storageclient.packets.PacketsFile;
import org.koegura.storageclient.packets.PcapngReader;
import org.koegura.storageclient.packets.ReceivedTally;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Seals what a process that died left open, and this one found at its start: whole chunks are kept, a cut tail
/// is dropped, and the manifest says that nothing is known of what came after (R4).
///
/// A recording leaves `open/` only when its outcome was told and acknowledged; until then every start finds it there,
/// signed, and reports it again.
///
/// Removes only what can never be read: no key, or no whole chunk. What might still be read by somebody who mends it –
/// a key that does not open, a disk that fails – stays where it is, is logged, and is tried again by the next start.
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final byte[] NOTHING = {};

    private final Layout layout;
    private final KeyCabinet keys;
    private final ChunkCipher.Kind ciphers;
    private final Sealer sealer;
    private final Clock clock;
    private final StoreMetrics metrics;
    private final RingStore ring;
    private final List<RecordingId> leftOpen;

    /// When this process looked first: what it keeps itself is later.
    private final Instant foundAt;

    private @Nullable Result result;

    /// What became of what was found.
    private record Result(List<LocalStore.Recovered> signed, Set<RecordingId> failed) {}

    private Recovery(
            Layout layout,
            KeyCabinet keys,
            ChunkCipher.Kind ciphers,
            Sealer sealer,
            RingStore ring,
            Clock clock,
            StoreMetrics metrics,
            List<RecordingId> leftOpen) {
        this.layout = layout;
        this.keys = keys;
        this.ciphers = ciphers;
        this.sealer = sealer;
        this.ring = ring;
        this.clock = clock;
        this.metrics = metrics;
        this.leftOpen = leftOpen;
        this.foundAt = clock.instant();
    }

    /// Finds what a process left, before this one begins any recording.
    static Recovery of(
            Layout layout,
            Medium medium,
            KeyCabinet keys,
            ChunkCipher.Kind ciphers,
            Sealer sealer,
            RingStore ring,
            Clock clock,
            StoreMetrics metrics)
            throws StoreFault {
        return new Recovery(layout, keys, ciphers, sealer, ring, clock, metrics, leftOpen(layout, medium));
    }

    /// What could be signed, in the order of their names.
    List<LocalStore.Recovered> recovered() {
        return done().signed();
    }

    /// What could not be, and stays in `open/`.
    Set<RecordingId> unrecovered() {
        return done().failed();
    }

    private synchronized Result done() {
        Result known = result;
        if (known == null) {
            known = run();
            result = known;
        }
        return known;
    }

    private Result run() {
        List<LocalStore.Recovered> sealed = new ArrayList<>();
        Set<RecordingId> failed = new HashSet<>();
        for (RecordingId recording : leftOpen) {
            if (Thread.currentThread().isInterrupted()) { // the process ends: the next one goes on
                failed.add(recording);
                continue;
            }
            try {
                LocalStore.Recovered recovered = recover(recording);
                if (recovered == null) {
                    drop(recording);
                } else {
                    sealed.add(recovered);
                    metrics.recovered(StoreMetrics.Recovery.SEALED);
                    LOG.info(
                            "recording.recovered recording={} bytes={}",
                            recording,
                            recovered.seal().bytes());
                }
            } catch (IOException | StoreFault | RuntimeException e) { // one keeps no other open
                failed.add(recording);
                if (!Thread.currentThread().isInterrupted()) {
                    metrics.recovered(StoreMetrics.Recovery.FAILED);
                    LOG.error("recording.recovery.failed recording={} cause=\"{}\"", recording, e.toString());
                }
            }
        }
        return new Result(List.copyOf(sealed), Set.copyOf(failed));
    }

    private static List<RecordingId> leftOpen(Layout layout, Medium medium) throws StoreFault {
        List<RecordingId> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(layout.open())) {
            for (Path folder : folders) {
                try {
                    found.add(new RecordingId(folder.getFileName().toString()));
                } catch (IllegalArgumentException notOurs) {
                    LOG.warn("recording.open.stranger path={}", folder);
                }
            }
        } catch (IOException e) {
            throw medium.fault("list", layout.open(), e);
        }
        found.sort(Comparator.comparing(RecordingId::value));
        return List.copyOf(found);
    }

    private void drop(RecordingId recording) throws IOException {
        Medium.removeFolder(layout.openFolder(recording));
        Medium.forceFolder(layout.open());
        keys.discard(recording);
        ring.release(recording);
        metrics.recovered(StoreMetrics.Recovery.DROPPED);
        LOG.warn("recording.orphan.dropped recording={}", recording);
    }

    /// Null where there is nothing that could ever be read.
    private LocalStore.@Nullable Recovered recover(RecordingId recording) throws IOException, StoreFault {
        Path path = layout.openFolder(recording).resolve(Layout.PACKETS);
        if (!keys.holds(recording) || Files.notExists(path)) {
            return null;
        }
        byte[] key = keys.unwrap(recording);
        ChunkCipher cipher = ciphers.with(key, PacketsFile.header(recording));
        Arrays.fill(key, (byte) 0);

        Found found = new Found();
        CiphertextDigest digest = new CiphertextDigest();
        try (ChunkReader reader = ChunkReader.open(path, recording, cipher, digest)) {
            if (reader == null) {
                return nothingUnlessDamaged(recording, Files.size(path) >= PacketsFile.HEADER_BYTES);
            }
            while (reader.next()) {
                requireTime();
                PcapngReader.read(reader.plain(), found);
            }
            if (found.facts == null) {
                return nothingUnlessDamaged(recording, reader.foundChanged());
            }
            SealedManifest signed =
                    reader.closed() ? sealer.signed(recording, digest.finish().sha256()) : null;
            if (signed == null) {
                Manifest.Content content = close(path, cipher, digest, reader, found.tally);
                sealer.sign(manifest(recording, found.facts, found.tally, content));
                signed = sealer.signed(recording, content.ciphertext().sha256());
            }
            if (signed == null) {
                throw new StoreFault.Damaged(recording + ": the disk does not give back what was signed");
            }
            CallOutcome outcome = sealer.outcome(signed.seal(), found.facts.call());
            return new Signed(sealer, outcome, signed.seal(), signed.startedAt());
        }
    }

    /// Reading the recording of a long call takes long: not after the process was told to end.
    private static void requireTime() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the process ends: the next one goes on");
        }
    }

    /// A recording that waits in `open/` until its outcome is told.
    private record Signed(Sealer sealer, CallOutcome outcome, Seal seal, Instant captureStartedAt)
            implements LocalStore.Recovered {

        @Override
        public void acknowledge() throws StoreFault {
            sealer.move(seal.recording(), captureStartedAt);
        }
    }

    /// A file that was cut off holds nothing; one that was changed may hold all of a call, for who can mend it.
    private static LocalStore.@Nullable Recovered nothingUnlessDamaged(RecordingId recording, boolean changed)
            throws StoreFault.Damaged {
        if (changed) {
            throw new StoreFault.Damaged(recording + ": the beginning of its packets file was changed");
        }
        return null;
    }

    /// Cuts the tail off, ends the file with a last chunk where it has none, and forces it.
    private Manifest.Content close(
            Path path, ChunkCipher cipher, CiphertextDigest digest, ChunkReader reader, ReceivedTally tally)
            throws IOException {
        if (reader.fileBytes() > reader.wholeBytes()) {
            LOG.warn("recording.tail.dropped bytes={}", reader.fileBytes() - reader.wholeBytes());
        }
        try (PacketsFile file = PacketsFile.resume(
                path, cipher, digest, reader.wholeBytes(), reader.chunks(), reader.plaintextBytes())) {
            if (!reader.closed()) {
                file.write(NOTHING, 0, true);
            }
            file.force();
            return Manifest.Content.of(file, tally);
        }
    }

    /// What is on disk is all that can be stated: received = recorded, nothing withheld, no gap with a count.
    private Manifest manifest(
            RecordingId recording, OpeningFacts facts, ReceivedTally tally, Manifest.Content content) {
        Instant startedAt = facts.captureStartedAt();
        Instant latest = KeptAccounts.instant(tally.latestNanosOr(0));
        Instant endedAt = latest.isAfter(startedAt) ? latest : startedAt;
        List<StreamAccount> streams = new ArrayList<>();
        for (Leg leg : Leg.values()) {
            long packets = tally.packets(leg);
            streams.add(new StreamAccount(leg, packets, packets, 0, Map.of()));
        }
        return new Manifest(
                recording,
                facts.call().call().value(),
                Words.of(facts.call().direction()),
                facts.demo(),
                facts.answeredAt(),
                new Manifest.Capture(startedAt, endedAt),
                Manifest.INTERRUPTED,
                new Manifest.Interruption(
                        endedAt, foundAt.isBefore(endedAt) ? endedAt : foundAt), // a clock may come back behind
                clock.instant(),
                facts.basis(),
                streams,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                content);
    }

    /// What the whole chunks hold.
    private static final class Found implements PcapngReader.Visitor {
        private final ReceivedTally tally = new ReceivedTally();
        private @Nullable OpeningFacts facts;

        @Override
        public void opening(String openingFacts) throws StoreFault.Damaged {
            facts = OpeningFacts.parse(openingFacts);
        }

        @Override
        public void formats(Leg leg, String agreedFormats) {
            // It is kept with the whole chunks; nothing is stated of it.
        }

        @Override
        public void packet(Leg leg, long epochNanos, ByteBuffer datagram) {
            tally.add(leg, epochNanos, datagram);
        }
    }
}
