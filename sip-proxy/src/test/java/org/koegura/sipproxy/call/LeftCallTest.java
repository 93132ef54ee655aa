package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.sipproxy.exemption.Incoming;

/// What a process says of its calls in case that it dies.
final class LeftCallTest extends TwoProcesses {

    @Test
    void aCallThatNobodyAnsweredOrThatIsOverSaysNothing() {
        CallRunner ringing =
                first.begin(new Incoming(Calling.FACTS, null, false, false, Calling.FACTS.inside(), null), () -> {});
        ringing.dialog(() -> DIALOG);
        ringing.pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "0")));
        media().events().moved(media().checkpoint());
        assertThat(said.of(Calling.FACTS.call())).isNull();
        ringing.rejected(486);
        await().until(() -> first.live() == 0);
        assertThat(said.of(Calling.FACTS.call())).isNull();
    }

    @Test
    void aCallWhoseAudioIsNotKnownYetIsNotTakenUpAndItsOutcomeIsOwed() {
        CallRunner call =
                first.begin(new Incoming(Calling.FACTS, null, false, false, Calling.FACTS.inside(), null), () -> {});
        call.dialog(() -> DIALOG);
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.answered(200, "a");

        assertThat(owed().standing().unrecorded()).isEqualTo(Unrecorded.NO_AUDIO);
        assertThat(said.of(Calling.FACTS.call())).isNull();
    }

    @Test
    void aCallForHelpThatPassesUntouchedIsNotTakenUpAndItsOutcomeIsOwed() {
        CallRunner call = first.begin(
                new Incoming(Calling.FACTS, Unrecorded.EMERGENCY, true, false, Calling.FACTS.inside(), null), () -> {});
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
}
