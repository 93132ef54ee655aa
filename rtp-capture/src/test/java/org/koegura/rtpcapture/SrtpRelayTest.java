package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.SrtpKeys;

/// SRTP on one leg or on both, over real sockets (trap 28).
class SrtpRelayTest {

    private static final CryptoSuite SUITE = CryptoSuite.AES_CM_128_HMAC_SHA1_80;
    private static final byte[] RECEIVER_REPORT = HexFormat.of().parseHex("80c9000111223344");
    private static final int PACKETS = 100;

    private final Random random = new Random(17);

    @ParameterizedTest
    @EnumSource
    void aPlainPartyInsideAndOneWithSrtpOutsideHearEachOtherToTheBit(CryptoSuite suite) throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, suite, 1);
            call.connected();
            List<byte[]> toOutside = new ArrayList<>();
            List<byte[]> toInside = new ArrayList<>();
            for (int i = 0; i < PACKETS; i++) {
                toOutside.add(call.inside.say(packet(0xFFF0 + i, 1)));
                toInside.add(packet(i, 2));
                outside.say(toInside.get(i));
                call.outside.awaitHeard(i + 1);
                call.inside.awaitHeard(i + 1);
            }

            assertThat(call.inside.heard).containsExactlyElementsOf(toInside);
            assertThat(outside.heard()).containsExactlyElementsOf(toOutside);
        }
    }

    @Test
    void onTwoLegsOfSrtpEachHearsOnlyWhatAKeyOfOursProtected() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty inside = new SrtpParty(call.inside, CryptoSuite.AEAD_AES_256_GCM, 1);
            SrtpParty outside = new SrtpParty(call.outside, CryptoSuite.AES_CM_128_HMAC_SHA1_32, 2);
            call.connected();
            List<byte[]> plain = new ArrayList<>();
            for (int i = 0; i < PACKETS; i++) {
                plain.add(packet(i, 1));
                byte[] sent = inside.say(plain.get(i));
                call.outside.awaitHeard(i + 1);
                assertThat(call.outside.heard.get(i)).hasSize(172 + 4).isNotEqualTo(sent);
            }
            assertThat(outside.heard()).containsExactlyElementsOf(plain);
            outside.say(plain.getFirst());
            call.inside.awaitHeard(1);
            assertThat(inside.heard()).containsExactly(plain.getFirst());
        }
    }

    @Test
    void reportsAreOpenedAndProtectedToo() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty inside = new SrtpParty(call.inside, CryptoSuite.AEAD_AES_128_GCM, 1);
            call.connected();
            inside.report(RECEIVER_REPORT);
            await().atMost(PATIENCE).until(() -> call.outside.reports.size() == 1);
            call.outside.report(RECEIVER_REPORT);
            await().atMost(PATIENCE).until(() -> call.inside.reports.size() == 1);

            assertThat(call.outside.reports).containsExactly(RECEIVER_REPORT);
            assertThat(call.inside.reports.getFirst()).isNotEqualTo(RECEIVER_REPORT);
            assertThat(inside.reports()).containsExactly(RECEIVER_REPORT);
        }
    }

    @Test
    void whatIsNotAuthenticIsDiscardedAndCountedAndMovesNoLatch() throws Exception {
        try (LoopbackCall call = new LoopbackCall();
                DatagramSocket neighbour = LoopbackCall.Telephone.socket()) {
            SrtpParty outside = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.captureExempted();
            InetSocketAddress port = call.session.local(0, Leg.OUTSIDE).rtp();
            byte[] foreign = new SrtpParty(new LoopbackCall.Telephone(), SUITE, 9).protect(packet(1, 2));
            // From the signalling address, whose other ports are being learnt: only the tag tells.
            LoopbackCall.Telephone.send(neighbour, packet(1, 2), port);
            LoopbackCall.Telephone.send(neighbour, foreign, port);
            LoopbackCall.Telephone.send(neighbour, new byte[40], port);
            LoopbackCall.Telephone.send(neighbour, RECEIVER_REPORT, port);
            awaitDiscarded(call, "unauthentic", "outside", 4);

            outside.say(packet(1, 2));
            call.inside.awaitHeard(1);
            call.inside.say(packet(1, 1));
            call.outside.awaitHeard(1);

            assertThat(call.inside.heard).hasSize(1);
            assertThat(outside.heard()).hasSize(1);
            MediaReport report = call.hangUp();
            assertThat(report.accounts()).allMatch(account -> account.received() == 1);
            assertThat(call.sink.kept(Leg.OUTSIDE)).hasSize(1);
        }
    }

    @Test
    void aPacketThatComesTwiceIsHeardAndKeptOnceAndOneThatAPlainPartySendsTwiceIsSentOnce() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.captureExempted();
            byte[] sent = outside.say(packet(1, 2));
            call.outside.say(sent);
            awaitDiscarded(call, "repeated", "outside", 1);
            byte[] plain = call.inside.say(packet(1, 1));
            call.inside.say(plain);
            awaitDiscarded(call, "repeated", "outside", 2);

            assertThat(call.inside.heard).hasSize(1);
            assertThat(outside.heard()).containsExactly(plain);
            call.hangUp();
            assertThat(call.sink.kept(Leg.OUTSIDE)).hasSize(1);
            assertThat(call.sink.kept(Leg.INSIDE))
                    .as("received twice, and plain")
                    .hasSize(2);
        }
    }

    @Test
    void whatIsKeptIsTheDecryptedPacketAndTheRecordingSaysThatItCameEncrypted() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.captureExempted();
            byte[] fromOutside = packet(1, 2);
            outside.say(fromOutside);
            byte[] fromInside = call.inside.say(packet(1, 1));
            call.inside.awaitHeard(1);
            call.outside.awaitHeard(1);
            call.hangUp();

            assertThat(call.sink.kept(Leg.OUTSIDE))
                    .extracting(MemorySink.Kept::datagram)
                    .containsExactly(ByteBuffer.wrap(fromOutside));
            assertThat(call.sink.kept(Leg.INSIDE))
                    .extracting(MemorySink.Kept::datagram)
                    .containsExactly(ByteBuffer.wrap(fromInside));
            assertThat(call.sink.opened().formats())
                    .contains(
                            new LegFormat(Leg.OUTSIDE, LoopbackCall.PCMU, SUITE),
                            new LegFormat(Leg.INSIDE, LoopbackCall.PCMU));
        }
    }

    @Test
    void theNoticeIsProtectedAsEverythingElseOfTheStream() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            for (int i = 0; i < 10; i++) {
                call.inside.say(packet(i, 1));
            }
            call.outside.awaitHeard(10);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            NoticeProof proof = call.told.awaitHeard();
            call.outside.awaitHeard(10 + proof.packets());
            call.inside.say(packet(50, 1));
            call.outside.awaitHeard(11 + proof.packets());

            List<Packets.Seen> seen =
                    outside.heard().stream().map(Packets.Seen::of).toList();
            assertThat(seen).extracting(Packets.Seen::ssrc).containsOnly(1);
            for (int i = 1; i < seen.size(); i++) {
                assertThat(seen.get(i).sequence() - seen.get(i - 1).sequence()).isEqualTo(1);
            }
            assertThat(seen.subList(10, 10 + proof.packets()))
                    .extracting(packet -> packet.payload().array())
                    .containsExactlyElementsOf(call.notice.frames());
        }
    }

    @Test
    void newKeysOfAReInviteHoldFromThenOnAndWhatWasUnderWayIsStillHeard() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty before = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            before.say(packet(1, 2));
            call.inside.say(packet(1, 1));
            call.inside.awaitHeard(1);
            call.outside.awaitHeard(1);
            assertThat(before.heard()).hasSize(1);
            byte[] underWay = before.protect(packet(2, 2));

            SrtpParty after = new SrtpParty(call.outside, CryptoSuite.AEAD_AES_128_GCM, 2);
            agree(call, after.keys);
            after.say(packet(3, 2));
            call.outside.say(underWay);
            call.inside.awaitHeard(3);
            call.outside.heard.clear();
            call.inside.say(packet(2, 1));
            call.outside.awaitHeard(1);

            assertThat(after.heard()).hasSize(1);
        }
    }

    @Test
    void aReInviteWithTheSameKeysDoesNotBeginTheirIndicesAnew() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.inside.say(packet(1, 1));
            call.outside.awaitHeard(1);
            SrtpKeys otherOfTheirs = new SrtpKeys(outside.keys.ours(), SrtpParty.key(SUITE, 77));

            for (SrtpKeys again : List.of(outside.keys, otherOfTheirs)) {
                agree(call, again);
                call.inside.say(packet(1, 1));
            }
            awaitDiscarded(call, "repeated", "outside", 2);
            call.inside.say(packet(2, 1));
            call.outside.awaitHeard(2);

            assertThat(outside.heard()).hasSize(2);
        }
    }

    @Test
    void keysThatARefusedReInviteBringsBackGoOnWhereTheyWere() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty first = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.inside.say(packet(1, 1));
            call.outside.awaitHeard(1);
            assertThat(first.heard()).hasSize(1);

            agree(call, new SrtpParty(call.outside, SUITE, 2).keys);
            agree(call, null);
            agree(call, first.keys);
            call.inside.say(packet(1, 1));
            awaitDiscarded(call, "repeated", "outside", 1);
            call.inside.say(packet(2, 1));
            call.outside.awaitHeard(2);
            first.say(packet(1, 2));
            call.inside.awaitHeard(1);

            assertThat(first.heard()).hasSize(1);
        }
    }

    /// It was taken while the refused key held, as one that was under way.
    @Test
    void whatWasTakenUnderAKeyIsNotTakenAgainWhenARefusedReInviteBringsItBack() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty first = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            first.say(packet(10, 2));
            call.inside.awaitHeard(1);
            byte[] overtaken = first.protect(packet(11, 2));
            byte[] underWay = first.protect(packet(12, 2));

            agree(call, new SrtpParty(call.outside, SUITE, 2).keys);
            call.outside.say(underWay);
            call.inside.awaitHeard(2);
            agree(call, first.keys);
            call.outside.say(underWay);
            awaitDiscarded(call, "repeated", "outside", 1);
            call.outside.say(overtaken); // late, and not yet taken
            call.inside.awaitHeard(3);

            assertThat(call.inside.heard).hasSize(3);
        }
    }

    @Test
    void nothingGoesPlainToALegOfSrtp() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.inside.say(new byte[40]);
            call.inside.report(new byte[40]);
            call.inside.say(packet(1, 1));
            call.outside.awaitHeard(1);
            awaitDiscarded(call, "not_rtp", "outside", 2);

            assertThat(outside.heard()).hasSize(1);
            assertThat(call.outside.reports).isEmpty();
        }
    }

    private static void agree(LoopbackCall call, @Nullable SrtpKeys keys) {
        call.outside.keys = keys;
        call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        call.settle();
    }

    private byte[] packet(int sequence, int ssrc) {
        return Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, ssrc);
    }

    private static void awaitDiscarded(LoopbackCall call, String reason, String leg, int packets) {
        Predicate<LoopbackCall> counted =
                of -> of.counted("koegura.rtp.packets.discarded", "reason", reason, "leg", leg) == packets;
        await().atMost(PATIENCE).until(() -> counted.test(call));
    }
}
