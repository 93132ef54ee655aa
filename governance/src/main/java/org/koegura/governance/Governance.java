package org.koegura.governance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.governance.account.Accounts;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.governance.account.SignIn;
import org.koegura.governance.database.CallRegister;
import org.koegura.governance.database.Database;
import org.koegura.governance.database.Holds;
import org.koegura.governance.database.Ledger;
import org.koegura.governance.journal.FileJournal;
import org.koegura.governance.journal.JournalRefused;
import org.koegura.governance.journal.PolicyFiles;
import org.koegura.governance.preservation.PreservationActs;
import org.koegura.governance.standing.StandingActs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the room in two stages: first the journal and the ledger, which the other rooms need; then, once there are
/// live calls to ask, the [Door].
public final class Governance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Governance.class);
    private static final int TICKETS_MAX = 64;
    private static final long JOURNAL_CHECK_HOURS = 1;

    private final Database database;
    private final FileJournal journal;
    private final PolicyFiles policies;
    private final Ledger ledger;
    private final StandingActs standing;
    private final Holds holds;
    private final PreservationActs preservation;
    private final Accounts accounts;
    private final @Nullable FirstPasswords firstPasswords;
    private final RecordingStore store;
    private final Clock clock;
    private final RandomGenerator random;
    private final MeterRegistry registry;
    private final CallRules rules;
    private final Thread journalCheck;

    /// Where governance keeps what it knows.
    ///
    /// @param dataDirectory holds `journal/` and `metadata/`; made where it is missing
    /// @param zone the city's: appointments begin and end at its midnight
    /// @param rules for acts on calls that are up
    public record Settings(Path dataDirectory, ZoneId zone, CallRules rules) {

        /// In Japan.
        public Settings(Path dataDirectory, CallRules rules) {
            this(dataDirectory, ZoneId.of("Asia/Tokyo"), rules);
        }
    }

    private Governance(
            Settings settings,
            Database database,
            FileJournal journal,
            RecordingStore store,
            Clock clock,
            RandomGenerator random,
            MeterRegistry registry)
            throws JournalFault {
        this.database = database;
        this.journal = journal;
        this.policies = new PolicyFiles(journalIn(settings.dataDirectory()));
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.registry = registry;
        rules = settings.rules();
        accounts = new Accounts(database, clock, settings.zone(), random);
        firstPasswords = accounts.none() ? makeFirstAccounts() : null;
        standing = new StandingActs(database, journal, clock, random, registry);
        holds = new Holds(database);
        preservation = new PreservationActs(database, holds, store, journal, clock, random, registry);
        ledger = new Ledger(new CallRegister(database), registry);
        // no virtual thread: it computes for minutes on end, and calls would wait for their carrier
        journalCheck = Thread.ofPlatform().daemon().name("journal-check").start(this::checkJournalForEver);
    }

    /// Opens database and journal, checks the whole journal, and makes the first accounts where there are none. Blocks.
    ///
    /// @param random a cryptographically strong source: tokens and passwords come from it
    /// @throws GovernanceFault it may not or cannot be opened
    public static Governance open(
            Settings settings, RecordingStore store, Clock clock, RandomGenerator random, MeterRegistry registry)
            throws GovernanceFault {
        Path directory = settings.dataDirectory();
        Database database = null;
        FileJournal journal = null;
        try {
            database = Database.open(database(directory));
            journal = FileJournal.open(journalIn(directory), database, clock, registry, Act.journalled());
            return new Governance(settings, database, journal, store, clock, random, registry);
        } catch (JournalRefused refused) {
            close(journal, database);
            throw of(refused);
        } catch (IOException | JdbiException | JournalFault failed) {
            close(journal, database);
            throw new GovernanceFault.Unusable(
                    "data directory " + directory + " cannot be used: " + Database.reason(failed)
                            + "; free space, mend its rights, or name another",
                    failed);
        }
    }

    static Path journalIn(Path directory) {
        return directory.resolve("journal");
    }

    static Path database(Path directory) {
        return directory.resolve("metadata").resolve("koegura.db");
    }

    static GovernanceFault of(JournalRefused refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused) {
            case JournalRefused.InUse _ -> new GovernanceFault.InUse(message, refused);
            case JournalRefused.Broken _ -> new GovernanceFault.JournalBroken(message, refused);
            case JournalRefused.Unreachable _ -> new GovernanceFault.Unusable(message, refused);
        };
    }

    private FirstPasswords makeFirstAccounts() throws JournalFault {
        for (String account : Accounts.FIRST) {
            journal.append(new JournalEntry(
                    clock.instant(), "system", "account.create", account, Map.of("reason", "first-start")));
        }
        return accounts.makeFirst();
    }

    /// Keeps the policy that decides from now on, whole, and journals its version where that is not the one journalled
    /// last. No call may be decided by it before. Blocks.
    ///
    /// @param version SHA-256 of `form`, in hexadecimal digits
    /// @throws GovernanceFault it is not kept
    public void adopt(String version, byte[] form) throws GovernanceFault {
        JournalEntry last = journal.lastAtOpening(Act.POLICY_ADOPTED);
        String before = last == null ? "none" : last.subject();
        try {
            boolean written = policies.keep(version, form);
            if (!version.equals(before)) {
                journal.append(new JournalEntry(
                        clock.instant(),
                        "system",
                        Act.POLICY_ADOPTED,
                        version,
                        Map.of("file", PolicyFiles.name(version), "bytes", "" + form.length, "before", before)));
            } else if (written) {
                LOG.warn("policy.restored version={}", version);
            }
        } catch (IOException | JournalFault failed) {
            throw new GovernanceFault.Unusable(
                    "the policy of notices cannot be kept in the journal's folder: " + failed.getMessage()
                            + "; free space, or mend its rights",
                    failed);
        }
    }

    /// The journal, for every room.
    public Journal journal() {
        return journal;
    }

    /// What must not be erased.
    public HoldRegister holds() {
        return holds;
    }

    /// Who takes requests to preserve a call.
    public Preservations preservations() {
        return preservation;
    }

    /// Which outside numbers have a standing exemption.
    public StandingExemptions standing() {
        return standing;
    }

    /// Where calls go when they end.
    public CallLedger ledger() {
        return ledger;
    }

    /// The passwords of the accounts that this start made, to print once; empty at every later start.
    public Optional<FirstPasswords> firstPasswords() {
        return Optional.ofNullable(firstPasswords);
    }

    /// The one door to these live calls and to the recordings. Ask for it once.
    public Door door(LiveCalls calls) {
        CallWatches callWatches = new CallWatches(registry);
        calls.watch(callWatches::changed);
        preservation.watch(callWatches::changed);
        return new Door(
                new SignIn(database, accounts, journal, clock, random, registry),
                new CallRegister(database),
                store,
                calls,
                new DoorBook(journal, clock, registry),
                new Watches(clock),
                tickets("koegura.playback.tickets.evicted", "Playback tickets that were ended for want of room."),
                tickets("koegura.export.tickets.evicted", "Tickets for copies that were ended for want of room."),
                callWatches,
                standing,
                preservation,
                rules);
    }

    private <T> Tickets<T> tickets(String evictedName, String evicted) {
        Counter counter = Counter.builder(evictedName).description(evicted).register(registry);
        return new Tickets<>(clock, random, TICKETS_MAX, counter);
    }

    private void checkJournalForEver() {
        try {
            while (true) {
                TimeUnit.HOURS.sleep(JOURNAL_CHECK_HOURS);
                journal.check();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stores what waits, then closes. No act is possible afterwards. Idempotent.
    @Override
    public void close() {
        journalCheck.interrupt();
        preservation.close();
        ledger.close();
        journal.close();
        database.close();
    }

    private static void close(@Nullable FileJournal journal, @Nullable Database database) {
        if (journal != null) {
            journal.close();
        }
        if (database != null) {
            database.close();
        }
    }
}
