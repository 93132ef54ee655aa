package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.governance.account.Session;

/// The door over a real database and journal.
class DoorTest extends AtTheDoor {

    @Test
    void theTwoFirstAccountsSignInWithTheirPasswordsAndNothingElse() {
        assertThat(operator().account()).isEqualTo("operator");
        assertThat(administrator().roleLabel()).isEqualTo("administrator");
        assertThat(refusal(door.signIn("operator", passwords.administrator().toCharArray(), "192.0.2.1")))
                .isEqualTo(new Refusal.NotSignedIn());
        assertThat(refusal(door.signIn("nobody", passwords.operator().toCharArray(), "192.0.2.1")))
                .isEqualTo(new Refusal.NotSignedIn());
        assertThat(logins("succeeded")).isEqualTo(2);
        assertThat(logins("failed")).isEqualTo(2);
    }

    @Test
    void passwordsAndTokensAreNowhereOnDisk() throws IOException {
        String token = granted(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.1"))
                .token();

        for (String secret : List.of(passwords.operator(), passwords.administrator(), token)) {
            assertThat(onDisk(secret)).as("a secret on disk").isFalse();
        }
        assertThat(onDisk("argon2id")).as("control").isTrue();
        assertThat(passwords.toString()).doesNotContain(passwords.operator());
    }

    @Test
    void guessingIsLockedOutAndLetInAgainLater() {
        for (int guess = 0; guess < 5; guess++) {
            assertThat(refusal(door.signIn("operator", "wrong".toCharArray(), "192.0.2.9")))
                    .isEqualTo(new Refusal.NotSignedIn());
        }
        assertThat(refusal(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.9")))
                .isInstanceOf(Refusal.Locked.class);
        assertThat(logins("locked")).isEqualTo(1);

        clock.advance(Duration.ofMinutes(15));
        granted(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.9"));
    }

    @Test
    void whatIsTypedIntoTheWrongFieldIsNotJournalled() throws IOException {
        door.signIn("my-secret-password", "operator".toCharArray(), "192.0.2.1");

        assertThat(journal()).contains("\"act\":\"session.refused\"").doesNotContain("my-secret-password");
    }

    @Test
    void aSessionEndsBySigningOutByIdlenessAndByAge() {
        String token = token();
        granted(door.signOut(granted(door.session(token))));
        assertThat(refusal(door.session(token))).isEqualTo(new Refusal.NotSignedIn());

        String idle = token();
        clock.advance(Duration.ofMinutes(30));
        assertThat(refusal(door.session(idle))).isEqualTo(new Refusal.NotSignedIn());

        String busy = token();
        for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
            clock.advance(Duration.ofMinutes(20));
            granted(door.session(busy));
        }
        clock.advance(Duration.ofMinutes(20));
        assertThat(refusal(door.session(busy))).isEqualTo(new Refusal.NotSignedIn());
    }

    @Test
    void anEndedAppointmentEndsAccessAtMidnightOfTheCity() throws SQLException {
        String token = token();
        sql("update appointment set last_day = '2026-11-24' where account = 'operator'");
        clock.advance(Duration.between(clock.instant(), Instant.parse("2026-11-24T14:45:00Z")));
        String lateToken = token();
        granted(door.recordings(granted(door.session(lateToken)), 10, null));

        clock.advance(Duration.ofMinutes(15));

        Session session = granted(door.session(lateToken));
        assertThat(session.posts()).isEmpty();
        assertThat(refusal(door.recordings(session, 10, null))).isEqualTo(new Refusal.Forbidden(Act.LIST_RECORDINGS));
        assertThat(refusal(door.session(token))).isEqualTo(new Refusal.NotSignedIn());
    }

    @Test
    void theAdministratorReachesNoAudioAndExemptsNothing() throws IOException {
        calls.ring();
        Session administrator = administrator();

        assertThat(refusal(door.recordings(administrator, 10, null)))
                .isEqualTo(new Refusal.Forbidden(Act.LIST_RECORDINGS));
        assertThat(refusal(door.recording(administrator, FakeStore.RECORDING)))
                .isEqualTo(new Refusal.Forbidden(Act.VIEW_RECORDING));
        assertThat(refusal(door.play(administrator, FakeStore.RECORDING, "fairness")))
                .isEqualTo(new Refusal.Forbidden(Act.PLAY));
        assertThat(refusal(door.audio(administrator, "0".repeat(32)))).isEqualTo(new Refusal.Forbidden(Act.PLAY));
        assertThat(refusal(door.exempt(administrator, FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.Forbidden(Act.EXEMPT));

        assertThat(store.playbacks).isZero();
        assertThat(calls.exempted).isEmpty();
        assertThat(denials("administrator", "recording.play")).isEqualTo(2);
        assertThat(denials("administrator", "exemption.flag")).isEqualTo(1);
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"access.denied\"")))
                .hasSize(5);
    }

    @Test
    void theAdministratorSeesThatCallsAreUpButNotWhose() {
        calls.ring();

        assertThat(granted(door.liveCalls(administrator())).getFirst().outside())
                .isNull();
        assertThat(granted(door.liveCalls(operator())).getFirst().outside()).isNotNull();
    }

    @Test
    void anExemptionIsJournalledBeforeItIsDoneAndItsOutcomeAfter() throws IOException {
        calls.ring();

        Stage stage = granted(door.exempt(operator(), FakeCalls.CALL, 3, " 特別の事情 ", Channel.CONSOLE));

        assertThat(stage).isEqualTo(Stage.RINGING);
        assertThat(calls.exempted).singleElement().satisfies(exemption -> {
            assertThat(exemption.author()).isEqualTo("operator");
            assertThat(exemption.text()).isEqualTo("特別の事情");
            assertThat(exemption.ground().number()).isEqualTo(3);
        });
        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"exemption.flag\",\"subject\":\"" + FakeCalls.CALL + "\"")
                .contains("{\"channel\":\"console\",\"ground\":\"3\",\"stage\":\"ringing\",\"text\":\"特別の事情\"}");
        assertThat(lines.getLast())
                .contains("\"act\":\"exemption.outcome\"")
                .contains("{\"result\":\"in-force\",\"stage\":\"ringing\"}");
    }

    @Test
    void anExemptionNeedsOneOfThreeGroundsAndTheThirdAText() {
        calls.ring();
        Session operator = operator();

        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 0, "x", Channel.API)))
                .isEqualTo(Refusal.Reason.GROUND_UNKNOWN);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 4, "x", Channel.API)))
                .isEqualTo(Refusal.Reason.GROUND_UNKNOWN);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 3, null, Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_MISSING);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 3, " \u3000", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_MISSING);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 1, "x".repeat(1001), Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_TOO_LONG);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 3, "相手は０３－００００－００００", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(calls.exempted).isEmpty();
        granted(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API));
        granted(door.exempt(operator, FakeCalls.CALL, 3, "2026-11-24 10:30 令和8年第12345号", Channel.API));
    }

    @Test
    void aCallThatIsGoneOrTooFarIsNotExempted() {
        assertThat(refusal(door.exempt(operator(), FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
        calls.ring();
        calls.outcome = new Exempting.TooLate(Stage.RECORDED);
        assertThat(refusal(door.exempt(operator(), FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.TooLate(Stage.RECORDED));
        calls.outcome = new Exempting.NoSuchCall();
        assertThat(refusal(door.exempt(operator(), FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
    }
}
