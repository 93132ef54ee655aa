package org.koegura.server.recovery;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.storageclient.LocalStore.Recovered;

/// Gives each call that a killed process left without an outcome the one that its recording states (R5), and journals
/// that the recording was closed by this start.
///
/// At least once: a process that dies on the way does it again at its next start. The journal then holds two lines; the
/// ledger takes a call's outcome only once. What the ledger could not store at once waits in its memory only, and the
/// recording is acknowledged all the same.
///
/// Safe from any thread.
public final class Recoveries {

    private final Journal journal;
    private final CallLedger ledger;
    private final CallCheckpoints checkpoints;
    private final Sealed sealed;
    private final Clock clock;

    /// @param sealed finds recordings that the process before had sealed itself
    public Recoveries(Journal journal, CallLedger ledger, CallCheckpoints checkpoints, Sealed sealed, Clock clock) {
        this.journal = journal;
        this.ledger = ledger;
        this.checkpoints = checkpoints;
        this.sealed = sealed;
        this.clock = clock;
    }

    /// Finds the seal of a recording.
    public interface Sealed {
        /// Its seal, where it has one.
        Optional<Seal> find(RecordingId recording) throws StoreFault;
    }

    /// What a start found of the process before.
    ///
    /// @param recovered recordings that it left open and that are signed now
    /// @param unrecovered such as could not be signed now, and may be by a later start
    /// @param calls answered calls that it left
    public record Found(List<Recovered> recovered, Set<RecordingId> unrecovered, List<? extends LeftCall> calls) {}

    /// One call to tell of.
    interface Telling {

        /// Tells it. Blocks. May be done again where it failed.
        ///
        /// @throws JournalFault it was not journalled, and is told to nobody
        /// @throws StoreFault its recording could not be looked at, or moved to its place
        void tell() throws JournalFault, StoreFault;
    }

    /// All that is to be told of what was found, in any order. A call whose recording may be recovered by a later
    /// start is not told of before.
    List<Telling> tellings(Found found) {
        Set<CallId> kept = found.recovered().stream()
                .map(recording -> recording.outcome().facts().call())
                .collect(Collectors.toSet());
        List<Telling> tellings = new ArrayList<>();
        for (Recovered recording : found.recovered()) {
            AtomicBoolean journalled = new AtomicBoolean();
            tellings.add(() -> tell(recording, journalled));
        }
        for (LeftCall call : found.calls()) {
            RecordingId recording = call.standing().recording();
            boolean later = recording != null && found.unrecovered().contains(recording);
            if (!later && !kept.contains(call.facts().call())) {
                tellings.add(() -> tell(call));
            }
        }
        return tellings;
    }

    /// @param journalled that it was: what fails after that is tried again, and not journalled again
    private void tell(Recovered recording, AtomicBoolean journalled) throws JournalFault, StoreFault {
        CallOutcome outcome = recording.outcome();
        CallId call = outcome.facts().call();
        if (!journalled.get()) {
            journal(recording, outcome, call);
            journalled.set(true);
        }
        ledger.ended(outcome);
        recording.acknowledge();
        checkpoints.over(call);
    }

    private void journal(Recovered recording, CallOutcome outcome, CallId call) throws JournalFault {
        journal.append(new JournalEntry(
                clock.instant(),
                "system",
                "recording.recovered",
                recording.seal().recording().value(),
                Map.of(
                        "call",
                        call.value(),
                        "outcome",
                        outcome.result().name().toLowerCase(Locale.ROOT),
                        "root",
                        recording.seal().root())));
    }

    private void tell(LeftCall call) throws StoreFault {
        if (call.standing().unrecorded() != Unrecorded.SPIRAL) { // its first passage is reported
            RecordingId recording = call.standing().recording();
            Seal seal = recording == null ? null : sealed.find(recording).orElse(null);
            ledger.ended(seal == null ? unkept(call) : kept(call, seal));
        }
        checkpoints.over(call.facts().call());
    }

    /// Its recording was sealed, and nobody was told. Whether it is whole its manifest says; this does not look.
    private CallOutcome kept(LeftCall call, Seal seal) {
        return outcome(call, CallOutcome.Result.PARTIAL, null, seal);
    }

    /// Nothing was kept of it, or nothing that can be read.
    private CallOutcome unkept(LeftCall call) {
        Unrecorded why = call.standing().unrecorded();
        if (why == null) {
            why = call.standing().basis() == null ? Unrecorded.ENDED_BEFORE_NOTICE : Unrecorded.STORE_FAILED;
        }
        return outcome(
                call, why.intended() ? CallOutcome.Result.INTENTIONALLY_NOT : CallOutcome.Result.MISSING, why, null);
    }

    /// When it ended nobody knows: not after now.
    private CallOutcome outcome(
            LeftCall call, CallOutcome.Result result, @Nullable Unrecorded why, @Nullable Seal seal) {
        return new CallOutcome(
                call.facts(),
                call.answeredAt(),
                clock.instant(),
                EndReason.INTERRUPTED,
                result,
                why,
                call.standing().basis(),
                seal,
                List.of());
    }
}
