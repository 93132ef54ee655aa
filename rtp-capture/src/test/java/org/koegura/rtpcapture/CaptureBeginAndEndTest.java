package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.koegura.rtpcapture.CaptureTest.account;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;

/// When capture begins and ends, and what is withheld before and after.
class CaptureBeginAndEndTest {

    private final Random random = new Random(3);

    @Test
    void captureWaitsForTheAnswer() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            call.session.audio(0);
            call.inside.sendsTo(call.session.local(0, Leg.INSIDE));
            call.outside.sendsTo(call.session.local(0, Leg.OUTSIDE));
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
            call.captureExempted();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            call.session.answered();
            call.settle();
            call.outside.say(Packets.rtp(random, 0, 2, 320, 2));
            call.inside.awaitHeard(2);
            MediaReport report = call.hangUp();

            assertThat(account(report, Leg.OUTSIDE).recorded()).isEqualTo(1);
            assertThat(account(report, Leg.OUTSIDE).withheld()).containsEntry(Withheld.BEFORE_NOTICE, 1L);
        }
    }

    @Test
    void aBypassedCallCanStillBeExempted() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.bypass(Unrecorded.NOTICE_FAILED);
            call.settle();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            call.captureExempted();
            call.outside.say(Packets.rtp(random, 0, 2, 320, 2));
            call.inside.awaitHeard(2);
            StreamAccount account = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(account.recorded()).isEqualTo(1);
            assertThat(account.withheld()).containsEntry(Withheld.BYPASS, 1L);
        }
    }

    @ParameterizedTest
    @CsvSource({"NEVER_RECORD_LINE, BYPASS", "OBJECTION, OBJECTION", "FAX, FAX"})
    void captureThatIsStoppedKeepsWhatItHasAndSaysWhenItEnded(Unrecorded why, Withheld counted) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            call.session.bypass(why);
            call.settle();
            Instant stopped = Instant.now();
            call.outside.say(Packets.rtp(random, 0, 2, 320, 2));
            call.inside.awaitHeard(2);
            StreamAccount account = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(account.recorded()).isEqualTo(1);
            assertThat(account.lost()).isZero();
            assertThat(account.withheld()).containsExactly(entry(counted, 1L));
            assertThat(call.sink.kept()).hasSize(1);
            assertThat(call.sink.closed().endedAt()).isBeforeOrEqualTo(stopped);
        }
    }

    @Test
    void captureThatIsForbiddenBeforeTheAnswerNeverStarts() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            call.captureExempted();
            call.session.bypass(Unrecorded.NEVER_RECORD_LINE);
            call.settle();
            call.connected();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            StreamAccount account = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(account.recorded()).isZero();
            assertThat(account.withheld()).containsExactly(entry(Withheld.BYPASS, 1L));
        }
    }

    @Test
    void closingTheRoomSealsTheCallsThatAreUp() throws Exception {
        LoopbackCall call = new LoopbackCall().connected();
        try (call) {
            call.captureExempted();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
        }
        assertThat(call.sink.closed().end()).isEqualTo(EndReason.SHUTDOWN);
        assertThat(call.sink.kept()).hasSize(1);
        assertThat(call.told.events).containsExactly("closed");
    }
}
