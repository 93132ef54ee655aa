package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.callmodel.port.Preservations.Request;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.governance.account.Session;
import org.koegura.governance.database.Preservation;

/// Requests to preserve a call (H2): who may ask, that nothing is confirmed before it is on stable
/// storage, and that it then protects, whatever becomes of the process.
class PreservationAtTheDoorTest extends AtTheDoor {

    private static final String REASON = "脅迫の疑い";
    private static final CallId LAST = Outcomes.announced(1).facts().call();

    private Answer<CallId> preserve(Session session, RecordingId recording) {
        return door.preserve(session, recording, REASON, Channel.CONSOLE);
    }

    private boolean isHeld(CallId call) throws Exception {
        return governance.holds().isHeld(FakeStore.RECORDING, call);
    }

    private double requests(Channel channel, Preserving outcome) {
        return registry.get("koegura.preservation.requests")
                .tags(
                        "channel",
                        channel.name().toLowerCase(Locale.ROOT),
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT))
                .counter()
                .count();
    }

    @Test
    void aRecordingIsHeldFromTheAnswerOnAndAfterARestart() throws Exception {
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.announced(2));
        assertThat(isHeld(LAST)).isFalse();

        assertThat(granted(preserve(operator(), Outcomes.recording(1)))).isEqualTo(LAST);

        assertThat(isHeld(LAST)).isTrue();
        assertThat(isHeld(Outcomes.announced(2).facts().call())).isFalse();
        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"recording.preserve\",\"subject\":\"" + LAST + "\"")
                .contains("\"channel\":\"console\"", "\"reason\":\"" + REASON + "\"");
        assertThat(lines.getLast())
                .contains("\"act\":\"recording.preserve.outcome\"")
                .contains("\"result\":\"protected\"");
        assertThat(requests(Channel.CONSOLE, Preserving.PROTECTED)).isEqualTo(1);
        Preservation request = granted(door.recording(operator(), Outcomes.recording(1)))
                .preserved()
                .getFirst();
        assertThat(request.author()).isEqualTo("operator");
        assertThat(request.reason()).isEqualTo(REASON);
        assertThat(request.at()).isEqualTo(Instant.parse("2026-11-24T01:02:03Z"));

        reopen(new CallRules(true, false));
        assertThat(isHeld(LAST)).isTrue();
        assertThat(registry.get("koegura.preservation.undecided").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void aCallThatIsUpIsHeldBeforeItHasARecordingAndTheListShowsIt() throws Exception {
        calls.ring();
        assertThat(granted(door.liveCalls(operator())).getFirst().preserved()).isFalse();

        try (CallWatch watch = granted(door.watchCalls(operator()))) {
            granted(door.preserve(operator(), FakeCalls.CALL, REASON, Channel.API));
            assertThat(watch.await(Duration.ofSeconds(20))).as("who watches").isEqualTo(CallWatch.News.CHANGED);
        }

        assertThat(isHeld(FakeCalls.CALL)).isTrue();
        assertThat(granted(door.liveCalls(operator())).getFirst().preserved()).isTrue();
        assertThat(journal()).contains("\"stage\":\"ringing\"");
    }

    @Test
    void aTelephoneThatAsksInAPartOfACallHoldsThePartBefore() throws Exception {
        CallId before = new CallId("5".repeat(32));
        CallId after = new CallId("6".repeat(32));
        Request request = new Request(after, before, "extension:201", Channel.TELEPHONE, null, Stage.RECORDED);

        assertThat(governance.preservations().preserve(request)).isEqualTo(Preserving.PROTECTED);
        assertThat(governance.preservations().preserve(request)).isEqualTo(Preserving.PROTECTED);

        assertThat(isHeld(before)).isTrue();
        assertThat(isHeld(after)).isTrue();
        assertThat(requests(Channel.TELEPHONE, Preserving.PROTECTED)).isEqualTo(2);
        assertThat(registry.get("koegura.preservation.undecided").gauge().value())
                .as("a repeat changes nothing")
                .isEqualTo(1);
    }

    @Test
    void severalPeopleAskAndEachIsKept() throws Exception {
        governance.ledger().ended(Outcomes.announced(1));
        granted(preserve(operator(), Outcomes.recording(1)));
        granted(preserve(as("supervisor"), Outcomes.recording(1)));

        assertThat(granted(door.recordings(operator(), 1, null))
                        .calls()
                        .getFirst()
                        .preserved())
                .extracting(Preservation::author)
                .containsExactlyInAnyOrder("operator", "supervisor");
    }

    @Test
    void whatIsOverwrittenCannotBePreserved() throws Exception {
        governance.ledger().ended(Outcomes.announced(1));
        sql("update call set recording_id = '" + FakeStore.RECORDING + "'");
        store.erasure = new Erasure(Instant.parse("2026-11-24T01:00:00Z"), Erasure.Why.OVERWRITTEN, "ab".repeat(32));

        assertThat(refusal(preserve(operator(), FakeStore.RECORDING))).isInstanceOf(Refusal.Overwritten.class);
        Request request = new Request(LAST, null, "extension:201", Channel.TELEPHONE, null, null);
        assertThat(governance.preservations().preserve(request)).isEqualTo(Preserving.GONE);

        assertThat(journal()).contains("\"reason\":\"overwritten\"").doesNotContain("\"recording.preserve\",\"s");
        assertThat(requests(Channel.TELEPHONE, Preserving.GONE)).isEqualTo(1);
    }

    @Test
    void withoutAReasonARoleOrACallNothingIsDone() throws Exception {
        governance.ledger().ended(Outcomes.announced(1));
        RecordingId recording = Outcomes.recording(1);
        assertThat(invalid(door.preserve(operator(), recording, " ", Channel.API)))
                .isEqualTo(Refusal.Reason.PRESERVE_REASON_MISSING);
        assertThat(invalid(door.preserve(operator(), recording, "03-1234-5678", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(refusal(preserve(administrator(), recording))).isEqualTo(new Refusal.Forbidden(Act.PRESERVE));
        assertThat(denials("administrator", "recording.preserve")).isEqualTo(1);
        assertThat(refusal(preserve(operator(), Outcomes.recording(9)))).isEqualTo(new Refusal.NotFound());
        assertThat(refusal(door.preserve(operator(), FakeCalls.CALL, REASON, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
        assertThat(isHeld(LAST)).isFalse();
    }

    @Test
    void whileJournalOrRegisterFailNothingIsConfirmed() throws Exception {
        governance.ledger().ended(Outcomes.announced(1));
        Session operator = operator();
        sql("alter table preservation rename to away");
        assertThat(refusal(preserve(operator, Outcomes.recording(1))))
                .isEqualTo(new Refusal.Unavailable(Refusal.Source.DATABASE));
        sql("alter table away rename to preservation");
        assertThat(isHeld(LAST)).isFalse();

        Path journal = directory.resolve("journal/journal.jsonl");
        Path elsewhere = directory.resolve("journal/elsewhere");
        Files.move(journal, elsewhere);
        assertThat(refusal(preserve(operator, Outcomes.recording(1))))
                .isEqualTo(new Refusal.Unavailable(Refusal.Source.JOURNAL));
        Files.move(elsewhere, journal);
        assertThat(isHeld(LAST)).as("what is not journalled is not done").isFalse();
        assertThat(requests(Channel.CONSOLE, Preserving.UNJOURNALLED)).isEqualTo(1);
    }

    @Test
    void theOutcomeOfAPartHoldsItTogetherWithTheOneBefore() throws Exception {
        governance.ledger().ended(Outcomes.continued(2, LAST));
        Request request = new Request(LAST, null, "extension:201", Channel.TELEPHONE, null, null);
        assertThat(governance.preservations().preserve(request)).isEqualTo(Preserving.PROTECTED);

        assertThat(isHeld(Outcomes.announced(2).facts().call())).isTrue();
    }
}
