package org.koegura.callmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallFactsTest {

    private static final CallFacts.Decided DECIDED =
            new CallFacts.Decided("ab".repeat(32), new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE), false);
    private static final CallFacts FACTS = new CallFacts(
                    new CallId("77ab".repeat(8)),
                    "a@example.com",
                    Direction.INBOUND,
                    new Party("sip:250@example.com"),
                    Party.UNKNOWN,
                    Instant.EPOCH)
            .decided(DECIDED);

    /// The part of a call after a kill, too, was decided when the INVITE came.
    @Test
    void whatWasDecidedStaysWithTheCall() {
        CallId other = new CallId("88cd".repeat(8));
        assertThat(FACTS.continuedAs(other).decided()).isEqualTo(DECIDED);
        assertThat(FACTS.leadingTo(Party.UNKNOWN, Instant.EPOCH).decided()).isEqualTo(DECIDED);
        assertThat(FACTS.on(new Line("tax", "main-hall")).decided()).isEqualTo(DECIDED);
    }
}
