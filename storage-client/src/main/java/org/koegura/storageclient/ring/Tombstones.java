package org.koegura.storageclient.ring;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tombstones on disk: under `unfinished/` until nothing of the recording is left anywhere, then for good.
///
/// Safe for any number of threads; one recording's tombstone is written by one thread at a time.
public final class Tombstones {

    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);

    private final Layout layout;
    private final Medium medium;

    public Tombstones(Layout layout, Medium medium) {
        this.layout = layout;
        this.medium = medium;
    }

    /// The tombstone of a recording; null where it was not erased.
    public @Nullable Tombstone find(RecordingId recording) throws StoreFault {
        // They move from here to there only, so that looking here first misses none.
        Tombstone unfinished = read(layout.unfinishedTombstone(recording));
        return unfinished == null ? read(layout.tombstone(recording)) : unfinished;
    }

    /// What a start learns of one recording's tombstone, where a bad one must not stop the others.
    public sealed interface Trace {
        /// There is none: it was not erased.
        record None() implements Trace {}

        /// There is one.
        record Found(Tombstone tombstone) implements Trace {}

        /// There is one that cannot be read. Its erasure had begun; how far it came is not known.
        record Unreadable() implements Trace {}
    }

    /// As [#find]; a tombstone that cannot be read is logged.
    public Trace trace(RecordingId recording) {
        try {
            Tombstone tombstone = find(recording);
            return tombstone == null ? new Trace.None() : new Trace.Found(tombstone);
        } catch (StoreFault unreadable) {
            LOG.error("tombstone.damaged recording={} cause=\"{}\"", recording, unreadable.getMessage());
            return new Trace.Unreadable();
        }
    }

    /// Those whose recordings are not gone from everywhere.
    public List<Tombstone> unfinished() throws StoreFault {
        List<Tombstone> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.unfinishedTombstones(), "[0-9a-f]*.json")) {
            for (Path file : files) {
                try {
                    Tombstone tombstone = read(file);
                    if (tombstone != null) {
                        found.add(tombstone);
                    }
                } catch (StoreFault unreadable) {
                    // The others are not kept waiting for it.
                    LOG.error("tombstone.damaged cause=\"{}\"", unreadable.getMessage());
                }
            }
        } catch (IOException e) {
            throw medium.fault("list", layout.unfinishedTombstones(), e);
        }
        return found;
    }

    /// Writes a tombstone, or its next state. Returns once it would survive a power cut.
    public void write(Tombstone tombstone) throws StoreFault {
        RecordingId recording = tombstone.place().recording();
        Path unfinished = layout.unfinishedTombstone(recording);
        try {
            Medium.replace(unfinished, tombstone.json());
            if (tombstone.isFinished()) {
                Files.move(unfinished, layout.tombstone(recording), StandardCopyOption.ATOMIC_MOVE);
                Medium.forceFolder(layout.tombstones());
                Medium.forceFolder(layout.unfinishedTombstones());
            }
        } catch (IOException e) {
            throw medium.fault("write the tombstone of", recording, e);
        }
    }

    private @Nullable Tombstone read(Path file) throws StoreFault {
        try {
            Tombstone tombstone = Tombstone.parse(Files.readAllBytes(file));
            if (tombstone == null) {
                throw new StoreFault.Damaged(file + " is not a tombstone: restore it from its backup");
            }
            return tombstone;
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException e) {
            throw medium.fault("read", file, e);
        }
    }
}
