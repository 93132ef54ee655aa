package org.koegura.verifier;

import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.ByteRange;

/// What one check came to. Texts are single lines without telephone numbers.
public sealed interface Finding {

    /// Which check.
    Check check();

    /// What was found; empty where there is nothing to add.
    String text();

    /// It holds.
    record Passed(Check check, String text) implements Finding {}

    /// It does not hold: the recording or journal is not what was sealed, or not what the page says.
    ///
    /// @param range the first bad bytes, where they are known
    record Failed(Check check, String text, @Nullable ByteRange range) implements Finding {}

    /// It could not be looked at; the text says why and what would be needed.
    record NotChecked(Check check, String text) implements Finding {}

    /// To be known, without bearing on the result.
    record Remarked(Check check, String text) implements Finding {}

    /// What there is holds, and it is not all that there was: a crash ended it.
    record CutOff(Check check, String text) implements Finding {}
}
