package org.koegura.callmodel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A call that is up now, as the live list shows it (U1).
///
/// @param facts the call
/// @param stage where it stands
/// @param since when it came to stand there
/// @param answeredAt when the 2xx passed; null before that
/// @param exemptable whether an exemption would still change anything (N7)
/// @param exempted the ground of the exemption that holds for it; null where there is none
/// @param attestable whether an attested oral notice would start its recording (N5)
/// @param unrecorded why it is not recorded; null while it is or may yet be
/// @param recording its recording; null while there is none
/// @param pausable whether a pause of capture would change anything (R9)
/// @param pausedUntil when a pause that lasts ends by itself; null where none does
/// @param objectedAt when the other party's objection was marked first (N12); null where none was
public record LiveCall(
        CallFacts facts,
        Stage stage,
        Instant since,
        @Nullable Instant answeredAt,
        boolean exemptable,
        @Nullable Ground exempted,
        boolean attestable,
        @Nullable Unrecorded unrecorded,
        @Nullable RecordingId recording,
        boolean pausable,
        @Nullable Instant pausedUntil,
        @Nullable Instant objectedAt) {}
