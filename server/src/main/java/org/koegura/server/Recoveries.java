package org.koegura.server;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.storageclient.LocalStore.Recovered;

/// Gives each call that a killed process left without an outcome the one that its recording states (R5), and journals
/// that the recording was closed by this start.
///
/// At least once: a process that dies on the way does it again at its next start. The journal then holds two lines; the
/// ledger takes a call's outcome only once. What the ledger could not store at once waits in its memory only, and the
/// recording is acknowledged all the same.
final class Recoveries {

    private final Journal journal;
    private final CallLedger ledger;
    private final Clock clock;

    Recoveries(Journal journal, CallLedger ledger, Clock clock) {
        this.journal = journal;
        this.ledger = ledger;
        this.clock = clock;
    }

    /// Nothing was kept of it, or nothing that can be read. When it ended nobody knows: not after now.
    private CallOutcome unkept(CallCheckpoint call) {
        CallCheckpoint.Standing standing = call.standing();
        Unrecorded why = standing.unrecorded();
        if (why == null) {
            why = standing.basis() == null ? Unrecorded.ENDED_BEFORE_NOTICE : Unrecorded.STORE_FAILED;
        }
        return new CallOutcome(
                call.facts(),
                call.answeredAt(),
                clock.instant(),
                EndReason.INTERRUPTED,
                why.intended() ? CallOutcome.Result.INTENTIONALLY_NOT : CallOutcome.Result.MISSING,
                why,
                standing.basis(),
                null,
                List.of());
    }

    /// Tells both books of all of them, and acknowledges each. Blocks.
    ///
    /// @param left answered calls of the process that died; one without a recording gets its outcome here
    /// @throws JournalFault one was not journalled; it and those after it are left to the next start
    /// @throws StoreFault one could not be moved to its place; it and those after it are left to the next start
    void tell(List<Recovered> recovered, List<CallCheckpoint> left) throws JournalFault, StoreFault {
        Set<CallId> kept = recovered.stream()
                .map(recording -> recording.outcome().facts().call())
                .collect(Collectors.toSet());
        left.stream()
                .filter(call -> !kept.contains(call.facts().call()))
                .filter(call -> call.standing().unrecorded() != Unrecorded.SPIRAL) // its first passage is reported
                .forEach(call -> ledger.ended(unkept(call)));
        for (Recovered recording : recovered) {
            CallOutcome outcome = recording.outcome();
            journal.append(new JournalEntry(
                    clock.instant(),
                    "system",
                    "recording.recovered",
                    recording.seal().recording().value(),
                    Map.of(
                            "call",
                            outcome.facts().call().value(),
                            "outcome",
                            outcome.result().name().toLowerCase(Locale.ROOT),
                            "root",
                            recording.seal().root())));
            ledger.ended(outcome);
            recording.acknowledge();
        }
    }
}
