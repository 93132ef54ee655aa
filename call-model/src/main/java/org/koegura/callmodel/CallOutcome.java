package org.koegura.callmodel;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a call ended, and as exactly one of the four results of R5 where it was answered.
///
/// @param facts the call
/// @param answeredAt when the 2xx passed; null for a call that nobody answered
/// @param endedAt when it ended
/// @param reason why it ended
/// @param result what became of its recording
/// @param why why there is none; null exactly where `result` is COMPLETE or PARTIAL or the call was not answered
/// @param basis why capture was lawful; null where nothing was captured
/// @param seal the recording; null where there is none
/// @param accounts one per leg, or empty where no media passed through us
/// @param signalling what was signalled of it
/// @param objectedAt when the other party's objection was marked first (N12); null where none was
public record CallOutcome(
        CallFacts facts,
        @Nullable Instant answeredAt,
        Instant endedAt,
        EndReason reason,
        Result result,
        @Nullable Unrecorded why,
        @Nullable CaptureBasis basis,
        @Nullable Seal seal,
        List<StreamAccount> accounts,
        Signalling signalling,
        @Nullable Instant objectedAt) {

    /// R5: every answered call ends as exactly one of these; NOT_ANSWERED is for all others.
    public enum Result {
        COMPLETE,
        PARTIAL,
        MISSING,
        INTENTIONALLY_NOT,
        NOT_ANSWERED
    }

    public CallOutcome {
        accounts = List.copyOf(accounts);
        boolean kept = result == Result.COMPLETE || result == Result.PARTIAL;
        if (kept != (seal != null)) {
            throw new IllegalArgumentException("call outcome: a seal is needed exactly where a recording was kept");
        }
        boolean unrecorded = result == Result.MISSING || result == Result.INTENTIONALLY_NOT;
        if (unrecorded != (why != null)) {
            throw new IllegalArgumentException("call outcome: a reason is needed exactly where none was kept");
        }
    }

    /// An outcome of which neither signalling nor an objection is known.
    public CallOutcome(
            CallFacts facts,
            @Nullable Instant answeredAt,
            Instant endedAt,
            EndReason reason,
            Result result,
            @Nullable Unrecorded why,
            @Nullable CaptureBasis basis,
            @Nullable Seal seal,
            List<StreamAccount> accounts) {
        this(facts, answeredAt, endedAt, reason, result, why, basis, seal, accounts, Signalling.NONE, null);
    }
}
