package org.koegura.server;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.StoreFault;
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

    /// Tells both books of all of them, and acknowledges each. Blocks.
    ///
    /// @throws JournalFault one was not journalled; it and those after it are left to the next start
    /// @throws StoreFault one could not be moved to its place; it and those after it are left to the next start
    void tell(List<Recovered> recovered) throws JournalFault, StoreFault {
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
