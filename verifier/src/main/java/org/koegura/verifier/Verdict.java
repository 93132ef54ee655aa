package org.koegura.verifier;

import java.nio.file.Path;
import java.util.List;

/// All findings on one recording or journal.
///
/// @param subject the recording's folder or the journal's file
/// @param findings at least one for every check, in their order
public record Verdict(Path subject, List<Finding> findings) {

    /// What the findings come to.
    public enum Result {
        /// Every check holds.
        VERIFIED,
        /// Nothing failed, but something could not be checked.
        INCOMPLETE,
        /// Something failed.
        FAILED
    }

    public Verdict {
        findings = List.copyOf(findings);
    }

    /// Whether a crash ended the recording: what is there of it was judged, and of the rest nothing is known.
    public boolean isCutOff() {
        return findings.stream().anyMatch(Finding.CutOff.class::isInstance);
    }

    public Result result() {
        if (findings.stream().anyMatch(Finding.Failed.class::isInstance)) {
            return Result.FAILED;
        }
        boolean gaps = findings.stream().anyMatch(Finding.NotChecked.class::isInstance);
        return gaps ? Result.INCOMPLETE : Result.VERIFIED;
    }
}
