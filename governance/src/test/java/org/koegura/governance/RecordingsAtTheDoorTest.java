package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.governance.account.Session;
import org.koegura.governance.database.CallRecord;

/// Listening, the list of recordings, and what of both is journalled (Art. 6, Art. 8).
class RecordingsAtTheDoorTest extends AtTheDoor {

    @Test
    void playbackNeedsAPurposeOfArticle1OrACase() {
        Session operator = operator();

        assertThat(invalid(door.play(operator, FakeStore.RECORDING, null))).isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, " "))).isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, "curiosity")))
                .isEqualTo(Refusal.Reason.PURPOSE_UNKNOWN);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, "case:\n")))
                .isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, "case:0300000000")))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(store.playbacks).isZero();

        for (Purpose.OfArticle1 purpose : Purpose.OfArticle1.values()) {
            granted(door.play(operator, FakeStore.RECORDING, purpose.word()));
            assertThat(playbacks(purpose.word())).isEqualTo(1);
        }
        granted(door.play(operator, FakeStore.RECORDING, "case:令和8年-12"));
        assertThat(playbacks("case")).isEqualTo(1);
    }

    @Test
    void aPlaybackIsJournalledOnceAndHeardByItsTicket() throws Exception {
        Session operator = operator();
        PlayTicket ticket = granted(door.play(operator, FakeStore.RECORDING, "fairness"));

        PlaybackAudio audio = granted(door.audio(operator, ticket.id()));
        granted(door.audio(operator, ticket.id()));

        ByteArrayOutputStream part = new ByteArrayOutputStream();
        audio.write(part, 10, 3);
        assertThat(part.toByteArray()).containsExactly(10, 11, 12);
        assertThat(ticket.lengthBytes()).isEqualTo(1000);
        assertThat(store.playbacks).isEqualTo(1);
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"recording.play\"")))
                .singleElement()
                .asString()
                .contains(FakeStore.RECORDING.value(), "{\"purpose\":\"fairness\"}");
    }

    @Test
    void aTicketIsForItsSessionAndForAShortTime() {
        Session operator = operator();
        PlayTicket ticket = granted(door.play(operator, FakeStore.RECORDING, "fairness"));

        assertThat(refusal(door.audio(operator(), ticket.id()))).isEqualTo(new Refusal.NotFound());
        assertThat(refusal(door.audio(operator, "f".repeat(32)))).isEqualTo(new Refusal.NotFound());
        clock.advance(Duration.ofMinutes(14));
        granted(door.audio(operator, ticket.id()));
        clock.advance(Duration.ofMinutes(15));
        assertThat(refusal(door.audio(operator, ticket.id()))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void aTicketEndsWithItsSession() {
        Session operator = operator();
        PlayTicket ticket = granted(door.play(operator, FakeStore.RECORDING, "fairness"));
        granted(door.signOut(operator));

        assertThat(refusal(door.audio(operator, ticket.id()))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whatTheStoreCannotGiveIsRefusedAndJournalled() throws IOException {
        store.fault = new StoreFault.Damaged("leaf 3");
        assertThat(invalid(door.play(operator(), FakeStore.RECORDING, "fairness")))
                .isEqualTo(Refusal.Reason.RECORDING_DAMAGED);
        store.fault = new StoreFault.Unreachable("disk", new IOException("gone"));
        assertThat(refusal(door.play(operator(), FakeStore.RECORDING, "fairness")))
                .isEqualTo(new Refusal.Unavailable(Refusal.Source.STORE));

        assertThat(journal()).contains("{\"fault\":\"damaged\"}", "{\"fault\":\"unreachable\"}");
        assertThat(playbacks("fairness")).isZero();
        assertThat(refusal(door.play(operator(), Outcomes.recording(9), "fairness")))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whileTheJournalCannotBeWrittenNothingIsPlayedExemptedOrShown() throws IOException {
        calls.ring();
        governance.ledger().ended(Outcomes.announced(1));
        Session operator = operator();
        Path journal = directory.resolve("journal/journal.jsonl");
        Path elsewhere = directory.resolve("journal/elsewhere");
        Files.move(journal, elsewhere);

        Refusal unavailable = new Refusal.Unavailable(Refusal.Source.JOURNAL);
        assertThat(refusal(door.play(operator, FakeStore.RECORDING, "fairness")))
                .isEqualTo(unavailable);
        assertThat(refusal(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(unavailable);
        assertThat(refusal(door.recording(operator, Outcomes.recording(1)))).isEqualTo(unavailable);
        assertThat(refusal(door.liveCalls(operator))).isEqualTo(unavailable);
        assertThat(refusal(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.1")))
                .isEqualTo(unavailable);
        assertThat(store.playbacks).isZero();
        assertThat(calls.exempted).isEmpty();

        Files.move(elsewhere, journal);
        granted(door.play(operator, FakeStore.RECORDING, "fairness"));
        granted(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API));
    }

    @Test
    void anOverwrittenRecordingIsRefusedAsThatAndNotAsUnknown() throws Exception {
        Session operator = operator();
        Instant at = Instant.parse("2026-11-24T01:30:00Z");
        store.erasure = new Erasure(at, Erasure.Why.OVERWRITTEN, "ab".repeat(32));

        assertThat(refusal(door.play(operator, FakeStore.RECORDING, "fairness")))
                .isEqualTo(new Refusal.Overwritten(at));
        assertThat(refusal(door.recording(operator, FakeStore.RECORDING))).isEqualTo(new Refusal.Overwritten(at));
        assertThat(store.playbacks).isZero();
        assertThat(watched("recording.play")).isZero();
    }

    @Test
    void recordingsComeNewestFirstInPages() {
        for (int number = 1; number <= 5; number++) {
            governance.ledger().ended(number == 3 ? Outcomes.missing(3) : Outcomes.announced(number));
        }
        Session operator = operator();

        RecordingPage first = granted(door.recordings(operator, 3, null));
        RecordingPage second = granted(door.recordings(operator, 3, first.next()));

        assertThat(ids(first)).containsExactly(Outcomes.recording(5), Outcomes.recording(4), Outcomes.recording(2));
        assertThat(ids(second)).containsExactly(Outcomes.recording(1));
        assertThat(second.next()).isNull();
        assertThat(invalid(door.recordings(operator, 0, null))).isEqualTo(Refusal.Reason.LIMIT_OUT_OF_RANGE);
        assertThat(invalid(door.recordings(operator, 101, null))).isEqualTo(Refusal.Reason.LIMIT_OUT_OF_RANGE);
        assertThat(invalid(door.recordings(operator, 3, Outcomes.recording(99))))
                .isEqualTo(Refusal.Reason.CURSOR_UNKNOWN);
    }

    @Test
    void aRecordingsFactsReturnAsTheyWereReported() {
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.exempted(2));

        CallRecord announced = granted(door.recording(operator(), Outcomes.recording(1)));
        CallRecord exempted = granted(door.recording(operator(), Outcomes.recording(2)));

        assertThat(announced.accounts()).isEqualTo(Outcomes.announced(1).accounts());
        assertThat(announced.seal()).isEqualTo(Outcomes.announced(1).seal());
        assertThat(announced.outside()).isEqualTo(Outcomes.announced(1).facts().outside());
        assertThat(announced.basis()).isInstanceOfSatisfying(CallRecord.Basis.Announced.class, basis -> {
            assertThat(basis.promptId()).isEqualTo("notice-ja-1");
            assertThat(basis.packets()).isEqualTo(347);
            assertThat(basis.receiverReports()).isEqualTo(1);
        });
        assertThat(exempted.basis()).isInstanceOfSatisfying(CallRecord.Basis.Exempted.class, basis -> {
            assertThat(basis.ground().number()).isEqualTo(3);
            assertThat(basis.stage()).isEqualTo(Stage.NOTICE);
        });
        assertThat(refusal(door.recording(operator(), Outcomes.recording(3)))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void anOutcomeIsKeptOnce() {
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.missing(1));

        assertThat(registry.counter("koegura.ledger.calls", "result", "complete")
                        .count())
                .isEqualTo(1);
        assertThat(registry.counter("koegura.ledger.calls", "result", "missing").count())
                .isZero();
    }

    @Test
    void aPageThatRefreshesItselfIsOneActInTheJournal() throws IOException {
        Session operator = operator();
        for (int look = 0; look < 30; look++) {
            granted(door.liveCalls(operator));
            granted(door.recordings(operator, 10, null));
        }
        assertThat(watched("calls.watch")).isEqualTo(1);
        assertThat(watched("recordings.list")).isEqualTo(1);

        clock.advance(Duration.ofMinutes(15));
        granted(door.liveCalls(operator));
        assertThat(watched("calls.watch")).isEqualTo(2);
    }

    @Test
    void noTelephoneNumberReachesTheJournal() throws IOException {
        calls.ring();
        governance.ledger().ended(Outcomes.announced(1));
        Session operator = operator();
        granted(door.liveCalls(operator));
        granted(door.recordings(operator, 10, null));
        granted(door.recording(operator, Outcomes.recording(1)));
        granted(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API));
        granted(door.play(operator, FakeStore.RECORDING, "fairness"));

        assertThat(journal()).doesNotContain("81300000000", "example.com");
        assertThat(onDisk("81300000000")).as("control: the database holds it").isTrue();
    }
}
