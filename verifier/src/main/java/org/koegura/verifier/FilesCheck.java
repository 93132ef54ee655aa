package org.koegura.verifier;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.ChunkReader;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.Reading;
import org.koegura.verifier.format.RecordingFolder;

/// Check 1: the three files are there, the format is known, and the ids are one.
final class FilesCheck {

    static final String FORMAT = "koegura-recording/1";

    /// The member that marks what the demo made, here and in the opening facts.
    static final String DEMO = "demo";

    static final String[] DIRECTIONS = {"inbound", "outbound"};

    private FilesCheck() {}

    /// Gives the manifest where it can be used for further checks, else null with the reason among the findings.
    static @Nullable Members examine(RecordingFolder folder, Findings findings) {
        try {
            for (String file : List.of(RecordingFolder.PACKETS, RecordingFolder.MANIFEST, RecordingFolder.SIGNATURE)) {
                if (!folder.has(file)) {
                    findings.failed(Check.FILES, file + " is missing, or is not a plain file");
                }
            }
            if (!folder.has(RecordingFolder.MANIFEST)) {
                return null;
            }
            Members manifest = folder.manifest();
            String format = manifest.text("format");
            if (!format.equals(FORMAT)) {
                findings.failed(
                        Check.FILES,
                        "manifest.json: format '" + Members.shown(format) + "' is not known; only " + FORMAT + " is");
                return null;
            }
            findings.examine(Check.FILES, () -> examineIds(folder, manifest, findings));
            return manifest;
        } catch (Malformed malformed) {
            findings.failed(Check.FILES, malformed);
        } catch (AccessDeniedException closed) {
            findings.notChecked(Check.FILES, Reading.why(closed));
        } catch (IOException unreadable) {
            findings.failed(Check.FILES, Reading.why(unreadable));
        }
        return null;
    }

    private static void examineIds(RecordingFolder folder, Members manifest, Findings findings)
            throws Malformed, IOException {
        String id = manifest.hex("recording", 32);
        if (!folder.name().equals(id)) {
            findings.failed(Check.FILES, "the folder is called " + folder.name() + ", manifest.json says " + id);
        }
        if (folder.has(RecordingFolder.PACKETS)) {
            try (ChunkReader packets = ChunkReader.open(folder)) {
                String inHeader = packets.header().recording();
                if (!inHeader.equals(id)) {
                    findings.failed(
                            Check.FILES,
                            ChunkReader.RECORDING_ID + ": the file header says " + inHeader + ", manifest.json " + id,
                            ChunkReader.RECORDING_ID);
                }
            }
        }
        manifest.hex("call", 32);
        manifest.oneOf("direction", DIRECTIONS);
        manifest.time("sealedAt");
        if (manifest.mark(DEMO)) {
            findings.remarked(Check.FILES, "the recording of a koegura demo");
        }
    }
}
