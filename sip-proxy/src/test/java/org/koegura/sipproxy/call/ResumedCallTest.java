package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.exemption.Incoming;

/// A process dies, and another takes its calls up by what the first said of them.
final class ResumedCallTest extends TwoProcesses {

    private CallId only(Stage stage) {
        await().until(() ->
                second.list().size() == 1 && second.list().getFirst().stage() == stage);
        return second.list().getFirst().facts().call();
    }

    private static String sealed(String address, int port) {
        String key = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
        return sdp(address, port, "0").replace("RTP/AVP", "RTP/SAVP") + "a=" + key + "\r\n";
    }

    private static void seals(CallRunner call) {
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sealed("192.0.2.20", 2000)));
        call.pass(response(INSIDE, "INVITE", 200, 2, "a", sealed("192.0.2.10", 1000)));
    }

    private static CallCheckpoint speaking(CallCheckpoint left, SrtpProfile caller, SrtpProfile callee) {
        CallCheckpoint.Dialog was = left.dialog();
        CallCheckpoint.Dialog dialog = new CallCheckpoint.Dialog(
                was.passage(),
                was.caller(),
                was.callerTag(),
                was.invite(),
                was.calleeTag(),
                was.callerAt(),
                was.calleeAt(),
                new CallCheckpoint.Forms(caller, callee, false));
        return new CallCheckpoint(
                left.facts(), left.answeredAt(), left.standing(), dialog, left.agreed(), left.media());
    }

    /// As in a call of this process (trap 28).
    private static String text(Body body) {
        return new String(((Body.Replaced) body).body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aCallThatWasSealedFromTheStartIsNotSaidToBeSealedInMidCallByTheNextProcess() throws Exception {
        CallRunner call =
                first.begin(new Incoming(Calling.FACTS, null, false, false, Calling.FACTS.inside(), null), () -> {});
        call.dialog(() -> DIALOG);
        call.pass(request(OUTSIDE, "INVITE", 1, "", sealed("192.0.2.20", 2000)));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sealed("192.0.2.10", 1000)));
        call.answered(200, "a");
        media().events().moved(media().checkpoint());
        CallRunner resumed = second.resume(left(Stage.NOT_RECORDED), _ -> {}, () -> {});

        seals(resumed);

        assertThat(after.of(only(Stage.NOT_RECORDED)).done())
                .contains("audio 0")
                .doesNotContain("sealed");
    }

    @Test
    void aCallThatWasPlainMayBeSealedWhileTheNextProcessHasIt() throws Exception {
        answered(first, before);
        media().events().noticeHeard(Calling.PROOF);
        CallRunner resumed = second.resume(left(Stage.RECORDED), _ -> {}, () -> {});

        CallId id = only(Stage.RECORDED);
        await().until(() -> after.of(id).done().contains("startCapture"));
        seals(resumed);

        assertThat(after.of(id).done()).endsWith("may be sealed", "sealed");
    }

    @Test
    void aRecordedCallIsRecordedOnOnTheSameBasisUnderANameOfItsOwn() throws Exception {
        CallRunner call = answered(first, before);
        media().events().noticeHeard(Calling.PROOF);
        CallCheckpoint left = left(Stage.RECORDED);

        CallRunner resumed = second.resume(left, _ -> {}, () -> {});

        CallId id = only(Stage.RECORDED);
        assertThat(id).isNotEqualTo(call.facts().call());
        assertThat(resumed.facts()).isEqualTo(call.facts().continuedAs(id));
        await().untilAsserted(
                        () -> assertThat(after.of(id).done()).containsExactly("resumed", "audio 0", "startCapture"));
        assertThat(after.of(id).basis()).isEqualTo(new CaptureBasis.Announced(Calling.PROOF));
        assertThat(after.of(id).agreed(0, INSIDE)).isEqualTo(media().agreed(0, INSIDE));
        assertThat(after.of(id).agreed(0, OUTSIDE)).isEqualTo(media().agreed(0, OUTSIDE));
        after.of(id).reportAtClose(Calling.SEALED);
        resumed.hungUp(INSIDE);
        await().until(() -> ledger.all().size() == 1);
        CallOutcome outcome = ledger.all().getFirst();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome.answeredAt()).isEqualTo(Calling.NOW);
        assertThat(outcome.signalling().links())
                .containsExactly(new Signalling.Link(
                        Signalling.Relation.CONTINUES, call.facts().call(), Calling.NOW));
    }

    /// Its recording is sealed, and its outcome told, by the process that stops.
    @Test
    void aCallOfAProcessThatIsStoppedIsTakenUpAsItStood() throws Exception {
        CallRunner call = answered(first, before);
        media().events().noticeHeard(Calling.PROOF);
        left(Stage.RECORDED);
        media().reportAtClose(Calling.SEALED);

        first.endAll(EndReason.SHUTDOWN);

        assertThat(ledger.all()).extracting(CallOutcome::reason).containsExactly(EndReason.SHUTDOWN);
        second.resume(Objects.requireNonNull(said.of(call.facts().call())), _ -> {}, () -> {});
        CallId id = only(Stage.RECORDED);
        await().until(() -> after.of(id).done().contains("startCapture"));
    }

    @Test
    void aCallThatIsOverWhenTheProcessStopsIsNotTakenUp() throws Exception {
        CallRunner call = answered(first, before);
        media().reportAtClose(Calling.NOTHING_KEPT);
        call.hungUp(INSIDE);
        first.endAll(EndReason.SHUTDOWN);

        assertThat(said.of(call.facts().call())).isNull();
    }

    @Test
    void aReinviteOfTheTakenUpCallNamesThePortsThatItHad() throws Exception {
        CallRunner call = answered(first, before);
        Body asked = call.pass(request(OUTSIDE, "INVITE", 2, "a", sdp("192.0.2.20", 2000, "0")));
        CallRunner resumed = second.resume(left(Stage.NOTICE), _ -> {}, () -> {});

        Body askedAgain = resumed.pass(request(OUTSIDE, "INVITE", 3, "a", sdp("192.0.2.20", 2000, "0")));

        assertThat(text(askedAgain)).isEqualTo(text(asked)).doesNotContain("192.0.2.20 2000");
        Body moved = resumed.pass(response(INSIDE, "INVITE", 200, 3, "a", sdp("192.0.2.10", 1010, "0")));
        assertThat(text(moved)).contains("127.0.0.1");
        CallId id = only(Stage.NOTICE);
        assertThat(Objects.requireNonNull(after.of(id).agreed(0, INSIDE)).rtp()).hasToString("/192.0.2.10:1010");
    }

    /// As in a call of this process (trap 28).
    @Test
    void whereSrtpIsEndedAReinviteWithKeysOfATakenUpCallGoesOnInTheFormOfTheOtherLeg() throws Exception {
        answered(first, before);
        CallCheckpoint left = speaking(left(Stage.NOTICE), SrtpProfile.REQUIRE, SrtpProfile.NEVER);
        CallRunner resumed = second.resume(left, _ -> {}, () -> {});

        assertThat(resumed.pass(request(OUTSIDE, "UPDATE", 2, "a", sdp("192.0.2.20", 2000, "0"))))
                .as("plain audio where SRTP is required")
                .isInstanceOf(Body.Refuse.class);
        String keyed = sdp("192.0.2.20", 2000, "0", SrtpMessages.crypto(3, SrtpMessages.KEY_1))
                .replace("RTP/AVP", "RTP/SAVP");
        Body asked = resumed.pass(SrtpMessages.with(request(OUTSIDE, "INVITE", 3, "a", keyed), true, false));
        assertThat(text(asked)).contains(" RTP/AVP 0").doesNotContain("crypto", "SAVP");
        Body told = resumed.pass(
                SrtpMessages.with(response(INSIDE, "INVITE", 200, 3, "a", sdp("192.0.2.10", 1000, "0")), false, true));
        assertThat(SrtpMessages.lines(text(told))).singleElement().satisfies(line -> {
            assertThat(line.tag()).isEqualTo(3);
            assertThat(after.of(only(Stage.NOTICE)).agreed(0, OUTSIDE))
                    .extracting(RemoteMedia::srtp)
                    .isEqualTo(new SrtpKeys(line.key(), SrtpMessages.key(SrtpMessages.KEY_1)));
        });
    }

    @Test
    void whereSrtpWasPreferredAndThePartiesSpokePlainATakenUpCallGoesOnPlain() throws Exception {
        answered(first, before);
        CallRunner resumed =
                second.resume(speaking(left(Stage.NOTICE), SrtpProfile.PREFER, SrtpProfile.NEVER), _ -> {}, () -> {});
        Body offered = resumed.pass(
                SrtpMessages.with(request(INSIDE, "INVITE", 1, "a", sdp("192.0.2.10", 1000, "0")), false, true));
        assertThat(text(offered)).contains(" RTP/AVP 0").doesNotContain("crypto", "SAVP");
    }

    /// A hold changes nothing (RFC 4568 leaves it to whoever offers).
    @ParameterizedTest
    @ValueSource(strings = {"REQUIRE", "PREFER"})
    void whoSaysTheKeyThatItHadBeforeTheRestartIsAnsweredWithTheOneThatItKnows(SrtpProfile outside) throws Exception {
        answered(first, before);
        CallCheckpoint left = speaking(left(Stage.NOTICE), outside, SrtpProfile.NEVER);
        SrtpKeys keys = new SrtpKeys(keys().ours(), SrtpMessages.key(SrtpMessages.KEY_1));
        CallCheckpoint keyed = new CallCheckpoint(
                left.facts(),
                left.answeredAt(),
                left.standing(),
                left.dialog(),
                new CallCheckpoint.Agreed(
                        left.agreed().inside(),
                        List.of(receiving(keys)),
                        left.agreed().audio()),
                using(keys, 100));
        CallRunner resumed = second.resume(keyed, _ -> {}, () -> {});

        String held = sdp("192.0.2.20", 2000, "0", "sendonly", SrtpMessages.crypto(2, SrtpMessages.KEY_1))
                .replace("RTP/AVP", "RTP/SAVP");
        resumed.pass(SrtpMessages.with(request(OUTSIDE, "INVITE", 3, "a", held), true, false));
        Body told = resumed.pass(
                SrtpMessages.with(response(INSIDE, "INVITE", 200, 3, "a", sdp("192.0.2.10", 1000, "0")), false, true));
        assertThat(SrtpMessages.lines(text(told)))
                .singleElement()
                .satisfies(line -> assertThat(line.key()).isEqualTo(keys.ours()));
        Body offered = resumed.pass(
                SrtpMessages.with(request(INSIDE, "INVITE", 1, "a", sdp("192.0.2.10", 1000, "0")), false, true));
        assertThat(SrtpMessages.lines(text(offered)).getFirst().key()).isEqualTo(keys.ours());
    }

    @Test
    void aNoticeThatWasNotHeardInFullIsPlayedAgainAndNothingIsKeptBefore() throws Exception {
        answered(first, before);
        CallCheckpoint left = left(Stage.NOTICE);

        second.resume(left, _ -> {}, () -> {});

        CallId id = only(Stage.NOTICE);
        await().until(() -> after.of(id).done().contains("playNotice"));
        assertThat(after.of(id).done()).doesNotContain("startCapture");
        after.of(id).events().noticeHeard(Calling.PROOF);
        assertThat(only(Stage.RECORDED)).isEqualTo(id);
    }

    @Test
    void aCallThatNobodyAttestedIsStillToBeAttestedAndNothingIsKeptBefore() throws Exception {
        plan = new NoticeDecision.Oral();
        answered(first, before);

        second.resume(left(Stage.ORAL_NOTICE), _ -> {}, () -> {});

        CallId id = only(Stage.ORAL_NOTICE);
        assertThat(after.of(id).done()).doesNotContain("startCapture", "playNotice");
        assertThat(second.attest(id, Calling.ATTESTATION)).isEqualTo(new Attesting.InForce(Stage.ORAL_NOTICE));
        assertThat(only(Stage.RECORDED)).isEqualTo(id);
        await().until(() -> after.of(id).done().contains("startCapture"));
    }

    @Test
    void anAttestedCallIsRecordedOnAndWhatWasForbiddenStaysSo() throws Exception {
        plan = new NoticeDecision.Oral();
        answered(first, before);
        left(Stage.ORAL_NOTICE);
        first.attest(Calling.FACTS.call(), Calling.ATTESTATION);
        CallCheckpoint left = left(Stage.RECORDED);
        second.resume(left, _ -> {}, () -> {});

        CallId id = only(Stage.RECORDED);
        await().until(() -> after.of(id).done().contains("startCapture"));
        assertThat(after.of(id).basis()).isEqualTo(new CaptureBasis.Attested(Calling.ATTESTATION, Stage.ORAL_NOTICE));
    }

    @Test
    void whatMayNotBeKeptIsNotToBeAttestedByTheNextProcessEither() throws Exception {
        plan = new NoticeDecision.Oral();
        CallRunner call = answered(first, before);
        left(Stage.ORAL_NOTICE);
        call.forbid(Unrecorded.NEVER_RECORD_LINE);
        second.resume(left(Stage.NOT_RECORDED), _ -> {}, () -> {});

        CallId id = only(Stage.NOT_RECORDED);
        assertThat(second.attest(id, Calling.ATTESTATION)).isEqualTo(new Attesting.NotDue(Stage.NOT_RECORDED));
        assertThat(after.of(id).done()).doesNotContain("startCapture");
    }

    @Test
    void aCallThatWasNotKeptIsNotKeptAfterwards() throws Exception {
        answered(first, before);
        media().events().noticeFailed(NoticeFailure.UNREACHABLE);

        second.resume(left(Stage.NOT_RECORDED), _ -> {}, () -> {});

        CallId id = only(Stage.NOT_RECORDED);
        await().until(() -> after.of(id).done().contains("bypass NOTICE_FAILED"));
        assertThat(after.of(id).done()).doesNotContain("startCapture", "playNotice");
        assertThat(second.list().getFirst().unrecorded()).isEqualTo(Unrecorded.NOTICE_FAILED);
    }

    @Test
    void whereSomebodyHasAPortOfTheCallItIsNotTakenUpAndNothingStays() {
        answered(first, before);
        CallCheckpoint left = left(Stage.NOTICE);
        Calls full = calls(new FakeMediaPlane(0), saidAgain);

        assertThatExceptionOfType(MediaPlane.NoFreePort.class).isThrownBy(() -> full.resume(left, _ -> {}, () -> {}));
        assertThat(full.live()).isZero();
    }

    @Test
    void whatWasTakenUpCanBeTakenUpAgain() throws Exception {
        answered(first, before);
        media().events().noticeHeard(Calling.PROOF);
        CallRunner resumed = second.resume(left(Stage.RECORDED), _ -> {}, () -> {});
        resumed.dialog(() -> DIALOG);
        CallId id = only(Stage.RECORDED);
        await().until(() -> saidAgain.of(id) != null);

        CallCheckpoint again = Objects.requireNonNull(saidAgain.of(id));
        assertThat(again.standing().basis()).isEqualTo(new CaptureBasis.Announced(Calling.PROOF));
        assertThat(again.media()).isEqualTo(media().checkpoint());
        resumed.hungUp(Leg.INSIDE);
        await().until(() -> saidAgain.of(id) == null);
    }

    @Test
    void whoeverLooksForItsDialogFindsItBeforeAnythingHappensToIt() throws Exception {
        answered(first, before);
        CallCheckpoint left = left(Stage.NOTICE);
        List<String> order = new CopyOnWriteArrayList<>();

        CallRunner resumed = second.resume(left, _ -> order.add("known"), () -> order.add("over"));
        resumed.hungUp(INSIDE);

        await().until(() -> order.size() == 2);
        assertThat(order).containsExactly("known", "over");
    }
}
