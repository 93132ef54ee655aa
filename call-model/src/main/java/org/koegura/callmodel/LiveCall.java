package org.koegura.callmodel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A call that is up now, as the live list shows it (U1).
///
/// @param facts the call
/// @param stage where it stands
/// @param since when it came to stand there
/// @param unrecorded why it is not recorded; null while it is or may yet be
/// @param recording its recording; null while there is none
public record LiveCall(
        CallFacts facts,
        Stage stage,
        Instant since,
        @Nullable Unrecorded unrecorded,
        @Nullable RecordingId recording) {}
