package org.koegura.governance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.JournalEntry;
import org.koegura.governance.database.DecidedCall;
import org.koegura.governance.database.LedgerReading;
import org.koegura.governance.journal.JournalReading;
import org.koegura.governance.journal.JournalRefused;
import org.koegura.governance.journal.PolicyFiles;
import org.koegura.governance.standing.StandingExemption;
import org.koegura.governance.standing.StandingRegister;

/// What a data directory tells of decisions: which policies it had, and how each call was decided. It is read, never
/// written, by whoever may read it; a recorder may run in it. Methods block.
public final class Decisions {

    private final Path directory;
    private final Path journal;

    /// @param directory the data directory
    public Decisions(Path directory) {
        this.directory = directory;
        this.journal = Governance.journalIn(directory);
    }

    /// The versions that the journal says were adopted, each once, in the order of their first time. The whole chain is
    /// checked on the way.
    ///
    /// @throws GovernanceFault the journal is not there, or its chain does not hold
    public List<String> adopted() throws GovernanceFault {
        try {
            return JournalReading.entries(journal, Act.POLICY_ADOPTED).stream()
                    .map(JournalEntry::subject)
                    .distinct()
                    .toList();
        } catch (JournalRefused refused) {
            throw Governance.of(refused);
        }
    }

    /// What is kept as the policy of that version, whatever it is; null where nothing is.
    ///
    /// @throws GovernanceFault it cannot be read
    public byte @Nullable [] form(String version) throws GovernanceFault {
        try {
            return new PolicyFiles(journal).read(version);
        } catch (IOException unreadable) {
            throw new GovernanceFault.Unusable(
                    "the policy " + journal.resolve(PolicyFiles.name(version)) + " cannot be read", unreadable);
        }
    }

    /// Hands on how each ended call was decided.
    ///
    /// @throws GovernanceFault the ledger cannot be read
    public void eachCall(Consumer<DecidedCall> each) throws GovernanceFault {
        try {
            LedgerReading.each(Governance.database(directory), each);
        } catch (IOException unreadable) {
            throw new GovernanceFault.Unusable(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    /// Every standing exemption that there ever was, by its name.
    ///
    /// @throws GovernanceFault the register cannot be read
    public Map<String, StandingExemption> standing() throws GovernanceFault {
        try {
            return StandingRegister.read(Governance.database(directory)).stream()
                    .collect(Collectors.toMap(StandingExemption::id, each -> each));
        } catch (IOException unreadable) {
            throw new GovernanceFault.Unusable(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }
}
