package org.koegura.verifier;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.KeyRing;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.RecordingFolder;

/// Verifies one recording after the section "What a verifier checks" of its format page.
///
/// Total: whatever the files hold, the answer is a verdict, never an exception. Stateless; blocks on the disk; reads
/// `packets.kgr` three times at most, in bounded memory; writes nothing.
public final class Verifier {

    /// Checks a recording's folder.
    public Verdict verify(Path recordingFolder, Options options) {
        Findings findings = new Findings();
        RecordingFolder folder = new RecordingFolder(recordingFolder);
        @Nullable Members manifest = FilesCheck.examine(folder, findings);
        if (manifest == null) {
            for (Check check : List.of(
                    Check.SIGNATURE,
                    Check.CIPHERTEXT,
                    Check.CHUNKS,
                    Check.NOTICE,
                    Check.ACCOUNTING,
                    Check.PLAINTEXT,
                    Check.RECEIVED,
                    Check.ARRIVALS)) {
                findings.notChecked(check, "needs a manifest.json that can be read");
            }
        } else {
            withoutKey(folder, manifest, options, findings);
            withKey(folder, manifest, options, findings);
        }
        return new Verdict(recordingFolder, findings.inOrder());
    }

    private static void withoutKey(RecordingFolder folder, Members manifest, Options options, Findings findings) {
        findings.examine(Check.SIGNATURE, () -> SignatureCheck.examine(folder, manifest, options.trusted(), findings));
        findings.examine(Check.CIPHERTEXT, () -> CiphertextCheck.examine(folder, manifest, findings));
        findings.examine(Check.CHUNKS, () -> ChunksCheck.examine(folder, manifest));
        findings.examine(Check.NOTICE, () -> NoticeCheck.examine(manifest, findings));
        findings.examine(Check.ACCOUNTING, () -> AccountingCheck.examine(manifest, findings));
    }

    private static void withKey(RecordingFolder folder, Members manifest, Options options, Findings findings) {
        KeyRing.Search search;
        try {
            search = KeyRing.find(options.keysDirectory(), manifest.hex("recording", 32));
        } catch (Malformed noId) {
            search = new KeyRing.Search.Absent("needs the recording's id");
        }
        switch (search) {
            case KeyRing.Search.Found found -> PlaintextCheck.examine(folder, manifest, found.key(), findings);
            case KeyRing.Search.Absent absent -> {
                findings.notChecked(Check.PLAINTEXT, absent.why());
                findings.notChecked(Check.RECEIVED, absent.why());
                findings.notChecked(Check.ARRIVALS, absent.why());
            }
            case KeyRing.Search.Wrong wrong -> {
                findings.failed(Check.PLAINTEXT, wrong.why());
                findings.notChecked(Check.RECEIVED, "needs the right key");
                findings.notChecked(Check.ARRIVALS, "needs the right key");
            }
        }
    }
}
