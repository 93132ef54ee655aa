package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.koegura.rtpcapture.srtp.Samples.SSRC;
import static org.koegura.rtpcapture.srtp.Samples.hear;
import static org.koegura.rtpcapture.srtp.Samples.protect;
import static org.koegura.rtpcapture.srtp.Samples.protectReport;
import static org.koegura.rtpcapture.srtp.Samples.rtcp;
import static org.koegura.rtpcapture.srtp.Samples.rtp;
import static org.koegura.rtpcapture.srtp.Samples.send;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint.Window;

/// What a process that is started again knows of its keys, and what it must not do (trap 28).
class SrtpRestartTest {

    private static final int RESERVED = 100;
    private static final Window WINDOW = new Window(RESERVED, 2);

    private final MasterKey key = Samples.key(CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1);
    private final SrtpSender sender = new SrtpSender(key);
    private final SrtpReceiver receiver = new SrtpReceiver(key);

    private static Outcome sendReport(SrtpSender sender, int seed) {
        return sender.protectRtcp(Samples.datagram(rtcp(SSRC, seed)), Samples.MEMORY.heapBuffer());
    }

    private static SrtpSender next(MasterKey key, List<SourceCheckpoint> said) {
        return SrtpSender.resumed(
                key, said, said.stream().map(each -> each.ahead(WINDOW)).toList());
    }

    @Test
    void whatACheckpointNamesGoesNoFurtherBeforeALaterOneIsKept() {
        protect(sender, rtp(1000));
        protectReport(sender, rtcp(SSRC, 1));

        assertThat(sender.reserve(WINDOW)).containsExactly(new SourceCheckpoint(SSRC, 1000 + RESERVED, 2));

        assertThat(send(sender, rtp(1000 + RESERVED))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(1001 + RESERVED))).isEqualTo(Outcome.UNRESERVED);
        protectReport(sender, rtcp(SSRC, 2));
        protectReport(sender, rtcp(SSRC, 3));
        assertThat(sendReport(sender, 4)).isEqualTo(Outcome.UNRESERVED);

        List<SourceCheckpoint> later = sender.reserve(WINDOW);
        assertThat(later).containsExactly(new SourceCheckpoint(SSRC, 1000 + 2 * RESERVED, 4));
        assertThat(send(sender, rtp(1001 + RESERVED)))
                .as("the one before may still be found")
                .isEqualTo(Outcome.UNRESERVED);
        assertThat(sendReport(sender, 4)).isEqualTo(Outcome.UNRESERVED);
        sender.kept(later);
        assertThat(send(sender, rtp(1001 + RESERVED))).isEqualTo(Outcome.PASSED);
        assertThat(sendReport(sender, 4)).isEqualTo(Outcome.PASSED);
    }

    /// It spoke on while its packets could not pass: on hold, or with the way broken.
    @Test
    void aPartyThatIsHeardAgainFarBehindTheReservationIsNotSilent() {
        hear(receiver, protect(sender, rtp(1000)));
        sender.reserve(WINDOW);
        for (int sequence = 3000; sequence < 3000 + RESERVED; sequence++) {
            assertThat(hear(receiver, protect(sender, rtp(sequence)))).isEqualTo(Outcome.PASSED);
        }
        assertThat(receiver.checkpoint().getFirst().packetIndex()).isEqualTo(1000 + RESERVED);
        assertThat(send(sender, rtp(3000 + RESERVED))).isEqualTo(Outcome.UNRESERVED);
    }

    @Test
    void whatIsKeptLateMovesNothingBack() {
        protect(sender, rtp(1000));
        List<SourceCheckpoint> first = sender.reserve(WINDOW);
        protect(sender, rtp(1050));
        sender.kept(sender.reserve(WINDOW));
        sender.kept(first);

        assertThat(send(sender, rtp(1050 + RESERVED))).isEqualTo(Outcome.PASSED);
    }

    /// Nobody waits for a disk because somebody else speaks now.
    @Test
    void aSourceThatNoCheckpointNamesIsHeardAtOnceAndGoesOnInTheNameOfAnotherAfterARestart() {
        SrtpReceiver party = new SrtpReceiver(key);
        hear(party, protect(sender, rtp(1000)));
        protectReport(sender, rtcp(SSRC + 2, 1)); // whose RTP is yet to come
        List<SourceCheckpoint> said = sender.reserve(WINDOW);
        for (int other = 1; other <= 2; other++) {
            byte[] packet = protect(sender, rtp(SSRC + other, 1, Samples.payload(5)));
            assertThat(hear(party, packet)).isEqualTo(Outcome.PASSED);
        }

        SrtpSender after = next(key, said);
        for (int other = 1; other <= 2; other++) {
            byte[] packet = protect(after, rtp(SSRC + other, 1, Samples.payload(6)));
            assertThat(Transform.rtpSource(packet)).isEqualTo(SSRC);
            assertThat(hear(party, packet)).isEqualTo(Outcome.PASSED);
        }
        assertThat(party.checkpoint()).contains(new SourceCheckpoint(SSRC, 1002 + RESERVED, -1));
        assertThat(after.protectRtcp(Samples.datagram(rtcp(SSRC + 1, 1)), Samples.MEMORY.heapBuffer()))
                .isEqualTo(Outcome.TOO_MANY_SOURCES);
    }

    @ParameterizedTest
    @EnumSource
    void aSenderThatIsStartedAgainSendsNoIndexTwiceAndIsUnderstoodFromItsFirstPacketOn(CryptoSuite suite) {
        MasterKey same = Samples.key(suite, 3);
        SrtpSender before = new SrtpSender(same);
        SrtpReceiver party = new SrtpReceiver(same);
        hear(party, protect(before, rtp(65_500)));
        List<SourceCheckpoint> checkpoint = before.reserve(WINDOW);
        for (int sequence = 65_501; sequence <= 65_500 + RESERVED; sequence++) {
            assertThat(hear(party, protect(before, rtp(sequence & 0xFFFF)))).isEqualTo(Outcome.PASSED);
        }
        protectReport(before, rtcp(SSRC, 1));

        SrtpSender after = next(same, checkpoint);

        for (int sequence = 65_530; sequence < 65_530 + RESERVED; sequence++) {
            assertThat(hear(party, protect(after, rtp(sequence & 0xFFFF)))).isEqualTo(Outcome.PASSED);
        }
        assertThat(party.checkpoint().getFirst().packetIndex()).isEqualTo(65_500 + 2 * RESERVED);
        assertThat(Samples.hearReport(party, protectReport(after, rtcp(SSRC, 2))))
                .isEqualTo(Outcome.PASSED);
        assertThat(send(after, rtp(65_530 + RESERVED & 0xFFFF)))
                .as("another start would begin there")
                .isEqualTo(Outcome.UNRESERVED);
    }

    /// However often a process dies before it says anything.
    @Test
    void whoTakesUpWhatWasClaimedBeginsBehindAllThatMayHaveBeenSent() {
        protect(sender, rtp(1000));
        List<SourceCheckpoint> said = sender.reserve(WINDOW);
        SrtpReceiver party = new SrtpReceiver(key);
        for (int starts = 0; starts < 3; starts++) {
            SrtpSender again = next(key, said);
            for (int sequence = 1; sequence <= RESERVED; sequence++) {
                assertThat(hear(party, protect(again, rtp(sequence)))).isEqualTo(Outcome.PASSED);
            }
            said = said.stream().map(each -> each.ahead(WINDOW)).toList();
        }
    }

    /// What is sent after the checkpoint, the next process does not know of: not in whose name, and not with which
    /// number.
    @ParameterizedTest
    @EnumSource
    void whereNothingWasSentTheNextProcessSendsAsASourceThatThisOneLeavesToIt(CryptoSuite suite) {
        MasterKey same = Samples.key(suite, 3);
        SrtpSender before = new SrtpSender(same);
        SrtpReceiver party = new SrtpReceiver(same);
        List<SourceCheckpoint> said = before.reserve(WINDOW);
        assertThat(said).hasSize(1);
        int spare = said.getFirst().ssrc();
        assertThat(send(before, rtp(spare, 1, Samples.payload(1)))).isEqualTo(Outcome.TOO_MANY_SOURCES);
        assertThat(before.protectRtcp(Samples.datagram(rtcp(spare, 1)), Samples.MEMORY.heapBuffer()))
                .isEqualTo(Outcome.TOO_MANY_SOURCES);
        for (int sequence = 0; sequence < RESERVED; sequence++) {
            assertThat(hear(party, protect(before, rtp(sequence)))).isEqualTo(Outcome.PASSED);
        }
        assertThat(Transform.rtpSource(protect(before, rtp(spare, 1, Samples.payload(1)))))
                .as("as part of the one that speaks")
                .isEqualTo(SSRC);

        for (int starts = 0; starts < 3; starts++) {
            SrtpSender after = next(same, said);
            for (int sequence = 0; sequence < RESERVED; sequence++) {
                byte[] packet = protect(after, rtp(sequence));
                assertThat(Transform.rtpSource(packet)).isEqualTo(spare);
                assertThat(hear(party, packet)).as("new, and understood").isEqualTo(Outcome.PASSED);
            }
            assertThat(send(after, rtp(RESERVED))).isEqualTo(Outcome.UNRESERVED);
            said = said.stream().map(each -> each.ahead(WINDOW)).toList();
        }
        assertThat(party.checkpoint()).contains(new SourceCheckpoint(spare, 3 * RESERVED, -1));
    }

    /// Once one speaks, what is not named goes on as that one.
    @Test
    void aSenderThatSpokeNamesNoSpareSource() {
        protectReport(sender, rtcp(SSRC, 1));
        assertThat(sender.reserve(WINDOW)).hasSize(2);
        protect(sender, rtp(1000));
        assertThat(sender.reserve(WINDOW)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatIsStartedAgainFindsTheRolloverCounterByTheTag(CryptoSuite suite) {
        MasterKey same = Samples.key(suite, 3);
        List<SourceCheckpoint> known = List.of(new SourceCheckpoint(SSRC, PacketIndex.of(7, 40_000), 9));
        for (long index : new long[] {
            PacketIndex.of(7, 40_001), PacketIndex.of(7, 65_535), PacketIndex.of(8, 0), PacketIndex.of(8, 39_000)
        }) {
            SrtpSender party = next(same, List.of(new SourceCheckpoint(SSRC, index - 1, 9)));
            SrtpReceiver again = new SrtpReceiver(same, known);

            assertThat(hear(again, protect(party, rtp((int) index & 0xFFFF)))).isEqualTo(Outcome.PASSED);
            assertThat(again.checkpoint()).containsExactly(new SourceCheckpoint(SSRC, index, 9));
            assertThat(hear(again, protect(party, rtp((int) (index + 1) & 0xFFFF))))
                    .isEqualTo(Outcome.PASSED);
        }
    }

    @Test
    void whatWasHeardBeforeTheCheckpointIsNotHeardAgainAfterIt() {
        byte[] packet = protect(sender, rtp(500));
        byte[] report = protectReport(sender, rtcp(SSRC, 1));
        hear(receiver, packet);
        Samples.hearReport(receiver, report);

        SrtpReceiver again = new SrtpReceiver(key, receiver.checkpoint());

        assertThat(hear(again, packet)).isEqualTo(Outcome.REPEATED);
        assertThat(Samples.hearReport(again, report)).isEqualTo(Outcome.REPEATED);
    }

    /// A checkpoint is a moment old.
    @Test
    void whatWasHeardSinceTheCheckpointIsNotHeardAgainOnceThePartySpeaks() {
        hear(receiver, protect(sender, rtp(500)));
        List<SourceCheckpoint> said = receiver.checkpoint();
        byte[] since = protect(sender, rtp(501));
        hear(receiver, since);

        SrtpReceiver again = new SrtpReceiver(key, said);
        assertThat(hear(again, protect(sender, rtp(550)))).isEqualTo(Outcome.PASSED);

        assertThat(hear(again, since)).isEqualTo(Outcome.REPEATED);
        assertThat(hear(again, protect(sender, rtp(552)))).isEqualTo(Outcome.PASSED);
        assertThat(hear(again, protect(sender, rtp(551)))).as("overtaken").isEqualTo(Outcome.PASSED);
    }

    @Test
    void ofASourceThatTheCheckpointDoesNotNameNothingIsHeardAgainEither() {
        List<SourceCheckpoint> said = receiver.checkpoint();
        byte[] since = protect(sender, rtp(501));
        hear(receiver, since);

        SrtpReceiver again = new SrtpReceiver(key, said);
        assertThat(hear(again, protect(sender, rtp(550)))).isEqualTo(Outcome.PASSED);

        assertThat(hear(again, since)).isEqualTo(Outcome.REPEATED);
        assertThat(hear(again, protect(sender, rtp(551)))).isEqualTo(Outcome.PASSED);
    }

    @Test
    void aPartyThatWentRoundBeforeItWasFirstHeardIsUnderstood() {
        protect(sender, rtp(65_535));

        assertThat(hear(receiver, protect(sender, rtp(0)))).isEqualTo(Outcome.PASSED);
        assertThat(receiver.checkpoint().getFirst().packetIndex()).isEqualTo(65_536);
    }

    @Test
    void aReservationIsShortEnoughForTheRolloverCounterToBeFound() {
        assertThatThrownBy(() -> new Window(1 << 15, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
