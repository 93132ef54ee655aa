package org.koegura.storageclient;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Copy;

/// The pcapng stream of a recording as it is inside the encryption, byte for byte. One chunk at a time in memory,
/// which is cleared after; nothing of it is stored. Safe for any number of threads.
final class PcapngCopy implements Copy {

    private final LocalRecordings.Content content;
    private final SealedManifest manifest;

    /// Reads the whole recording once.
    ///
    /// @throws StoreFault.Damaged a chunk or the file is not what was sealed, or its opening facts do not say
    ///     that the demo made it
    PcapngCopy(LocalRecordings.Content content, SealedManifest manifest) throws StoreFault {
        this.content = content;
        this.manifest = manifest;
        CiphertextDigest digest = new CiphertextDigest();
        Origin origin = new Origin();
        try (ChunkReader reader = content.open(digest)) {
            while (reader.next()) {
                PcapngReader.read(reader.plain(), origin);
            }
            if (!reader.endedWell()
                    || reader.chunks() != manifest.chunks()
                    || reader.plaintextBytes() != manifest.plaintextBytes()) {
                throw content.damaged("chunk " + reader.chunks() + " is not what was sealed");
            }
            if (!digest.finish().sha256().equals(manifest.sha256())) {
                throw content.damaged("the packets file is not the one that was sealed");
            }
        } catch (IOException e) {
            throw content.unreadable(e);
        }
        if (!origin.demo) {
            throw content.damaged("its manifest calls it the demo's, its opening facts do not");
        }
    }

    @Override
    public long lengthBytes() {
        return manifest.plaintextBytes();
    }

    /// Each written chunk was authenticated by its tag; one that changed since it was verified ends the copy.
    @Override
    public void write(OutputStream out) throws StoreFault, IOException {
        try (ChunkReader reader = content.open(null)) {
            while (next(reader)) {
                ByteBuffer plain = reader.plain();
                out.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
            }
            if (!reader.endedWell()) {
                throw content.damaged("chunk " + reader.chunks() + " changed while it was copied");
            }
        }
    }

    /// Faults of the disk are ours to name; those of `out` are the reader's.
    private boolean next(ChunkReader reader) throws StoreFault {
        try {
            return reader.next();
        } catch (IOException e) {
            throw content.unreadable(e);
        }
    }

    /// Whether the opening facts name the demo.
    private static final class Origin implements PcapngReader.Visitor {
        private boolean demo;

        @Override
        public void opening(String openingFacts) throws StoreFault.Damaged {
            demo = OpeningFacts.parse(openingFacts).demo();
        }

        @Override
        public void formats(Leg leg, String agreedFormats) {
            // Copied with everything else.
        }

        @Override
        public void packet(Leg leg, long epochNanos, ByteBuffer datagram) {
            // Counted by the hash of the whole file.
        }
    }
}
