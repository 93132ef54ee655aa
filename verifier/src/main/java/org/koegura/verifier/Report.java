package org.koegura.verifier;

import java.util.List;

/// How verdicts are told, one after the other as they come.
sealed interface Report permits HumanReport, JsonReport {

    /// Something that was passed over.
    void skipped(String what);

    /// A note on how it is verified.
    void remarked(String what);

    void told(Verdict verdict);

    /// The end: what all came to.
    void ended(Verdict.Result result, int subjects, List<Verdict.Result> results);
}
