package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.socket.MediaTransport;

/// What the outside party receives, and what is captured, while a notice is played on real sockets.
class NoticeInTheStreamTest {

    private static final int INSIDE_SSRC = 0x11223344;

    private final Random random = new Random(5);
    private final ScheduledExecutorService talk = Executors.newScheduledThreadPool(1);
    private final AtomicInteger spoken = new AtomicInteger();

    @AfterEach
    void silence() {
        talk.shutdownNow();
    }

    @Test
    void theOutsidePartyHearsOneUnbrokenStream() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            bothSpeak(call);
            call.outside.awaitHeard(10);
            call.session.playNotice(PROMPT);
            NoticeProof proof = call.told.awaitHeard();
            call.outside.awaitHeard(call.outside.heard.size() + 10);
            talk.shutdownNow();

            List<Packets.Seen> seen = heardOutside(call);
            assertThat(seen).extracting(Packets.Seen::ssrc).containsOnly(INSIDE_SSRC);
            for (int i = 1; i < seen.size(); i++) {
                assertThat((seen.get(i).sequence() - seen.get(i - 1).sequence()) & 0xFFFF)
                        .as("sequence at %s", i)
                        .isEqualTo(1);
                int ticks = seen.get(i).timestamp() - seen.get(i - 1).timestamp();
                if (inNotice(proof, seen.get(i)) && inNotice(proof, seen.get(i - 1))) {
                    assertThat(ticks).as("ticks within the notice, at %s", i).isEqualTo(160);
                } else {
                    assertThat(ticks).as("ticks at %s", i).isBetween(160, 1600);
                }
            }
            assertThat(seen).filteredOn(Packets.Seen::marker).hasSize(1);
            List<Packets.Seen> notice =
                    seen.stream().filter(packet -> inNotice(proof, packet)).toList();
            assertThat(notice.getFirst().marker()).isTrue();
            assertThat(notice)
                    .extracting(packet -> packet.payload().array())
                    .containsExactlyElementsOf(call.notice.frames());
            assertThat(proof.packets()).isEqualTo(25);
            assertThat(proof.ssrc()).isEqualTo(INSIDE_SSRC);
            assertThat(proof.attempt()).isEqualTo(1);
            assertThat(Duration.between(proof.startedAt(), proof.endedAt()))
                    .isBetween(Duration.ofMillis(475), Duration.ofMillis(900));
        }
    }

    @Test
    void withoutAnInsideStreamTheNoticeMakesOneAndTheInsidePartyJoinsIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            NoticeProof proof = call.told.awaitHeard();
            for (int i = 0; i < 5; i++) {
                call.inside.say(Packets.rtp(random, 8, 60_000 + i, 7_000_000 + 160 * i, INSIDE_SSRC));
            }
            call.outside.awaitHeard(30);

            List<Packets.Seen> seen = heardOutside(call);
            assertThat(seen)
                    .extracting(packet -> Integer.toUnsignedLong(packet.ssrc()))
                    .containsOnly(proof.ssrc());
            for (int i = 1; i < 30; i++) {
                assertThat((seen.get(i).sequence() - seen.get(i - 1).sequence()) & 0xFFFF)
                        .isEqualTo(1);
                assertThat(seen.get(i).timestamp() - seen.get(i - 1).timestamp())
                        .isGreaterThanOrEqualTo(160);
            }
            assertThat(seen).filteredOn(Packets.Seen::marker).hasSize(1);
            assertThat(call.outside.reports).as("a sender report of our own").isNotEmpty();
        }
    }

    @Test
    void nothingIsCapturedThatArrivedBeforeTheNoticeEnded() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            bothSpeak(call);
            call.outside.awaitHeard(5);
            call.session.playNotice(PROMPT);
            NoticeProof proof = call.told.awaitHeard();
            call.captureAnnounced(proof);
            int before = call.inside.heard.size();
            call.inside.awaitHeard(before + 20);
            talk.shutdownNow();
            MediaReport report = call.hangUp();

            long endedNanos = ArrivalClock.epochNanos(proof.endedAt());
            assertThat(call.sink.kept()).isNotEmpty();
            assertThat(call.sink.kept()).allMatch(packet -> packet.arrivalEpochNanos() > endedNanos);
            assertThat(call.sink.opened().captureStartedAt()).isAfter(proof.endedAt());
            assertThat(report.seal()).isNotNull();
            for (StreamAccount account : report.accounts()) {
                assertThat(account.withheld()).containsKeys(Withheld.BEFORE_NOTICE, Withheld.NOTICE);
                assertThat(account.recorded())
                        .isEqualTo(call.sink.kept(account.leg()).size());
                assertThat(account.lost()).isZero();
            }
        }
    }

    @Test
    void theFirstPacketOfTheOutsidePartyIsACue() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.playNotice(PROMPT);
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));

            call.told.awaitEvent("noticeStarted");
        }
    }

    @Test
    void aStoppedNoticeSaysNoMore() throws Exception {
        try (LoopbackCall call =
                new LoopbackCall(LoopbackCall.settings(1 << 20), MediaTransport.best(), 400).connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.outside.awaitHeard(10);
            call.session.stopNotice();
            call.settle();
            int heard = call.outside.heard.size();

            await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> call.outside.heard.size() <= heard + 1);
            call.inside.say(Packets.rtp(random, 8, 1, 160, INSIDE_SSRC));
            await().atMost(PATIENCE).until(() -> call.outside.heard.size() > heard);
            assertThat(call.told.events).containsExactly("noticeStarted");
        }
    }

    @Test
    void aHoldMeansOneRepeatAfterIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.outside.awaitHeard(5);
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(false));
            call.settle();
            int heard = call.outside.heard.size();
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));

            NoticeProof proof = call.told.awaitHeard();
            assertThat(proof.attempt()).isEqualTo(2);
            assertThat(proof.packets()).isEqualTo(25);
            call.outside.awaitHeard(heard + 25);
        }
    }

    @Test
    void aPortThatStaysClosedFailsTheNoticeAtItsRepeat() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            call.outside.rtp.close();
            call.session.playNotice(PROMPT);

            call.told.awaitEvent("noticeFailed");
            assertThat(call.told.last).containsEntry("failure", NoticeFailure.UNREACHABLE);
            call.inside.say(Packets.rtp(random, 8, 1, 160, INSIDE_SSRC));
            call.settle();
            MediaReport report = call.hangUp();
            assertThat(report.seal()).isNull();
            assertThat(report.accounts().getFirst().recorded()).isZero();
        }
    }

    @Test
    void reportsThatComeLaterStandInTheBasisAtTheEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.session.playNotice(PROMPT);
            NoticeProof proof = call.told.awaitHeard();
            call.captureAnnounced(proof);
            call.outside.report(receiverReport((int) proof.ssrc(), proof.lastSequence()));
            await().atMost(PATIENCE).until(() -> !call.inside.reports.isEmpty());
            call.hangUp();

            assertThat(proof.receiverReports()).isEmpty();
            assertThat(call.sink.closed().basis())
                    .isInstanceOfSatisfying(
                            org.koegura.callmodel.CaptureBasis.Announced.class,
                            announced -> assertThat(announced.proof().receiverReports())
                                    .singleElement()
                                    .satisfies(report ->
                                            assertThat(report.highestSequence()).isEqualTo(proof.lastSequence())));
        }
    }

    private static byte[] receiverReport(int ssrc, int highest) {
        return java.nio.ByteBuffer.allocate(32)
                .put((byte) 0x81)
                .put((byte) 201)
                .putShort((short) 7)
                .putInt(2)
                .putInt(ssrc)
                .putInt(0)
                .putInt(highest)
                .putInt(3)
                .putLong(0)
                .array();
    }

    private void bothSpeak(LoopbackCall call) {
        var _ = talk.scheduleAtFixedRate(
                () -> {
                    int i = spoken.getAndIncrement();
                    call.inside.say(Packets.rtp(random, 8, 65_530 + i, 160 * i, INSIDE_SSRC));
                    call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
                },
                0,
                20,
                TimeUnit.MILLISECONDS);
    }

    private static List<Packets.Seen> heardOutside(LoopbackCall call) {
        return call.outside.heard.stream().map(Packets.Seen::of).toList();
    }

    private static boolean inNotice(NoticeProof proof, Packets.Seen packet) {
        return ((packet.sequence() - proof.firstSequence()) & 0xFFFF) < proof.packets();
    }
}
