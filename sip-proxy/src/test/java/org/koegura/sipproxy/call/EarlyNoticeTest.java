package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.exemption.Incoming;

/// N3: the notice while it rings, from the INVITE to what became of the call.
final class EarlyNoticeTest extends CallsInMemory {

    EarlyNoticeTest() {
        super(Calling.ANNOUNCE_EARLY);
    }

    private CallRunner ringing(boolean proven) {
        CallRunner call =
                calls.begin(new Incoming(Calling.FACTS, null, false, proven, Calling.FACTS.inside(), null), () -> {});
        call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        call.pass(response(INSIDE, "INVITE", 180, 1, "a", ""));
        call.provisional(180, "a");
        await().until(() -> media().done().contains("playEarlyNotice"));
        return call;
    }

    private List<String> done() {
        return media().done().stream().filter(act -> !act.startsWith("audio")).toList();
    }

    private void awaitDone(String... acts) {
        await().untilAsserted(() -> assertThat(done()).containsExactly(acts));
    }

    @Test
    void whereItIsProvenCaptureBeginsWithTheAnswerOfACallerWhoWasTold() {
        CallRunner call = ringing(true);
        media().events().earlyNoticeHeard(Calling.PROOF);
        call.pass(response(INSIDE, "INVITE", 180, 1, "a", "")); // handled after it
        awaitDone("playEarlyNotice");
        assertThat(media().basis()).as("before the 2xx").isNull();
        answer(call);
        awaitDone("playEarlyNotice", "answered", "startCapture");
        assertThat(Objects.requireNonNull(media().basis())).isEqualTo(new CaptureBasis.Announced(Calling.PROOF));
        awaitStage(Stage.RECORDED);
        assertThat(metrics.get("koegura.call.notice.wait")
                        .tags("mode", "early")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whereItIsProvenWhoAnswersFirstWaitsForTheRestOfTheNotice() {
        CallRunner call = ringing(true);
        answer(call);
        awaitDone("playEarlyNotice", "answered");
        awaitStage(Stage.NOTICE);
        media().events().earlyNoticeHeard(Calling.PROOF);
        awaitDone("playEarlyNotice", "answered", "startCapture");
    }

    @Test
    void whereNothingIsProvenTheNoticeIsRepeatedOnTheAnswer() {
        CallRunner call = ringing(false);
        media().events().earlyNoticeHeard(Calling.PROOF);
        answer(call);
        awaitDone("playEarlyNotice", "answered", "playNotice");
        assertThat(media().basis()).isNull();
        media().events().noticeHeard(Calling.PROOF);
        awaitDone("playEarlyNotice", "answered", "playNotice", "startCapture");
    }

    @Test
    void whereNothingIsProvenWhoAnswersFirstHearsItAnewAndTheEndOfTheOldOneCountsForNothing() {
        CallRunner call = ringing(false);
        answer(call);
        awaitDone("playEarlyNotice", "answered", "stopNotice", "playNotice");
        media().events().earlyNoticeHeard(Calling.PROOF);
        media().events().earlyNoticeFailed(NoticeFailure.LOSS);
        media().events().noticeStarted();
        awaitStage(Stage.NOTICE);
        assertThat(media().basis()).isNull();
        media().events().noticeHeard(Calling.PROOF);
        awaitDone("playEarlyNotice", "answered", "stopNotice", "playNotice", "startCapture");
    }

    @Test
    void oneThatFailsIsPlayedOnTheAnswer() {
        CallRunner call = ringing(true);
        media().events().earlyNoticeFailed(NoticeFailure.UNREACHABLE);
        answer(call);
        awaitDone("playEarlyNotice", "answered", "playNotice");
    }

    @Test
    void oneThatFailsAfterTheAnswerIsPlayedAnew() {
        CallRunner call = ringing(true);
        answer(call);
        media().events().earlyNoticeFailed(NoticeFailure.UNREACHABLE);
        awaitDone("playEarlyNotice", "answered", "playNotice");
    }

    @Test
    void aRefusalAfterEarlyMediaFreesThePortsAndKeepsNothing() {
        CallRunner call = ringing(true);
        call.rejected(486);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.NOT_ANSWERED);
        assertThat(done()).containsExactly("playEarlyNotice", "close REJECTED");
        assertThat(plane.open()).isZero();
        assertThat(count("koegura.notices", "direction", "in", "outcome", "stopped", "language", "ja"))
                .isEqualTo(1);
    }

    @Test
    void aCancelWhileItPlaysEndsWithTheFinalResponse() {
        CallRunner call = ringing(true);
        call.cancelled();
        call.rejected(487);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.NOT_ANSWERED);
        assertThat(done()).containsExactly("playEarlyNotice", "close CANCELLED");
    }

    @Test
    void anExemptionStopsItAndCaptureBeginsWithTheAnswer() {
        CallRunner call = ringing(true);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.InForce(Stage.RINGING));
        awaitDone("playEarlyNotice", "stopNotice");
        answer(call);
        awaitDone("playEarlyNotice", "stopNotice", "answered", "startCapture");
        assertThat(media().basis()).isInstanceOf(CaptureBasis.Exempted.class);
    }

    /// Our answer turned off the ringback of the caller's own telephone, whatever became of the notice.
    @Test
    void whoIsExemptedBeforeItRingsHearsItRing() {
        CallRunner call =
                calls.begin(new Incoming(Calling.FACTS, null, false, true, Calling.FACTS.inside(), null), () -> {});
        call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.InForce(Stage.RINGING));
        call.pass(response(INSIDE, "INVITE", 180, 1, "a", ""));
        call.provisional(180, "a");
        awaitDone("playRingback");
        answer(call);
        awaitDone("playRingback", "answered", "startCapture");
    }

    @Test
    void aCallThatMustNotBeKeptAfterAllIsNotToldAnyFurther() {
        CallRunner call = ringing(true);
        call.unrecordable(Unrecorded.INTERNAL);
        awaitDone("playEarlyNotice", "stopNotice");
        answer(call);
        awaitDone("playEarlyNotice", "stopNotice", "answered", "bypass INTERNAL");
    }
}
