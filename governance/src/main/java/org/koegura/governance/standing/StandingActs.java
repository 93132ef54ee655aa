package org.koegura.governance.standing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.governance.account.Post;
import org.koegura.governance.account.Session;
import org.koegura.governance.database.Database;
import org.koegura.governance.standing.StandingExemption.Status;
import org.koegura.governance.standing.StandingRules.Known;
import org.koegura.governance.standing.StandingRules.Person;

/// What is done with standing exemptions, and what calls are told of them (N8). The door has looked at the roles and at
/// the words already. Each act goes the same way: rules, then journal, then register, then what calls are told; it
/// blocks, and throws `JdbiException` where the database fails.
///
/// What is in force is in memory too, where calls ask, and says nothing that the register does not.
public final class StandingActs implements StandingExemptions {

    private static final int ID_BYTES = 16;

    private final StandingRegister register;
    private final Journal journal;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<StandingRefusal, Counter> refusals = new EnumMap<>(StandingRefusal.class);

    /// Approved and not withdrawn, by name; at most [StandingRules#OPEN_MAX] and such as ended since.
    private final Map<String, StandingExemption> approved = new ConcurrentHashMap<>();

    /// What came of an act.
    public sealed interface Outcome {

        /// It was done; the exemption stands so now.
        record Done(StandingExemption exemption) implements Outcome {}

        /// It was not.
        record Refused(StandingRefusal why) implements Outcome {}
    }

    /// Reads what is in force. Blocks.
    ///
    /// @param random makes names
    public StandingActs(
            Database database, Journal journal, Clock clock, RandomGenerator random, MeterRegistry metrics) {
        this.register = new StandingRegister(database);
        this.journal = journal;
        this.clock = clock;
        this.random = random;
        for (StandingRefusal why : StandingRefusal.values()) {
            refusals.put(
                    why,
                    Counter.builder("koegura.standing.refusals")
                            .description("What was not done with a standing exemption, by why not.")
                            .tag("reason", why.word())
                            .register(metrics));
        }
        Gauge.builder("koegura.standing.exemptions", this, StandingActs::inForce)
                .description("Standing exemptions that are in force.")
                .register(metrics);
        register.all().stream()
                .filter(each -> each.status(clock.instant()) == Status.IN_FORCE)
                .forEach(each -> approved.put(each.id(), each));
    }

    private double inForce() {
        Instant now = clock.instant();
        return approved.values().stream()
                .filter(each -> each.status(now) == Status.IN_FORCE)
                .count();
    }

    @Override
    public @Nullable Exemption inForce(String number, Instant at) {
        return approved.values().stream()
                .filter(each -> each.number().equals(number) && each.status(at) == Status.IN_FORCE)
                .max(Comparator.comparing(StandingExemption::endsAt).thenComparing(StandingExemption::id))
                .map(each -> Exemption.standing(each.id(), each.ground(), each.words(), at))
                .orElse(null);
    }

    /// What is asked for.
    ///
    /// @param number `+` and digits, as it was typed
    /// @param words why; neither blank nor with a number in it; needed for ground 3
    /// @param endsAt when it is over; null: as late as it may be
    public record Proposal(
            String number,
            Ground ground,
            @Nullable String words,
            @Nullable Instant endsAt) {

        @Override
        public String toString() {
            return "Proposal[hidden]";
        }
    }

    /// All of them, newest first.
    public List<StandingExemption> all() {
        return register.all();
    }

    /// Writes one, which is in force once a second person approved it.
    public synchronized Outcome propose(Session session, Proposal proposal) throws JournalFault {
        Instant now = clock.instant();
        Person by = person(session);
        Post as = by.writes();
        if (as == null) {
            return refused(StandingRefusal.NOT_YOURS);
        }
        Instant endsAt = proposal.endsAt() == null ? now.plus(StandingRules.LASTS_MAX) : proposal.endsAt();
        StandingRefusal why = StandingRules.propose(by, proposal.number(), endsAt, now, known(proposal.number(), now));
        if (why != null) {
            return refused(why);
        }
        StandingExemption added = new StandingExemption(
                id(),
                proposal.number(),
                proposal.ground(),
                proposal.words(),
                by.account(),
                as.role(),
                StandingRules.sectionOf(as),
                now,
                endsAt,
                null,
                null,
                null,
                null);
        journal(session, "standing.propose", added, now);
        register.add(added);
        return new Outcome.Done(added);
    }

    private Known known(String number, Instant now) {
        List<StandingExemption> ofNumber = register.ofNumber(number);
        StandingExemption last = ofNumber.stream()
                .filter(each -> each.approvedAt() != null)
                .max(Comparator.comparing(StandingExemption::proposedAt))
                .orElse(null);
        boolean pending = ofNumber.stream().anyMatch(each -> each.status(now) == Status.PENDING);
        long open = register.all().stream()
                .map(each -> each.status(now))
                .filter(status -> status == Status.PENDING || status == Status.IN_FORCE)
                .count();
        return new Known(last, pending, Math.toIntExact(open));
    }

    private String id() {
        byte[] bits = new byte[ID_BYTES];
        random.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /// Puts one in force, as the second person.
    public synchronized Outcome approve(Session session, String id) throws JournalFault {
        Instant now = clock.instant();
        StandingExemption of = register.find(id).orElse(null);
        StandingRefusal why = of == null
                ? StandingRefusal.UNKNOWN
                : StandingRules.approve(
                        person(session), of, known(of.number(), now).last(), now);
        if (of == null || why != null) {
            return refused(why);
        }
        journal(session, "standing.approve", of, now);
        register.approve(id, session.account(), now);
        StandingExemption stands = register.find(id).orElseThrow();
        approved.values().removeIf(each -> each.status(now) != Status.IN_FORCE);
        approved.put(id, stands);
        return new Outcome.Done(stands);
    }

    /// Ends one before its time.
    public synchronized Outcome withdraw(Session session, String id) throws JournalFault {
        Instant now = clock.instant();
        StandingExemption of = register.find(id).orElse(null);
        StandingRefusal why = of == null ? StandingRefusal.UNKNOWN : StandingRules.withdraw(person(session), of, now);
        if (of == null || why != null) {
            return refused(why);
        }
        journal(session, "standing.withdraw", of, now);
        approved.remove(id); // whether or not the database takes it: to tell the other party is always safe
        register.withdraw(id, session.account(), now);
        return new Outcome.Done(register.find(id).orElseThrow());
    }

    private Outcome refused(@Nullable StandingRefusal why) {
        StandingRefusal known = why == null ? StandingRefusal.UNKNOWN : why;
        Counter counter = refusals.get(known);
        if (counter != null) {
            counter.increment();
        }
        return new Outcome.Refused(known);
    }

    private static Person person(Session session) {
        return new Person(session.account(), session.posts());
    }

    /// Never the number: the register has it.
    private void journal(Session session, String act, StandingExemption of, Instant now) throws JournalFault {
        Map<String, String> details = new TreeMap<>();
        details.put("ground", String.valueOf(of.ground().number()));
        details.put("author", of.author());
        details.put("as", of.authorRole().name().toLowerCase(Locale.ROOT));
        details.put("until", of.endsAt().toString());
        if (of.section() != null) {
            details.put("section", of.section());
        }
        if (of.words() != null) {
            details.put("text", of.words());
        }
        journal.append(new JournalEntry(now, session.account(), act, of.id(), details));
    }
}
