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
    ///
    /// @param cutOff how many recordings a crash ended: what is there of them was judged, the rest is not known
    void ended(Verdict.Result result, int subjects, List<Verdict.Result> results, int cutOff);
}
