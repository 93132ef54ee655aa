package org.koegura.storageclient.playback;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Copy;
import org.koegura.storageclient.manifest.OpeningFacts;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.packets.ChunkReader;
import org.koegura.storageclient.packets.CiphertextDigest;
import org.koegura.storageclient.packets.PcapngReader;

/// The pcapng stream of a recording as it is inside the encryption, byte for byte. One chunk at a time in memory,
/// which is cleared after; nothing of it is stored. Safe for any number of threads.
public final class PcapngCopy implements Copy {

    private final RecordedPackets packets;
    private final SealedManifest manifest;

    /// Reads the whole recording once.
    ///
    /// @throws StoreFault.Damaged a chunk or the file is not what was sealed, or its opening facts do not say
    ///     that the demo made it
    public PcapngCopy(RecordedPackets packets, SealedManifest manifest) throws StoreFault {
        this.packets = packets;
        this.manifest = manifest;
        CiphertextDigest digest = new CiphertextDigest();
        Origin origin = new Origin();
        try (ChunkReader reader = packets.open(digest)) {
            while (reader.next()) {
                PcapngReader.read(reader.plain(), origin);
            }
            if (!reader.endedWell()
                    || reader.chunks() != manifest.chunks()
                    || reader.plaintextBytes() != manifest.plaintextBytes()) {
                throw packets.damaged("chunk " + reader.chunks() + " is not what was sealed");
            }
            if (!digest.finish().sha256().equals(manifest.sha256())) {
                throw packets.damaged("the packets file is not the one that was sealed");
            }
        } catch (IOException e) {
            throw packets.unreadable(e);
        }
        if (!origin.demo) {
            throw packets.damaged("its manifest calls it the demo's, its opening facts do not");
        }
    }

    @Override
    public long lengthBytes() {
        return manifest.plaintextBytes();
    }

    /// Each written chunk was authenticated by its tag; one that changed since it was verified ends the copy.
    @Override
    public void write(OutputStream out) throws StoreFault, IOException {
        try (ChunkReader reader = packets.open(null)) {
            while (next(reader)) {
                ByteBuffer plain = reader.plain();
                out.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
            }
            if (!reader.endedWell()) {
                throw packets.damaged("chunk " + reader.chunks() + " changed while it was copied");
            }
        }
    }

    /// Faults of the disk are ours to name; those of `out` are the reader's.
    private boolean next(ChunkReader reader) throws StoreFault {
        try {
            return reader.next();
        } catch (IOException e) {
            throw packets.unreadable(e);
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
