package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.RecordingSink.Span;

/// Parties who spoke plain turn to SRTP between them (trap 28): it passes as it comes, and none of it is
/// kept.
class SealedInMidCallTest {

    private final Random random = new Random(28);
    private int said;

    @Test
    void whatThePartiesSealPassesToTheBitAndIsADeclaredSpanOfTheRecording() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 5);
            call.session.encrypted();
            call.settle();
            bothSay(call, 7);
            call.session.audio(0);
            call.settle();
            bothSay(call, 3);
            MediaReport report = call.hangUp();

            assertThat(call.sink.kept()).hasSize(16);
            assertThat(call.inside.heard).hasSize(15);
            assertThat(call.outside.heard).hasSize(15);
            assertThat(report.accounts()).extracting(StreamAccount::lost).containsOnly(0L);
            isEncrypted(call);
        }
    }

    /// After a notice everything of the inside party is renumbered; a sealed packet that was would be a
    /// forged one.
    @Test
    void afterANoticeWhatIsSealedKeepsItsNumbers() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            bothSay(call, 2);
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            call.captureAnnounced(call.told.awaitHeard());
            bothSay(call, 2);
            call.session.encrypted();
            call.settle();
            byte[] sealed = Packets.rtp(random, 0, said, 160 * said, 2);
            int before = call.outside.heard.size();
            call.inside.say(sealed);
            call.outside.awaitHeard(before + 1);
            call.hangUp();

            assertThat(call.outside.heard.getLast()).isEqualTo(sealed);
            assertThat(call.sink.kept()).hasSize(4);
            isEncrypted(call);
        }
    }

    @Test
    void whatComesBetweenAnOfferOfSrtpAndItsAnswerIsRelayedAndNotKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 4);
            call.session.mayBeEncrypted();
            call.settle();
            bothSay(call, 6);
            call.session.audio(0); // it was refused
            call.settle();
            bothSay(call, 4);
            MediaReport report = call.hangUp();

            assertThat(call.inside.heard).hasSize(14);
            assertThat(call.outside.heard).hasSize(14);
            assertThat(call.sink.kept()).hasSize(16);
            for (StreamAccount account : report.accounts()) {
                assertThat(account.recorded()).isEqualTo(8);
                assertThat(account.withheld()).containsEntry(Withheld.NOT_AUDIO, 6L);
            }
            isEncrypted(call);
        }
    }

    private static void isEncrypted(LoopbackCall call) {
        List<Span> spans = call.sink.closed().spans();
        assertThat(spans).singleElement().satisfies(span -> {
            assertThat(span.reason()).isEqualTo(Span.Reason.ENCRYPTED);
            assertThat(span.from()).isBefore(span.to());
        });
    }

    private void bothSay(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            int inside = call.inside.heard.size();
            int outside = call.outside.heard.size();
            call.inside.say(Packets.rtp(random, 0, said, 160 * said, 2));
            call.outside.say(Packets.rtp(random, 8, said, 160 * said, 1));
            said++;
            call.inside.awaitHeard(inside + 1);
            call.outside.awaitHeard(outside + 1);
        }
    }
}
