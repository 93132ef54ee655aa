package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner.Body;

/// A process dies, and another takes its calls up by what the first said of them.
final class ResumedCallTest {

    private static final CallCheckpoint.Dialog DIALOG = new CallCheckpoint.Dialog(
            "passage",
            OUTSIDE,
            "caller",
            1,
            "a",
            InetAddress.ofLiteral("192.0.2.20"),
            InetAddress.ofLiteral("192.0.2.10"),
            CallCheckpoint.Forms.PASSING);

    private final FakeMediaPlane before = new FakeMediaPlane(10);
    private final FakeMediaPlane after = new FakeMediaPlane(10);
    private final KeptCheckpoints said = new KeptCheckpoints();
    private final KeptCheckpoints saidAgain = new KeptCheckpoints();
    private final KeptOutcomes ledger = new KeptOutcomes();
    private final Calls first = calls(before, said);
    private final Calls second = calls(after, saidAgain);

    private Calls calls(FakeMediaPlane plane, KeptCheckpoints checkpoints) {
        return new Calls(
                plane,
                _ -> Calling.ANNOUNCE,
                ledger,
                new FakeJournal(),
                new VirtualClock(Calling.NOW),
                new SecureRandom(),
                new SimpleMeterRegistry(),
                CallSettings.defaults(),
                _ -> false,
                checkpoints);
    }

    private static CallRunner answered(Calls calls, FakeMediaPlane plane) {
        CallRunner call = calls.begin(Calling.FACTS, null, false, () -> {});
        call.dialog(() -> DIALOG);
        call.pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "0")));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.answered(200, "a");
        FakeMediaPlane.Session media = plane.of(Calling.FACTS.call());
        media.events().moved(media.checkpoint());
        return call;
    }

    private FakeMediaPlane.Session media() {
        return before.of(Calling.FACTS.call());
    }

    private CallCheckpoint left(Stage stage) {
        await().until(() ->
                first.find(Calling.FACTS.call()).map(LiveCall::stage).orElseThrow() == stage);
        await().until(() -> said.of(Calling.FACTS.call()) != null);
        return Objects.requireNonNull(said.of(Calling.FACTS.call()));
    }

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

    @Test
    void aCallThatWasSealedFromTheStartIsNotSaidToBeSealedInMidCallByTheNextProcess() throws Exception {
        CallRunner call = first.begin(Calling.FACTS, null, false, () -> {});
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

    /// A hold changes nothing (RFC 4568 leaves it to whoever offers).
    @Test
    void whoSaysTheKeyThatItHadBeforeTheRestartIsAnsweredWithTheOneThatItKnows() throws Exception {
        answered(first, before);
        CallCheckpoint left = speaking(left(Stage.NOTICE), SrtpProfile.REQUIRE, SrtpProfile.NEVER);
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

    private static String text(Body body) {
        return new String(((Body.Replaced) body).body(), StandardCharsets.ISO_8859_1);
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
    void aCallThatNobodyAnsweredOrThatIsOverSaysNothing() {
        CallRunner ringing = first.begin(Calling.FACTS, null, false, () -> {});
        ringing.dialog(() -> DIALOG);
        ringing.pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "0")));
        media().events().moved(media().checkpoint());
        assertThat(said.of(Calling.FACTS.call())).isNull();
        ringing.rejected(486);
        await().until(() -> first.live() == 0);
        assertThat(said.of(Calling.FACTS.call())).isNull();
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

    @Test
    void aCallWhoseAudioIsNotKnownYetIsNotTakenUpAndItsOutcomeIsOwed() {
        CallRunner call = first.begin(Calling.FACTS, null, false, () -> {});
        call.dialog(() -> DIALOG);
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.answered(200, "a");

        assertThat(owed().standing().unrecorded()).isEqualTo(Unrecorded.NO_AUDIO);
        assertThat(said.of(Calling.FACTS.call())).isNull();
    }

    @Test
    void aCallForHelpThatPassesUntouchedIsNotTakenUpAndItsOutcomeIsOwed() {
        CallRunner call = first.begin(Calling.FACTS, Unrecorded.EMERGENCY, true, () -> {});
        call.dialog(() -> DIALOG);
        call.pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "0")));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.answered(200, "a");

        assertThat(owed().standing().unrecorded()).isEqualTo(Unrecorded.EMERGENCY);
        call.hungUp(INSIDE);
        await().until(() -> said.owed(Calling.FACTS.call()) == null);
    }

    @Test
    void anUnrecordedCallThatIsOverOwesItsOutcomeUntilItIsTold() {
        CallRunner call = answered(first, before);
        media().events().noticeFailed(NoticeFailure.UNREACHABLE);
        await().until(() -> said.of(Calling.FACTS.call()) != null);
        media().reportAtClose(null);
        call.hungUp(INSIDE);

        assertThat(owed().standing().unrecorded()).isEqualTo(Unrecorded.NOTICE_FAILED);
        media().events().closed(Calling.NOTHING_KEPT);
        await().until(() -> ledger.all().size() == 1);
        await().until(() -> said.owed(Calling.FACTS.call()) == null);
    }

    private LeftCall.Owed owed() {
        await().until(() -> said.owed(Calling.FACTS.call()) != null);
        return Objects.requireNonNull(said.owed(Calling.FACTS.call()));
    }

    private static SrtpKeys keys() {
        CryptoSuite suite = CryptoSuite.AES_CM_128_HMAC_SHA1_80;
        SecureRandom random = new SecureRandom();
        return new SrtpKeys(MasterKey.fresh(suite, random), MasterKey.fresh(suite, random));
    }

    private static CallCheckpoint.Media using(@Nullable SrtpKeys keys, long packetIndex) {
        InetSocketAddress own = new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000);
        SrtpCheckpoint used = keys == null
                ? null
                : new SrtpCheckpoint(keys, List.of(new SourceCheckpoint(1, packetIndex, 7)), List.of());
        return new CallCheckpoint.Media(
                List.of(new CallCheckpoint.Line(
                        0,
                        new CallCheckpoint.Side(own, null, null, null, null),
                        new CallCheckpoint.Side(own, null, null, null, null, used))),
                null);
    }

    private Checkpoints underSrtp(SrtpKeys keys) {
        Checkpoints checkpoints = new Checkpoints(Calling.FACTS, said);
        checkpoints.dialog(() -> DIALOG);
        checkpoints.agreed(new CallCheckpoint.Agreed(List.of(receiving(null)), List.of(receiving(keys)), 0));
        return checkpoints;
    }

    /// Whoever knows its keys, and not how far they were used, would use an index twice.
    @Test
    void aCallUnderSrtpIsTakenUpOnceItIsKnownHowFarItsKeysWereUsed() {
        SrtpKeys keys = keys();
        Checkpoints checkpoints = underSrtp(keys);
        checkpoints.stands(Calling.NOW, new CallCheckpoint.Standing(Calling.PROMPT, null, null, false, null), true);
        for (CallCheckpoint.Media unknown : List.of(
                new CallCheckpoint.Media(List.of(), null), using(null, 0), using(keys(), 100), using(keys, -1))) {
            checkpoints.media(unknown);
            assertThat(said.of(Calling.FACTS.call())).isNull();
            assertThat(said.owed(Calling.FACTS.call())).isNotNull();
        }

        checkpoints.media(using(keys, 100));
        assertThat(said.of(Calling.FACTS.call())).isNotNull();

        checkpoints.agreed(new CallCheckpoint.Agreed(List.of(receiving(null)), List.of(receiving(keys())), 0));
        assertThat(said.of(Calling.FACTS.call())).as("with another key").isNull();
    }

    @Test
    void theMediaHearWhatIsFoundOfThemAlsoWhereNothingIs() throws Exception {
        SrtpKeys keys = keys();
        Checkpoints checkpoints = underSrtp(keys);
        answered(second, after);
        MediaEvents unheard = after.of(Calling.FACTS.call()).events();
        FakeMediaPlane.Session media = before.open(Calling.FACTS.call(), unheard);
        checkpoints.session(media);
        checkpoints.media(using(keys, 100));
        assertThat(media.checkpointed()).as("of a call that was not told").containsExactly(using(keys, 100));

        checkpoints.stands(Calling.NOW, new CallCheckpoint.Standing(Calling.PROMPT, null, null, false, null), true);
        checkpoints.media(using(keys, 200));
        assertThat(media.checkpointed()).hasSize(1);
        said.settle(Calling.FACTS.call());
        assertThat(media.checkpointed()).containsExactly(using(keys, 100), using(keys, 200));
    }

    private static RemoteMedia receiving(@Nullable SrtpKeys keys) {
        return new RemoteMedia(null, null, InetAddress.ofLiteral("192.0.2.20"), List.of(), List.of(), true, keys);
    }
}
