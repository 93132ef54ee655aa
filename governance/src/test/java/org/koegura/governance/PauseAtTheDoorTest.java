package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.governance.account.Session;

/// Pauses of capture (R9): who, why, and that the journal has it before.
class PauseAtTheDoorTest extends AtTheDoor {

    @Test
    void aPauseIsJournalledBeforeItIsDoneAndItsOutcomeAfter() throws IOException {
        calls.ring();

        Instant until = granted(door.pause(operator(), FakeCalls.CALL, " カード番号を聞くため ", Channel.CONSOLE));

        assertThat(until).isEqualTo(Instant.parse("2026-11-24T01:07:03Z"));
        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"recording.pause\",\"subject\":\"" + FakeCalls.CALL + "\"")
                .contains("{\"channel\":\"console\",\"reason\":\"カード番号を聞くため\",\"stage\":\"ringing\"}");
        assertThat(lines.getLast())
                .contains("\"act\":\"recording.pause.outcome\"")
                .contains("{\"result\":\"paused\",\"until\":\"2026-11-24T01:07:03Z\"}");
        assertThat(calls.pauses).containsExactly("pause");
    }

    @Test
    void itsEndIsJournalledLikewise() throws IOException {
        calls.ring();

        granted(door.resume(operator(), FakeCalls.CALL, Channel.API));

        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2)).contains("\"act\":\"recording.resume\"");
        assertThat(lines.getLast()).contains("{\"result\":\"resumed\"}");
        assertThat(calls.pauses).containsExactly("resume");
    }

    @Test
    void aPauseNeedsAReasonThatHoldsNoNumber() {
        calls.ring();
        Session operator = operator();

        assertThat(invalid(door.pause(operator, FakeCalls.CALL, null, Channel.API)))
                .isEqualTo(Refusal.Reason.PAUSE_REASON_MISSING);
        assertThat(invalid(door.pause(operator, FakeCalls.CALL, " \u3000", Channel.API)))
                .isEqualTo(Refusal.Reason.PAUSE_REASON_MISSING);
        assertThat(invalid(door.pause(operator, FakeCalls.CALL, "x".repeat(1001), Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_TOO_LONG);
        assertThat(invalid(door.pause(operator, FakeCalls.CALL, "+81 3 0000 0000", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(invalid(door.pause(operator, FakeCalls.CALL, "4000－0000 0000 0000", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(calls.pauses).isEmpty();
    }

    @Test
    void whereNothingIsKeptThereIsNothingToPause() {
        assertThat(refusal(door.pause(operator(), FakeCalls.CALL, "x", Channel.API)))
                .isEqualTo(new Refusal.NotFound());
        calls.ring();
        calls.pausing = new Pausing.NotKept(Stage.RINGING);
        assertThat(refusal(door.pause(operator(), FakeCalls.CALL, "x", Channel.API)))
                .isEqualTo(new Refusal.NotKept(Stage.RINGING));
        assertThat(refusal(door.resume(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.NotKept(Stage.RINGING));
        calls.pausing = new Pausing.NoSuchCall();
        assertThat(refusal(door.pause(operator(), FakeCalls.CALL, "x", Channel.API)))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whoMayNotDoesNotAndWhereItIsSwitchedOffNobodyDoes() throws Exception {
        calls.ring();
        assertThat(refusal(door.pause(administrator(), FakeCalls.CALL, "x", Channel.API)))
                .isEqualTo(new Refusal.Forbidden(Act.PAUSE));
        assertThat(door.offers(operator(), Act.PAUSE)).isTrue();

        reopen(new CallRules(false, false));

        Session operator = operator();
        assertThat(door.offers(operator, Act.PAUSE)).isFalse();
        assertThat(refusal(door.pause(operator, FakeCalls.CALL, "x", Channel.API)))
                .isEqualTo(new Refusal.SwitchedOff());
        assertThat(refusal(door.resume(operator, FakeCalls.CALL, Channel.API))).isEqualTo(new Refusal.SwitchedOff());
        assertThat(calls.pauses).isEmpty();
        assertThat(denials("operator", "recording.pause")).isEqualTo(1);
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"access.denied\"")))
                .hasSize(3);
    }
}
