package org.koegura.rtpcapture.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PCMU;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Prompt;
import org.koegura.rtpcapture.LoopbackCall;
import org.koegura.rtpcapture.Packets;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// What counts as notified, in virtual time: a notice of 100 packets of 20 ms, 15 of them silence.
class NoticePlayerTest {

    private static final int PACKETS = 100;
    private static final int LEAD_IN = 15;

    private final OutboundStream stream = new OutboundStream(new Random(2));
    private final Party party = new Party();
    private final NoticePlayer player = new NoticePlayer(party, stream);
    private long now = millis(10_000);

    @Test
    void nothingIsPlayedBeforeTheAnswer() {
        player.ask(PROMPT);
        player.cue();
        runFor(5000);

        assertThat(party.sentAt).isEmpty();
    }

    @Test
    void oneThatIsAskedForBeforeTheAnswerPlaysAtOnceAndGoesOnWhenThatComes() {
        long asked = now;
        player.askEarly(PROMPT);
        runFor(1000);
        player.answered(now);
        runFor(5000);

        assertThat(party.sentAt.getFirst()).isEqualTo(asked);
        assertThat(party.sentAt).hasSize(PACKETS);
        assertThat(party.told).containsExactly("started", "heard");
        assertThat(player.isEarly()).isTrue();
        assertThat(span(party.heard())).isEqualTo(PACKETS);
    }

    @Test
    void theProofNamesTheFileWhoseBytesWereSentWithAllReportsToo() {
        NoticeFrames made = LoopbackCall.frames(PCMU, PACKETS);
        String hash = "cd".repeat(32);
        party.frames = new NoticeFrames(made.prompt(), made.format(), made.frames(), made.leadInFrames(), hash);
        answer();
        runFor(5000);

        assertThat(party.heard().encodedSha256()).isEqualTo(hash);
        assertThat(Objects.requireNonNull(player.proof()).encodedSha256()).isEqualTo(hash);
    }

    @Test
    void afterOneBeforeTheAnswerAnotherWaitsForTheAnswerAndItsCue() {
        player.askEarly(PROMPT);
        runFor(5000);
        player.ask(PROMPT);
        runFor(5000);
        assertThat(party.sentAt).hasSize(PACKETS);
        player.answered(now);
        runFor(990);
        assertThat(party.sentAt).hasSize(PACKETS);
        runFor(5000);
        assertThat(party.sentAt).hasSize(2 * PACKETS);
        assertThat(player.isEarly()).isFalse();
    }

    @Test
    void oneBeforeTheAnswerIsRepeatedOnceAndThenFails() {
        player.askEarly(PROMPT);
        runFor(500);
        player.unreachable(now);
        runFor(800);
        player.unreachable(now);
        runFor(5000);

        assertThat(party.told).containsExactly("started", "failed UNREACHABLE");
    }

    @Test
    void withoutACueItStartsOneSecondAfterTheAnswerAndPlaysInFull() {
        long answered = answer();
        runFor(5000);

        assertThat(party.sentAt.getFirst()).isEqualTo(answered + millis(1000));
        assertThat(party.sentAt).hasSize(PACKETS);
        assertThat(party.told).containsExactly("started", "heard");
        assertThat(party.heard().packets()).isEqualTo(PACKETS);
        assertThat(party.heard().attempt()).isEqualTo(1);
        assertThat(span(party.heard())).isEqualTo(PACKETS);
    }

    @Test
    void theAcknowledgementStartsItAtOnce() {
        answer();
        runFor(200);
        long cued = now;
        player.cue();
        runFor(10);

        assertThat(party.sentAt).containsExactly(cued);
    }

    @Test
    void aHoldBeforeTheStartCostsNoAttempt() {
        party.receives = false;
        answer();
        runFor(30_000);
        assertThat(party.told).isEmpty();
        party.receives = true;
        runFor(5000);

        assertThat(party.heard().attempt()).isEqualTo(1);
    }

    @Test
    void aHoldMidNoticeRestartsItFromItsBeginning() {
        answer();
        runFor(2000);
        int before = party.sentAt.size();
        assertThat(before).isBetween(40, 60);
        holdAndResume();
        runFor(5000);

        assertThat(party.sentAt).hasSize(before + PACKETS);
        assertThat(party.heard().attempt()).isEqualTo(2);
        assertThat(span(party.heard())).isEqualTo(PACKETS);
    }

    @Test
    void aSecondHoldMidNoticeFailsIt() {
        answer();
        runFor(2000);
        holdAndResume();
        runFor(1000);
        holdAndResume();
        runFor(5000);

        assertThat(party.told).containsExactly("started", "failed ON_HOLD");
        assertThat(player.proof()).isNull();
    }

    @Test
    void aHoldBetweenTheLastPacketAndTheVerdictRestartsItToo() {
        answer();
        runFor(1000 + 20 * (PACKETS - 1) + 5);
        assertThat(party.sentAt).hasSize(PACKETS);
        assertThat(party.told).containsExactly("started");
        holdAndResume();
        runFor(5000);

        assertThat(party.heard().attempt()).isEqualTo(2);
    }

    @Test
    void anErrorOfThePortRepeatsItOnceAndThenFailsIt() {
        answer();
        runFor(1500);
        player.unreachable(now);
        runFor(800);
        player.unreachable(now);
        runFor(5000);

        assertThat(party.told).containsExactly("started", "failed UNREACHABLE");
    }

    @Test
    void aSocketThatRefusesAPacketIsAnAttemptLost() {
        answer();
        runFor(1500);
        party.takes = false;
        runFor(100);
        party.takes = true;
        runFor(5000);

        assertThat(party.heard().attempt()).isEqualTo(2);
    }

    @Test
    void fivePercentLossIsHeard() {
        answer();
        runFor(1000 + 20 * (PACKETS - 1) + 5);
        report(5, 5 * 256 / 100);
        runFor(1000);

        assertThat(party.heard().receiverReports()).hasSize(1);
        assertThat(party.heard().attempt()).isEqualTo(1);
    }

    @Test
    void moreThanFivePercentLossRepeatsItOnceAndThenFailsIt() {
        answer();
        runFor(1000 + 20 * (PACKETS - 1) + 5);
        report(6, 15);
        runFor(400);
        assertThat(party.told).containsExactly("started");
        runFor(110 + 20 * (PACKETS - 1));
        report(12, 15);
        runFor(1000);

        assertThat(party.told).containsExactly("started", "failed LOSS");
    }

    @Test
    void aReceiverThatCountsAnewHidesNoLoss() {
        answer();
        runFor(1200);
        report(500, 0);
        player.stop();
        player.ask(PROMPT);
        runFor(20 * PACKETS);
        assertThat(party.told).doesNotContain("heard");
        report(10, 26);
        runFor(500);

        assertThat(party.told).doesNotContain("heard");
    }

    @Test
    void aReportOfAnotherSourceSaysNothing() {
        answer();
        runFor(1000 + 20 * (PACKETS - 1) + 5);
        player.reported(new ReceiverReport(Instant.EPOCH, 255, 90, (stream.firstSequence() - 5) & 0xFFFF, 0), now);
        runFor(500);

        assertThat(party.heard().receiverReports()).isEmpty();
    }

    @Test
    void aReportAfterTheVerdictIsAddedToTheProof() {
        answer();
        runFor(5000);
        report(1, 2);

        assertThat(party.heard().receiverReports()).isEmpty();
        assertThat(player.proof())
                .isNotNull()
                .satisfies(proof -> assertThat(proof.receiverReports()).hasSize(1));
    }

    @Test
    void theFirstReportAtOrAfterTheLastPacketEndsTheProofWheneverItComes() {
        answer();
        runFor(1000 + 20 * PACKETS);
        int last = party.heard().lastSequence();
        runFor(60_000);
        player.reported(new ReceiverReport(Instant.EPOCH, 1, 2, last - 1, 0), now);
        runFor(60_000);
        player.reported(new ReceiverReport(Instant.EPOCH, 3, 4, last, 0), now);
        runFor(5_000);
        player.reported(new ReceiverReport(Instant.EPOCH, 5, 6, last + 250, 0), now);

        assertThat(player.proof())
                .isNotNull()
                .satisfies(proof -> assertThat(proof.receiverReports())
                        .extracting(ReceiverReport::fractionLost)
                        .as("as received; the third tells of what came after")
                        .containsExactly(1, 3));
    }

    /// Of whoever reports ten times a second.
    @Test
    void howeverManyReportsCameTheOneThatEndsTheProofIsInIt() {
        answer();
        runFor(1000 + 20 * PACKETS);
        int last = party.heard().lastSequence();
        for (int i = 0; i < 100; i++) {
            player.reported(new ReceiverReport(Instant.EPOCH, 1, 0, last - 1, 0), now);
        }
        player.reported(new ReceiverReport(Instant.EPOCH, 3, 0, last, 0), now);

        assertThat(player.proof())
                .isNotNull()
                .satisfies(proof -> assertThat(proof.receiverReports())
                        .hasSize(64)
                        .last()
                        .extracting(ReceiverReport::fractionLost)
                        .isEqualTo(3));
    }

    @Test
    void aPartyFoundElsewhereDuringTheLeadInHearsItAllInOneAttempt() {
        answer();
        runFor(1100);
        assertThat(party.sentAt).hasSizeBetween(1, LEAD_IN);
        party.at = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 9);
        runFor(5000);

        assertThat(party.heard().attempt()).isEqualTo(1);
        assertThat(party.heard().packets()).isEqualTo(PACKETS);
        assertThat(party.sentTo.subList(party.sentTo.size() - PACKETS, party.sentTo.size()))
                .containsOnly(party.at);
    }

    @Test
    void aPartyThatMovesDuringTheWordsHearsThemAgain() {
        answer();
        runFor(2000);
        party.at = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 9);
        runFor(5000);

        assertThat(party.heard().attempt()).isEqualTo(2);
    }

    @Test
    void itWaitsForATelephoneEvent() {
        answer();
        runFor(990);
        player.event(now);
        long event = now;
        runFor(5000);

        assertThat(party.sentAt.getFirst()).isEqualTo(event + NoticePlayer.EVENT_NANOS);
        assertThat(party.heard().attempt()).isEqualTo(1);
    }

    @Test
    void aTelephoneEventIsNeverPlayedOverAndTheNoticeStartsAgainAfterIt() {
        answer();
        runFor(2000);
        int before = party.sentAt.size();
        for (int i = 0; i < 10; i++) {
            player.event(now);
            assertThat(player.speaks()).isFalse();
            runFor(50);
        }
        assertThat(party.sentAt).hasSize(before);
        runFor(5000);

        assertThat(party.sentAt).hasSize(before + PACKETS);
        assertThat(party.heard().attempt()).isEqualTo(1);
        assertThat(span(party.heard())).isEqualTo(PACKETS);
    }

    @Test
    void aStoppedNoticeSendsNothingMoreAndTellsNothing() {
        answer();
        runFor(1500);
        int before = party.sentAt.size();
        player.stop();
        runFor(5000);

        assertThat(party.sentAt).hasSize(before);
        assertThat(party.told).containsExactly("started");
        assertThat(player.speaks()).isFalse();
    }

    @Test
    void aPromptWithoutFramesFails() {
        party.frames = null;
        answer();
        runFor(2000);

        assertThat(party.told).containsExactly("failed NO_FRAMES");
    }

    @Test
    void aDefectInPlayingFailsTheNotice() {
        answer();
        runFor(1500);
        party.breaks = true;
        runFor(1000);

        assertThat(party.told).containsExactly("started", "broken", "failed PLAYER");
        assertThat(player.speaks()).isFalse();
    }

    @Property(tries = 200)
    void twoPacketsAreNeverNearerThanHalfAPacketTimeHoweverLateTheyAre(
            @ForAll @Size(max = 100) List<@IntRange(max = 100) Integer> lateMillis) {
        NoticePacer pacer = new NoticePacer(millis(20), 0);
        long last = Long.MIN_VALUE / 2;
        int sent = 0;
        for (int late : lateMillis) {
            long at = pacer.dueNanos() + millis(late % 7 == 0 ? late : 0);
            assertThat(at - last).isGreaterThanOrEqualTo(millis(10));
            pacer.sent(at);
            last = at;
            sent++;
            assertThat(last).as("never ahead of the rate").isGreaterThanOrEqualTo(millis(20L * (sent - 1)));
        }
    }

    private long answer() {
        player.ask(PROMPT);
        player.answered(now);
        return now;
    }

    private void holdAndResume() {
        party.receives = false;
        player.advance(now);
        runFor(300);
        party.receives = true;
    }

    private void report(int cumulativeLost, int fractionLost) {
        player.reported(
                new ReceiverReport(Instant.EPOCH, fractionLost, cumulativeLost, stream.sequence() & 0xFFFFFFFFL, 0),
                now);
    }

    private void runFor(long runMillis) {
        long until = now + millis(runMillis);
        for (long due = player.advance(now); due <= until; due = player.advance(now)) {
            now = Math.max(now, due);
        }
        now = until;
    }

    private static int span(NoticeProof proof) {
        return ((proof.lastSequence() - proof.firstSequence()) & 0xFFFF) + 1;
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /// The outside party, and the call around the player.
    private final class Party implements NoticePlayer.Stage {
        @Nullable
        NoticeFrames frames = LoopbackCall.frames(PCMU, PACKETS);

        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);
        boolean receives = true;
        boolean takes = true;
        boolean breaks;
        final List<Long> sentAt = new ArrayList<>();
        final List<InetSocketAddress> sentTo = new ArrayList<>();
        final List<String> told = new ArrayList<>();
        private @Nullable NoticeProof proof;

        NoticeProof heard() {
            NoticeProof known = proof;
            if (known == null) {
                throw new AssertionError("the notice was not heard: " + told);
            }
            return known;
        }

        @Override
        public Optional<NoticeFrames> frames(Prompt prompt) {
            return Optional.ofNullable(frames);
        }

        @Override
        public boolean outsideReceives() {
            return receives;
        }

        @Override
        public InetSocketAddress destination() {
            return at;
        }

        @Override
        public boolean send(AudioFormat format, byte[] frame, boolean first, long nowNanos) {
            if (breaks) {
                throw new IllegalStateException("on purpose");
            }
            ByteBuf packet = Packets.buffer(new byte[0]);
            stream.writeNotice(packet, format, frame, first, nowNanos);
            packet.release();
            if (takes) {
                sentAt.add(nowNanos);
                sentTo.add(at);
            }
            return takes;
        }

        @Override
        public Instant instant(long nowNanos) {
            return ArrivalClock.instantOf(nowNanos);
        }

        @Override
        public void started() {
            told.add("started");
        }

        @Override
        public void heard(NoticeProof heard) {
            proof = heard;
            told.add("heard");
        }

        @Override
        public void failed(NoticeFailure failure) {
            told.add("failed " + failure);
        }

        @Override
        public void broken(RuntimeException cause) {
            told.add("broken");
        }
    }
}
