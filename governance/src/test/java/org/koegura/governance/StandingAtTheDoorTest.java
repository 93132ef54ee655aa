package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.governance.account.Session;
import org.koegura.governance.standing.StandingExemption;
import org.koegura.governance.standing.StandingExemption.Status;
import org.koegura.governance.standing.StandingRefusal;

/// Standing exemptions (N8): written by one, approved by another, told to calls while they are in force, and refused
/// with a reason that is journalled and counted.
class StandingAtTheDoorTest extends AtTheDoor {

    private static final String NUMBER = "+81990123456";

    private StandingExemption proposed(Session by) {
        return granted(door.proposeStanding(by, NUMBER, 1, null, null));
    }

    private static StandingRefusal why(Answer<?> answer) {
        assertThat(refusal(answer)).isInstanceOf(Refusal.NotStanding.class);
        return ((Refusal.NotStanding) refusal(answer)).why();
    }

    private double refusals(String reason) {
        return registry.get("koegura.standing.refusals")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    void onceASecondPersonApprovedItCallsWithTheNumberAreExemptUntilItEnds() throws Exception {
        StandingExemption one = granted(door.proposeStanding(operator(), NUMBER, 3, " by order 17 ", null));
        assertThat(governance.standing().inForce(NUMBER, clock.instant()))
                .as("nobody approved it")
                .isNull();
        clock.advance(Duration.ofMinutes(5));
        StandingExemption stands = granted(door.approveStanding(as("supervisor"), one.id()));
        assertThat(stands.approver()).isEqualTo("supervisor");
        assertThat(stands.endsAt()).isEqualTo(one.proposedAt().plus(Duration.ofDays(30)));
        Exemption exempts = Objects.requireNonNull(governance.standing().inForce(NUMBER, clock.instant()));
        assertThat(exempts.ground()).isEqualTo(Ground.SPECIAL);
        assertThat(exempts.text()).isEqualTo("by order 17");
        assertThat(exempts.channel()).isEqualTo(Exemption.Channel.STANDING);
        assertThat(exempts.author()).isEqualTo("standing:" + one.id());
        assertThat(governance.standing().inForce("+81990123457", clock.instant()))
                .as("another number")
                .isNull();
        assertThat(registry.get("koegura.standing.exemptions").gauge().value()).isEqualTo(1);
        clock.advance(Duration.ofDays(30));
        assertThat(governance.standing().inForce(NUMBER, clock.instant()))
                .as("it is over")
                .isNull();
        assertThat(registry.get("koegura.standing.exemptions").gauge().value()).isZero();

        assertThat(journal())
                .contains("\"act\":\"standing.propose\"", "\"act\":\"standing.approve\"", "\"actor\":\"supervisor\"")
                .contains("\"text\":\"by order 17\"")
                .as("the journal holds no number")
                .doesNotContain("990123456");
    }

    @Test
    void whatIsInForceIsStillAfterARestartAndWhatIsOverIsNot() throws Exception {
        StandingExemption one = proposed(operator());
        granted(door.approveStanding(as("supervisor"), one.id()));
        granted(door.proposeStanding(operator(), "+81990123457", 1, null, null));
        reopen(new CallRules(false, false));
        assertThat(governance.standing().inForce(NUMBER, clock.instant())).isNotNull();
        assertThat(governance.standing().inForce("+81990123457", clock.instant()))
                .as("nobody approved it")
                .isNull();
        granted(door.withdrawStanding(as("manager"), one.id()));
        assertThat(governance.standing().inForce(NUMBER, clock.instant())).isNull();
        reopen(new CallRules(false, false));
        assertThat(governance.standing().inForce(NUMBER, clock.instant())).isNull();
        assertThat(granted(door.standing(operator())))
                .filteredOn(each -> each.id().equals(one.id()))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.status(clock.instant())).isEqualTo(Status.WITHDRAWN);
                    assertThat(each.withdrawnBy()).isEqualTo("manager");
                });
        assertThat(watched("standing.withdraw")).isEqualTo(1);
    }

    @Test
    void nobodyApprovesHisOwnAndTheRefusalIsJournalledAndCounted() throws Exception {
        StandingExemption own = proposed(as("supervisor"));
        assertThat(why(door.approveStanding(as("supervisor"), own.id()))).isEqualTo(StandingRefusal.SELF_APPROVED);
        assertThat(governance.standing().inForce(NUMBER, clock.instant())).isNull();
        assertThat(refusals("self-approved")).isEqualTo(1);
        assertThat(denials("supervisor", "standing.approve")).isEqualTo(1);
        assertThat(journal().lines().filter(line -> line.contains("access.denied")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(own.id(), "\"reason\":\"self-approved\"", "\"action\":\"standing.approve\""));
        granted(door.approveStanding(as("manager"), own.id()));
    }

    @Test
    void anExpiredOneIsRefusedJournalledAndCounted() throws Exception {
        StandingExemption late = granted(door.proposeStanding(
                operator(), NUMBER, 1, null, clock.instant().plus(Duration.ofHours(1))));
        clock.advance(Duration.ofHours(1));
        assertThat(why(door.approveStanding(as("supervisor"), late.id()))).isEqualTo(StandingRefusal.EXPIRED);
        assertThat(refusals("expired")).isEqualTo(1);
        assertThat(journal()).contains("\"reason\":\"expired\"");
        assertThat(watched("standing.approve")).isZero();
        proposed(operator()); // it was never in force, so that this is no renewal
    }

    @Test
    void itsAuthorCannotRenewItAndAnotherCan() {
        granted(door.approveStanding(as("supervisor"), proposed(operator()).id()));
        clock.advance(Duration.ofDays(31));
        assertThat(why(door.proposeStanding(operator(), NUMBER, 1, null, null)))
                .isEqualTo(StandingRefusal.RENEWED_BY_AUTHOR);
        assertThat(refusals("renewed-by-author")).isEqualTo(1);
        granted(door.approveStanding(as("manager"), proposed(as("supervisor")).id()));
        assertThat(governance.standing().inForce(NUMBER, clock.instant())).isNotNull();
    }

    @Test
    void whatIsAskedForIsLookedAt() {
        assertThat(invalid(door.proposeStanding(operator(), NUMBER, 4, null, null)))
                .isEqualTo(Refusal.Reason.GROUND_UNKNOWN);
        assertThat(invalid(door.proposeStanding(operator(), NUMBER, 3, " ", null)))
                .isEqualTo(Refusal.Reason.TEXT_MISSING);
        assertThat(invalid(door.proposeStanding(operator(), NUMBER, 1, "of 0990-123-456", null)))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(why(door.proposeStanding(operator(), "0990123456", 1, null, null)))
                .isEqualTo(StandingRefusal.NUMBER_UNREADABLE);
        proposed(operator());
        assertThat(why(door.proposeStanding(as("supervisor"), NUMBER, 1, null, null)))
                .isEqualTo(StandingRefusal.PROPOSED_ALREADY);
        assertThat(why(door.approveStanding(as("supervisor"), "00".repeat(16)))).isEqualTo(StandingRefusal.UNKNOWN);
    }

    @Test
    void anOperatorApprovesNothingAndAnAdministratorSeesNothing() {
        StandingExemption one = proposed(as("supervisor"));
        assertThat(refusal(door.approveStanding(operator(), one.id()))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(refusal(door.standing(administrator()))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(denials("operator", "standing.approve")).isEqualTo(1);
    }

    @Test
    void theDatabaseItselfTakesNoneThatItsAuthorApproved() throws Exception {
        StandingExemption one = proposed(as("supervisor"));
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> sql("update standing_exemption set approver = author, approved_at = proposed_at"
                        + " where id = '" + one.id() + "'"))
                .withMessageContaining("CHECK");
    }
}
