package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CaptureBasis.Attestation;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls.Attesting;

/// Attested oral notices (N5): who attests them, and that the journal has it before.
class AttestationAtTheDoorTest extends AtTheDoor {

    @Test
    void anAttestationIsJournalledBeforeTheCallHasItAndItsOutcomeAfter() throws IOException {
        calls.ring();

        assertThat(granted(door.attest(operator(), FakeCalls.CALL, Channel.CONSOLE)))
                .isEqualTo(Stage.ORAL_NOTICE);

        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"notice.attest\",\"subject\":\"" + FakeCalls.CALL + "\"")
                .contains("{\"channel\":\"console\",\"stage\":\"ringing\"}");
        assertThat(lines.getLast())
                .contains("\"act\":\"notice.attest.outcome\"")
                .contains("{\"result\":\"in-force\",\"stage\":\"oral-notice\"}");
        assertThat(calls.attested).containsExactly(new Attestation("operator", clock.instant(), Channel.CONSOLE));
    }

    @Test
    void whereNothingIsToBeAttestedTheRefusalSaysWhereTheCallStands() {
        calls.ring();
        calls.attesting = new Attesting.NotDue(Stage.NOTICE);
        assertThat(refusal(door.attest(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.NotAttestable(Stage.NOTICE));
        calls.attesting = new Attesting.NoSuchCall();
        assertThat(refusal(door.attest(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whoMayNotExemptDoesNotAttestEither() {
        calls.ring();
        assertThat(refusal(door.attest(administrator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.Forbidden(Act.ATTEST));
        assertThat(calls.attested).isEmpty();
    }
}
