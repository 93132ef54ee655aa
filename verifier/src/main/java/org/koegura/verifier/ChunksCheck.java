package org.koegura.verifier;

import java.io.IOException;
import org.koegura.verifier.format.ChunkReader;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.RecordingFolder;

/// Check 4: the chunks fill the file, their number is the sealed one, and exactly the last is marked so.
final class ChunksCheck {

    private ChunksCheck() {}

    static void examine(RecordingFolder folder, Members manifest) throws Malformed, IOException {
        try (ChunkReader packets = ChunkReader.open(folder)) {
            packets.requireKnown();
            while (packets.next(false) != null) {
                // The reader itself refuses a chunk that is cut off, too large, or after the last one.
            }
            Members cipher = manifest.object("cipher");
            cipher.oneOf("algorithm", "AES-256-GCM");
            long sealed = cipher.count("chunks");
            if (packets.chunks() != sealed) {
                throw new Malformed(
                        RecordingFolder.PACKETS + " has " + packets.chunks() + " chunks, sealed were " + sealed);
            }
        }
    }
}
