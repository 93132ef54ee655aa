package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.exemption.Incoming;

/// Whole calls through [Calls] and [CallRunner], with media, journal and ledger in memory.
final class CallsTest extends CallsInMemory {

    @Test
    void anAnnouncedCallIsRecordedAfterTheNoticeAndReportedOnceItIsSealed() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        call.acknowledged();
        awaitStage(Stage.NOTICE);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        media().reportAtClose(Calling.SEALED);
        call.hungUp(OUTSIDE);

        CallOutcome outcome = outcome();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome.reason()).isEqualTo(EndReason.HANGUP_OUTSIDE);
        assertThat(outcome.basis()).isEqualTo(new CaptureBasis.Announced(Calling.PROOF));
        assertThat(outcome.seal()).isEqualTo(Calling.SEAL);
        assertThat(media().done())
                .containsExactly(
                        "audio 0", "answered", "playNotice", "acknowledged", "startCapture", "close HANGUP_OUTSIDE");
        assertThat(count("koegura.notices", "direction", "in", "language", "ja", "outcome", "completed"))
                .isEqualTo(1);
        assertThat(count("koegura.recordable.calls", "direction", "in")).isEqualTo(1);
        assertThat(count("koegura.recordings", "direction", "in", "outcome", "complete"))
                .isEqualTo(1);
    }

    @Test
    void watchersAreToldOfEveryChangeAndAFaultOfTheirsEndsNoCall() {
        List<String> seen = new CopyOnWriteArrayList<>();
        calls.watch(() -> {
            throw new IllegalStateException("a watcher's fault");
        });
        calls.watch(() -> seen.add(
                calls.find(Calling.FACTS.call()).map(CallsTest::standing).orElse("gone")));
        CallRunner call = ringing(Calling.FACTS, null);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION)).isInstanceOf(Exempting.InForce.class);
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        media().reportAtClose(Calling.SEALED);
        call.hungUp(OUTSIDE);

        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.COMPLETE);
        await().untilAsserted(() -> assertThat(seen)
                .containsExactly(
                        "RINGING exemptable",
                        "RINGING DANGER",
                        "RECORDED_WITHOUT_NOTICE DANGER answered",
                        "ENDING answered",
                        "gone"));
        assertThat(count("koegura.call.faults", "kind", "effect")).isEqualTo(5);
    }

    private static String standing(LiveCall call) {
        return call.stage()
                + (call.exemptable() ? " exemptable" : "")
                + (call.exempted() == null ? "" : " " + call.exempted())
                + (call.answeredAt() == null ? "" : " answered");
    }

    @Test
    void aFailedNoticeLeavesTheCallUpAndUnrecorded() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeFailed(NoticeFailure.LOSS);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(calls.list().getFirst().unrecorded()).isEqualTo(Unrecorded.NOTICE_FAILED);
        call.hungUp(INSIDE);

        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.MISSING);
        assertThat(media().basis()).isNull();
        assertThat(journal.acts()).containsExactly("call.unrecorded", "call.missing");
        assertThat(count("koegura.calls.unrecorded", "reason", "notice_failed")).isEqualTo(1);
    }

    @Test
    void afterANoticeThatFailedStaffMayTellTheOtherPartyThemselves() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        assertThat(calls.attest(Calling.FACTS.call(), Calling.ATTESTATION))
                .as("while the prompt plays")
                .isEqualTo(new Attesting.NotDue(Stage.NOTICE));
        clock.advance(Duration.ofSeconds(1));
        media().events().noticeFailed(NoticeFailure.NO_FRAMES);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(calls.attest(Calling.FACTS.call(), Calling.ATTESTATION))
                .as("said while it played, and taken up after it failed")
                .isEqualTo(new Attesting.NotDue(Stage.NOT_RECORDED));
        CaptureBasis.Attestation since = new CaptureBasis.Attestation(
                Calling.ATTESTATION.author(), clock.instant(), Calling.ATTESTATION.channel());
        assertThat(calls.attest(Calling.FACTS.call(), since)).isEqualTo(new Attesting.InForce(Stage.NOT_RECORDED));
        awaitStage(Stage.RECORDED);
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Attested(since, Stage.NOT_RECORDED));
    }

    @Test
    void anExemptionWhileRingingMeansNoNoticeAndCaptureOnlyWithThe2xx() {
        CallRunner call = ringing(Calling.FACTS, null);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.InForce(Stage.RINGING));
        assertThat(media().done()).isEmpty();
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(media().done()).containsExactly("audio 0", "answered", "startCapture");
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Exempted(Calling.EXEMPTION, Stage.RINGING));
        assertThat(journal.entries().getFirst().actor()).isEqualTo("operator");
        assertThat(journal.entries().getFirst().details()).containsEntry("ground", "1");
    }

    @Test
    void anExemptionMidNoticeStopsItAndStartsCaptureAtOnce() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.InForce(Stage.NOTICE));
        assertThat(media().done()).endsWith("stopNotice", "startCapture");
        assertThat(count("koegura.exemptions", "ground", "1", "channel", "api", "stage", "notice"))
                .isEqualTo(1);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.TooLate(Stage.RECORDED_WITHOUT_NOTICE));
    }

    @Test
    void anExemptionThatTheJournalDoesNotTakeDoesNotHappen() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        journal.fail();
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.TooLate(Stage.NOTICE));
        assertThat(media().done()).doesNotContain("stopNotice", "startCapture");
        assertThat(count("koegura.call.faults", "kind", "journal")).isEqualTo(1);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
    }

    @Test
    void noSuchCallCanBeExempted() {
        assertThat(calls.exempt(new CallId("9".repeat(32)), Calling.EXEMPTION)).isEqualTo(new Exempting.NoSuchCall());
    }

    @Test
    void aCancelledCallKeepsItsMediaUntilTheFinalResponse() {
        CallRunner call = ringing(Calling.FACTS, null);
        call.cancelled();
        call.rejected(487);
        CallOutcome outcome = outcome();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.NOT_ANSWERED);
        assertThat(outcome.reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(count("koegura.call.attempts", "direction", "in", "outcome", "cancelled"))
                .isEqualTo(1);
    }

    @Test
    void aLateOfferIsAnnouncedOnceTheAckBroughtItsAnswer() {
        CallRunner call =
                calls.begin(new Incoming(Calling.FACTS, null, false, false, Calling.FACTS.inside(), null), () -> {});
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        answer(call);
        awaitStage(Stage.NOTICE);
        call.pass(request(OUTSIDE, "ACK", 1, "a", OFFER));
        call.acknowledged();
        await().until(() -> media().done().contains("acknowledged"));
        assertThat(media().done()).containsExactly("answered", "audio 0", "playNotice", "acknowledged");
    }

    @Test
    void anInternalCallIsRelayedAndIntentionallyNotRecorded() {
        CallRunner call = ringing(Calling.FACTS, Unrecorded.INTERNAL);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.TooLate(Stage.RINGING));
        answer(call);
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(media().agreed(0, INSIDE)).isNotNull();
        assertThat(journal.entries()).isEmpty();
    }

    @Test
    void aSpiralIsRelayedButNeitherListedNorReported() {
        CallRunner spiral = ringing(Calling.FACTS, Unrecorded.SPIRAL);
        answer(spiral);
        assertThat(calls.list()).isEmpty();
        assertThat(calls.live()).isEqualTo(1);
        assertThat(media().agreed(0, INSIDE)).isNotNull();
        spiral.hungUp(INSIDE);
        await().until(() -> calls.live() == 0);
        assertThat(ledger.all()).isEmpty();
        assertThat(count("koegura.calls.unrecorded", "reason", "spiral")).isZero();
    }

    @Test
    void aRecordingThatCannotBeOpenedIsMissingAndTheCallGoesOn() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeHeard(Calling.PROOF);
        media().events().captureFailed(new StoreFault.Full("full", new IOException("no space left")));
        awaitStage(Stage.NOT_RECORDED);
        call.hungUp(INSIDE);
        assertThat(outcome().why()).isEqualTo(Unrecorded.STORE_FAILED);
        assertThat(count("koegura.recordings", "direction", "in", "outcome", "missing"))
                .isEqualTo(1);
    }

    @Test
    void aRecordingThatBreaksInMidCallIsNoLongerListedAsRecordedAndIsJournalled() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        media().events().captureBroken();
        media().reportAtClose(Calling.SEALED);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(calls.list()).singleElement().satisfies(live -> {
            assertThat(live.unrecorded()).isEqualTo(Unrecorded.STORE_FAILED);
            assertThat(live.exemptable()).isFalse();
        });
        call.hungUp(INSIDE);
        assertThat(outcome().seal()).as("what was kept until then").isNotNull();
        assertThat(journal.entries())
                .filteredOn(entry -> entry.act().equals("call.unrecorded"))
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.details()).isEqualTo(Map.of("capture", "broken", "why", "store_failed")));
    }

    @Test
    void aCallWhosePartiesAgreeOnKeysInTheStreamIsJournalledAndCountedAsOneSealedInMidCall() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        media().events().sealed();
        media().reportAtClose(Calling.SEALED);
        call.hungUp(INSIDE);
        assertThat(outcome().seal()).as("what was kept until then").isNotNull();
        assertThat(journal.entries())
                .filteredOn(entry -> entry.act().equals("call.unrecorded"))
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.details()).isEqualTo(Map.of("capture", "withheld", "why", "encrypted_media")));
        assertThat(count("koegura.call.faults", "kind", "sealed_in_mid_call")).isEqualTo(1);
    }

    @Test
    void aRecordingOfWhichACommandWasLostIsPartialThoughItLacksNoPacket() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        media().events().captureBroken();
        MediaReport whole = Calling.SEALED;
        media().reportAtClose(new MediaReport(
                whole.accounts(), whole.gaps(), whole.spared(), Duration.ofSeconds(1), whole.seal()));
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.PARTIAL);
        assertThat(count("koegura.recordings", "direction", "in", "outcome", "partial"))
                .isEqualTo(1);
    }

    @Test
    void aSealThatDoesNotComeMakesTheRecordingMissingAndIsCounted() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        media().reportAtClose(null);
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.MISSING);
        assertThat(count("koegura.call.faults", "kind", "seal_overdue")).isEqualTo(1);
    }

    @Test
    void aLostByeEndsTheCallBySilenceButHoldDoesNot() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sdp("192.0.2.20", 2000, "0", "sendonly")));
        call.pass(response(INSIDE, "INVITE", 200, 2, "a", sdp("192.0.2.10", 1000, "0", "recvonly")));
        media().events().silent(Duration.ofMinutes(6).toMillis());
        call.acknowledged();
        await().until(() -> media().done().contains("acknowledged"));
        awaitStage(Stage.NOTICE);
        call.pass(request(OUTSIDE, "INVITE", 3, "a", OFFER));
        call.pass(response(INSIDE, "INVITE", 200, 3, "a", ANSWER));
        media().events().silent(Duration.ofMinutes(6).toMillis());
        assertThat(outcome().reason()).isEqualTo(EndReason.MEDIA_SILENT);
    }

    /// Trap 22: on hold and refreshed is not dead, however long; on hold and refreshed no more is.
    @Test
    void aHeldCallWhoseRefreshesCeaseIsClosedAfterTheIntervalAndSaysWhy() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sdp("192.0.2.20", 2000, "0", "sendonly")));
        call.pass(response(INSIDE, "INVITE", 200, 2, "a", sdp("192.0.2.10", 1000, "0", "recvonly")));
        for (int refresh = 0; refresh < 10; refresh++) {
            call.refreshed(Duration.ofMinutes(30));
            clock.advance(Duration.ofMinutes(29));
            media().events().silent(clock.instant().toEpochMilli() - Calling.NOW.toEpochMilli());
        }
        call.acknowledged();
        await().until(() -> media().done().contains("acknowledged"));
        awaitStage(Stage.NOTICE);
        clock.advance(Duration.ofMinutes(1));
        media().events().silent(Duration.ofHours(5).toMillis());
        assertThat(outcome().reason()).isEqualTo(EndReason.SESSION_EXPIRED);
        assertThat(media().done()).contains("close SESSION_EXPIRED");
    }

    @Test
    void callsAreRefusedWhileTheBoundIsReachedAndAfterADrain() {
        for (int i = 0; i < 3; i++) {
            assertThat(calls.refusing()).isFalse();
            calls.begin(
                    new Incoming(
                            Calling.facts(String.valueOf(i).repeat(32), Direction.OUTBOUND),
                            null,
                            false,
                            false,
                            Calling.FACTS.inside(),
                            null),
                    () -> {});
        }
        assertThat(calls.refusing()).isTrue();
        calls.endAll(EndReason.SHUTDOWN);
        assertThat(calls.live()).isZero();
        assertThat(calls.refusing()).isTrue();
        assertThat(ledger.all()).hasSize(3);
    }

    @Test
    void aDrainedProxyWaitsForItsCalls() throws InterruptedException {
        CallRunner call = ringing(Calling.FACTS, null);
        calls.drain();
        assertThat(calls.awaitIdle(Duration.ofMillis(50))).isFalse();
        call.rejected(486);
        assertThat(calls.awaitIdle(Duration.ofSeconds(5))).isTrue();
        assertThat(ledger.all().getFirst().reason()).isEqualTo(EndReason.REJECTED);
    }

    @Test
    void everyMeterExistsFromZero() {
        assertThat(metrics.find("koegura.calls").gauges()).hasSize(21);
        assertThat(metrics.find("koegura.exemptions").counters()).hasSize(42);
        assertThat(metrics.find("koegura.recordings").counters()).hasSize(9);
        assertThat(metrics.find("koegura.calls.unrecorded").counters()).hasSize(Unrecorded.values().length);
        assertThat(metrics.find("koegura.notices").counters()).hasSize(21);
    }
}
