package org.koegura.governance.standing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Ground;
import org.koegura.governance.account.Post;
import org.koegura.governance.account.Role;
import org.koegura.governance.standing.StandingExemption.Status;
import org.koegura.governance.standing.StandingRules.Known;
import org.koegura.governance.standing.StandingRules.Person;

/// Who may write, approve and end one, and until when it is: all pairs of people, and every moment that matters.
class StandingRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T01:02:03Z");
    private static final Instant LAST = NOW.plus(Duration.ofDays(30));
    private static final String NUMBER = "+81990123456";
    private static final Known NOTHING = new Known(null, false, 0);

    private static final Post.Section TAX = new Post.Section("tax", "税務課", "Tax");
    private static final Post.Section WELFARE = new Post.Section("welfare", "福祉課", "Welfare");

    /// Everybody whom the rules tell apart; the last is what Art. 3.3 says of General Affairs.
    private static final Map<String, List<Post>> PEOPLE = people();

    private static Map<String, List<Post>> people() {
        Map<String, List<Post>> people = new LinkedHashMap<>();
        people.put("operator-tax", List.of(new Post(Role.OPERATOR, TAX)));
        people.put("operator-tax-2", List.of(new Post(Role.OPERATOR, TAX)));
        people.put("supervisor-tax", List.of(new Post(Role.SUPERVISOR, TAX)));
        people.put("supervisor-tax-2", List.of(new Post(Role.SUPERVISOR, TAX)));
        people.put("supervisor-welfare", List.of(new Post(Role.SUPERVISOR, WELFARE)));
        people.put("manager", List.of(new Post(Role.MANAGER, null)));
        people.put("manager-2", List.of(new Post(Role.MANAGER, null)));
        people.put("admin", List.of(new Post(Role.ADMINISTRATOR, null)));
        people.put("designated", List.of(new Post(Role.DESIGNATED, null)));
        people.put("nobody", List.of());
        people.put("manager-and-supervisor-tax", List.of(new Post(Role.SUPERVISOR, TAX), new Post(Role.MANAGER, null)));
        return people;
    }

    private static Person person(String name) {
        return new Person(name, PEOPLE.getOrDefault(name, List.of()));
    }

    private static StandingExemption by(String author, @Nullable Instant approvedAt, @Nullable Instant withdrawnAt) {
        Post as = person(author).writes();
        assertThat(as).as(author).isNotNull();
        return new StandingExemption(
                "ab".repeat(16),
                NUMBER,
                Ground.DANGER,
                null,
                author,
                as == null ? Role.OPERATOR : as.role(),
                as == null ? null : StandingRules.sectionOf(as),
                NOW,
                LAST,
                approvedAt == null ? null : "somebody",
                approvedAt,
                withdrawnAt == null ? null : "somebody",
                withdrawnAt);
    }

    private static String word(@Nullable StandingRefusal why) {
        return why == null ? "yes" : why.word();
    }

    /// The supervisor of its section; the manager where a supervisor wrote it; a supervisor where the manager
    /// did; never its author, whatever posts he holds.
    @Test
    void aSecondPersonApproves() {
        List<String> approve = new ArrayList<>();
        for (String author : PEOPLE.keySet()) {
            if (person(author).writes() != null) {
                StandingExemption pending = by(author, null, null);
                approve.add(author + ": "
                        + String.join(
                                " ",
                                PEOPLE.keySet().stream()
                                        .filter(who -> StandingRules.approve(person(who), pending, null, NOW) == null)
                                        .toList()));
                assertThat(StandingRules.approve(person(author), pending, null, NOW))
                        .as(author)
                        .isEqualTo(StandingRefusal.SELF_APPROVED);
                assertThat(StandingRules.approve(person("operator-tax-2"), pending, null, NOW))
                        .isEqualTo(
                                author.equals("operator-tax-2")
                                        ? StandingRefusal.SELF_APPROVED
                                        : StandingRefusal.NOT_THE_APPROVER);
            }
        }
        assertThat(approve)
                .containsExactly(
                        "operator-tax: supervisor-tax supervisor-tax-2 manager-and-supervisor-tax",
                        "operator-tax-2: supervisor-tax supervisor-tax-2 manager-and-supervisor-tax",
                        "supervisor-tax: manager manager-2 manager-and-supervisor-tax",
                        "supervisor-tax-2: manager manager-2 manager-and-supervisor-tax",
                        "supervisor-welfare: manager manager-2 manager-and-supervisor-tax",
                        "manager: supervisor-tax supervisor-tax-2 supervisor-welfare manager-and-supervisor-tax",
                        "manager-2: supervisor-tax supervisor-tax-2 supervisor-welfare manager-and-supervisor-tax",
                        "manager-and-supervisor-tax: supervisor-tax supervisor-tax-2 supervisor-welfare");
    }

    /// Else he and somebody who writes for him could go on for ever.
    @Test
    void theAuthorOfTheOneBeforeDoesNotApproveTheNextAndTheManagerDoesForHim() {
        StandingExemption last = by("supervisor-tax", NOW, null);
        StandingExemption next = by("operator-tax", null, null);
        assertThat(StandingRules.approve(person("supervisor-tax"), next, last, NOW))
                .isEqualTo(StandingRefusal.RENEWED_BY_AUTHOR);
        assertThat(StandingRules.approve(person("supervisor-tax-2"), next, last, NOW))
                .isNull();
        assertThat(StandingRules.approve(person("manager"), next, last, NOW)).isNull();
        assertThat(StandingRules.approve(person("manager"), next, null, NOW))
                .isEqualTo(StandingRefusal.NOT_THE_APPROVER);
    }

    /// Whatever somebody wrote into the database.
    @Test
    void noneIsInForceAfterThirtyDays() {
        StandingExemption had = by("operator-tax", NOW, null);
        StandingExemption forged = new StandingExemption(
                had.id(),
                had.number(),
                had.ground(),
                had.words(),
                had.author(),
                had.authorRole(),
                had.section(),
                had.proposedAt(),
                had.proposedAt().plus(StandingRules.LASTS_MAX).plusSeconds(900),
                had.approver(),
                had.approvedAt(),
                null,
                null);
        assertThat(forged.status(had.proposedAt().plus(StandingRules.LASTS_MAX).minusNanos(1)))
                .isEqualTo(StandingExemption.Status.IN_FORCE);
        assertThat(forged.status(had.proposedAt().plus(StandingRules.LASTS_MAX)))
                .isEqualTo(StandingExemption.Status.ENDED);
    }

    @Test
    void itsAuthorEverySupervisorAndTheManagerEndItBeforeItsTime() {
        StandingExemption inForce = by("operator-tax", NOW, null);
        List<String> may = PEOPLE.keySet().stream()
                .filter(who -> StandingRules.withdraw(person(who), inForce, NOW.plusSeconds(1)) == null)
                .toList();
        assertThat(may)
                .containsExactly(
                        "operator-tax",
                        "supervisor-tax",
                        "supervisor-tax-2",
                        "supervisor-welfare",
                        "manager",
                        "manager-2",
                        "manager-and-supervisor-tax");
        assertThat(StandingRules.withdraw(person("operator-tax-2"), inForce, NOW))
                .isEqualTo(StandingRefusal.NOT_YOURS);
    }

    @Test
    void itEndsWithin30DaysOfWhenItWasWritten() {
        Map<Instant, String> cases = new LinkedHashMap<>();
        cases.put(NOW.minusSeconds(1), "end-out-of-range");
        cases.put(NOW, "end-out-of-range");
        cases.put(NOW.plusNanos(1), "yes");
        cases.put(LAST, "yes");
        cases.put(LAST.plusNanos(1), "end-out-of-range");
        cases.forEach((end, expected) -> assertThat(
                        word(StandingRules.propose(person("operator-tax"), NUMBER, end, NOW, NOTHING)))
                .as(end.toString())
                .isEqualTo(expected));
    }

    @Test
    void itIsForOneNumberAndForNothingElse() {
        for (String number : List.of(
                "",
                "+",
                "0990123456",
                "+0990123456",
                "+81990",
                "+81*",
                "+8199012345678901",
                "201",
                "+8199 0123456",
                "sip:+81990123456@example.com",
                "+81990123456\n",
                "+81990123456,+81990123457")) {
            assertThat(StandingRules.propose(person("operator-tax"), number, LAST, NOW, NOTHING))
                    .as(number)
                    .isEqualTo(StandingRefusal.NUMBER_UNREADABLE);
        }
    }

    @Test
    void itsAuthorCannotRenewItHoweverLongAgoAndHoweverItEnded() {
        List<StandingExemption> before = List.of(
                by("operator-tax", NOW, null), // in force or over
                by("operator-tax", NOW, NOW.plusSeconds(60)));
        for (StandingExemption last : before) {
            for (Duration later : List.of(Duration.ofDays(1), Duration.ofDays(31), Duration.ofDays(365))) {
                Instant then = NOW.plus(later);
                Known known = new Known(last, false, 0);
                Instant end = then.plusSeconds(60);
                assertThat(StandingRules.propose(person("operator-tax"), NUMBER, end, then, known))
                        .isEqualTo(StandingRefusal.RENEWED_BY_AUTHOR);
                assertThat(StandingRules.propose(person("operator-tax-2"), NUMBER, end, then, known))
                        .isNull();
            }
        }
    }

    @Test
    void oneThatWaitsKeepsOthersOutAndThereAreNotMoreThanPeopleCanReview() {
        Person author = person("operator-tax");
        assertThat(StandingRules.propose(author, NUMBER, LAST, NOW, new Known(null, true, 1)))
                .isEqualTo(StandingRefusal.PROPOSED_ALREADY);
        assertThat(StandingRules.propose(author, NUMBER, LAST, NOW, new Known(null, false, 999)))
                .isNull();
        assertThat(StandingRules.propose(author, NUMBER, LAST, NOW, new Known(null, false, 1_000)))
                .isEqualTo(StandingRefusal.TOO_MANY);
    }

    @Test
    void itIsApprovedOnceAndInItsTime() {
        Person second = person("supervisor-tax");
        StandingExemption pending = by("operator-tax", null, null);
        assertThat(StandingRules.approve(second, pending, null, LAST.minusNanos(1)))
                .isNull();
        assertThat(StandingRules.approve(second, pending, null, LAST)).isEqualTo(StandingRefusal.EXPIRED);
        assertThat(StandingRules.approve(second, by("operator-tax", NOW, null), null, NOW))
                .isEqualTo(StandingRefusal.NOT_PENDING);
        assertThat(StandingRules.approve(second, by("operator-tax", NOW, null), null, LAST))
                .isEqualTo(StandingRefusal.EXPIRED);
        assertThat(StandingRules.approve(second, by("operator-tax", null, NOW), null, NOW))
                .isEqualTo(StandingRefusal.NOT_PENDING);
        assertThat(StandingRules.withdraw(second, pending, LAST)).isEqualTo(StandingRefusal.EXPIRED);
        assertThat(StandingRules.withdraw(second, by("operator-tax", NOW, NOW), NOW))
                .isEqualTo(StandingRefusal.NOT_PENDING);
    }

    @Test
    void itIsInForceFromTheApprovalToItsEndAndNotAMomentLonger() {
        Instant approved = NOW.plusSeconds(60);
        Instant withdrawn = NOW.plusSeconds(120);
        StandingExemption whole = by("operator-tax", approved, null);
        assertThat(whole.status(approved.minusNanos(1))).isEqualTo(Status.PENDING);
        assertThat(whole.status(approved)).isEqualTo(Status.IN_FORCE);
        assertThat(whole.status(LAST.minusNanos(1))).isEqualTo(Status.IN_FORCE);
        assertThat(whole.status(LAST)).isEqualTo(Status.ENDED);
        StandingExemption cut = by("operator-tax", approved, withdrawn);
        assertThat(cut.status(withdrawn.minusNanos(1))).isEqualTo(Status.IN_FORCE);
        assertThat(cut.status(withdrawn)).isEqualTo(Status.WITHDRAWN);
        assertThat(by("operator-tax", null, null).status(LAST)).isEqualTo(Status.LAPSED);
    }

    @Test
    void nobodyReadsANumberInALogLine() {
        assertThat(by("operator-tax", null, null).toString()).doesNotContain(NUMBER, "operator");
    }
}
