package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;

/// What the outside party hears before anybody answers (N3, trap 36): the notice, then ringback, in one stream that the
/// inside party joins.
class EarlyMediaTest {

    private static final int INSIDE_SSRC = 0x11223344;
    private static final int NOTICE = 25;

    private final Random random = new Random(5);

    /// Ports are there, the outside party's address is known, and the inside party is nowhere yet.
    private static void rings(LoopbackCall call) throws NoFreePort {
        call.session.audio(0);
        call.inside.sendsTo(call.session.local(0, Leg.INSIDE));
        call.outside.sendsTo(call.session.local(0, Leg.OUTSIDE));
        call.session.agree(0, Leg.INSIDE, call.inside.media(null, null, true));
        call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        call.session.playEarlyNotice(PROMPT);
    }

    private static NoticeProof heardEarly(LoopbackCall call) {
        call.told.awaitEvent("earlyNoticeHeard");
        return Objects.requireNonNull((NoticeProof) call.told.last.get("proof"));
    }

    private static List<Packets.Seen> heard(LoopbackCall call) {
        return call.outside.heard.stream().map(Packets.Seen::of).toList();
    }

    private void speaks(LoopbackCall call, int from, int packets) {
        for (int i = from; i < from + packets; i++) {
            call.inside.say(Packets.rtp(random, 0, 60_000 + i, 7_000_000 + 160 * i, INSIDE_SSRC));
        }
    }

    private static void isOneStream(List<Packets.Seen> seen) {
        assertThat(seen)
                .extracting(Packets.Seen::ssrc)
                .containsOnly(seen.getFirst().ssrc());
        for (int i = 1; i < seen.size(); i++) {
            assertThat((seen.get(i).sequence() - seen.get(i - 1).sequence()) & 0xFFFF)
                    .as("sequence at %s", i)
                    .isEqualTo(1);
            assertThat(seen.get(i).timestamp() - seen.get(i - 1).timestamp())
                    .as("ticks at %s", i)
                    .isGreaterThanOrEqualTo(160);
        }
    }

    @Test
    void theNoticeIsFollowedByRingbackUntilTheAnswerAndTheInsidePartyJoinsTheSameStream() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            rings(call);
            NoticeProof proof = heardEarly(call);
            call.outside.awaitHeard(NOTICE + 10);
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.session.answered();
            LoopbackCall.settle(call.room);
            int before = call.outside.heard.size();
            speaks(call, 0, 5);
            call.outside.awaitHeard(before + 5);

            List<Packets.Seen> seen = heard(call);
            assertThat(seen).hasSize(before + 5);
            isOneStream(seen);
            assertThat(Integer.toUnsignedLong(seen.getFirst().ssrc())).isEqualTo(proof.ssrc());
            assertThat(seen.subList(0, NOTICE))
                    .extracting(packet -> packet.payload().array())
                    .containsExactlyElementsOf(call.notice.frames());
            for (int i = NOTICE; i < before; i++) {
                assertThat(seen.get(i).payload().array())
                        .as("ringback at %s", i)
                        .isEqualTo(call.ringback.frames().get((i - NOTICE) % 4));
            }
            assertThat(seen.get(NOTICE).marker()).isTrue();
            assertThat(call.told.events).doesNotContain("noticeHeard");
        }
    }

    @Test
    void anAnswerWhileItPlaysLeavesItToItsEndAndTheInsidePartyIsHeardAfterIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            rings(call);
            call.outside.awaitHeard(5);
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.session.answered();
            call.session.acknowledged();
            speaks(call, 0, 3);
            NoticeProof proof = heardEarly(call);
            assertThat(proof.packets()).isEqualTo(NOTICE);
            speaks(call, 50, 5);
            call.outside.awaitHeard(NOTICE + 5);

            assertThat(call.outside.heard).hasSize(NOTICE + 5);
            isOneStream(heard(call));
        }
    }

    @Test
    void earlyMediaOfTheInsidePartyTakeThePlaceOfRingback() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            rings(call);
            heardEarly(call);
            call.outside.awaitHeard(NOTICE + 3);
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            LoopbackCall.settle(call.room);
            int before = call.outside.heard.size();
            speaks(call, 0, 5);
            call.outside.awaitHeard(before + 5);

            await().during(Duration.ofMillis(100))
                    .atMost(PATIENCE)
                    .until(() -> call.outside.heard.size() == before + 5);
            isOneStream(heard(call));
        }
    }

    @Test
    void aNoticeThatIsStoppedLeavesRingbackAndTheEndOfTheCallLeavesNothing() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            rings(call);
            call.outside.awaitHeard(5);
            call.session.stopNotice();
            LoopbackCall.settle(call.room);
            int before = call.outside.heard.size();
            call.outside.awaitHeard(before + 5);
            List<Packets.Seen> seen = heard(call);
            isOneStream(seen);
            assertThat(seen.getLast().payload().array()).isIn(call.ringback.frames());
            assertThat(call.told.events).doesNotContain("earlyNoticeHeard", "earlyNoticeFailed");

            double used = call.room.plane().freePorts();
            call.session.close(EndReason.REJECTED);
            call.told.awaitClosed();
            int after = call.outside.heard.size();
            await().during(Duration.ofMillis(100)).atMost(PATIENCE).until(() -> call.outside.heard.size() <= after + 1);
            assertThat(call.room.plane().freePorts()).as("ports are free again").isGreaterThan((int) used);
        }
    }

    @Test
    void anotherNoticeOnTheAnswerBeginsAnew() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            rings(call);
            heardEarly(call);
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.session.answered();
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            NoticeProof proof = call.told.awaitHeard();

            assertThat(proof.packets()).isEqualTo(NOTICE);
            assertThat(call.outside.heard.size()).isGreaterThanOrEqualTo(2 * NOTICE);
            isOneStream(heard(call));
        }
    }
}
