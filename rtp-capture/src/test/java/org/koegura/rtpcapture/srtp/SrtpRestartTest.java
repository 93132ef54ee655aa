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

/// What a process that is started again knows of its keys, and what it must not do (trap 28).
class SrtpRestartTest {

    private static final int RESERVED = 100;

    private final MasterKey key = Samples.key(CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1);
    private final SrtpSender sender = new SrtpSender(key);
    private final SrtpReceiver receiver = new SrtpReceiver(key);

    @Test
    void onceIndicesAreReservedNothingIsSentThatNoCheckpointHasNamed() {
        protect(sender, rtp(1000));
        protectReport(sender, rtcp(SSRC, 1));

        assertThat(sender.reserve(RESERVED, 2)).containsExactly(new SourceCheckpoint(SSRC, 1000 + RESERVED, 2));

        assertThat(send(sender, rtp(1000 + RESERVED))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(1001 + RESERVED))).isEqualTo(Outcome.UNRESERVED);
        protectReport(sender, rtcp(SSRC, 2));
        protectReport(sender, rtcp(SSRC, 3));
        assertThat(sender.protectRtcp(Samples.datagram(rtcp(SSRC, 4)), Samples.MEMORY.heapBuffer()))
                .isEqualTo(Outcome.UNRESERVED);
        assertThat(send(sender, rtp(SSRC + 1, 5, Samples.payload(5))))
                .as("a source that no checkpoint names")
                .isEqualTo(Outcome.UNRESERVED);

        assertThat(sender.reserve(RESERVED, 2))
                .containsExactly(
                        new SourceCheckpoint(SSRC, 1001 + 2 * RESERVED, 5),
                        new SourceCheckpoint(SSRC + 1, 5 + RESERVED, 1));
        assertThat(send(sender, rtp(1001 + RESERVED))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(SSRC + 1, 5, Samples.payload(5)))).isEqualTo(Outcome.PASSED);
    }

    @ParameterizedTest
    @EnumSource
    void aSenderThatIsStartedAgainSendsNoIndexTwiceAndIsUnderstood(CryptoSuite suite) {
        MasterKey same = Samples.key(suite, 3);
        SrtpSender before = new SrtpSender(same);
        SrtpReceiver party = new SrtpReceiver(same);
        hear(party, protect(before, rtp(65_500)));
        List<SourceCheckpoint> checkpoint = before.reserve(RESERVED, 1);
        for (int sequence = 65_501; sequence <= 65_500 + RESERVED; sequence++) {
            assertThat(hear(party, protect(before, rtp(sequence & 0xFFFF)))).isEqualTo(Outcome.PASSED);
        }
        protectReport(before, rtcp(SSRC, 1));

        SrtpSender after = new SrtpSender(same, checkpoint);

        int first = 65_501 + RESERVED - ReplayWindow.PACKETS;
        for (int sequence = first; sequence <= 65_500 + RESERVED; sequence++) {
            assertThat(send(after, rtp(sequence & 0xFFFF))).isEqualTo(Outcome.REPEATED);
        }
        for (int sequence = 65_501 + RESERVED; sequence < 65_800; sequence++) {
            assertThat(hear(party, protect(after, rtp(sequence & 0xFFFF)))).isEqualTo(Outcome.PASSED);
        }
        assertThat(party.checkpoint().getFirst().packetIndex()).isEqualTo(65_799);
        assertThat(Samples.hearReport(party, protectReport(after, rtcp(SSRC, 2))))
                .isEqualTo(Outcome.PASSED);
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatIsStartedAgainFindsTheRolloverCounterByTheTag(CryptoSuite suite) {
        MasterKey same = Samples.key(suite, 3);
        List<SourceCheckpoint> known = List.of(new SourceCheckpoint(SSRC, PacketIndex.of(7, 40_000), 9));
        for (long index : new long[] {
            PacketIndex.of(7, 40_001), PacketIndex.of(7, 65_535), PacketIndex.of(8, 0), PacketIndex.of(8, 39_000)
        }) {
            SrtpSender party = new SrtpSender(same, List.of(new SourceCheckpoint(SSRC, index - 1, 9)));
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

    @Test
    void aPartyThatWentRoundBeforeItWasFirstHeardIsUnderstood() {
        protect(sender, rtp(65_535));

        assertThat(hear(receiver, protect(sender, rtp(0)))).isEqualTo(Outcome.PASSED);
        assertThat(receiver.checkpoint().getFirst().packetIndex()).isEqualTo(65_536);
    }

    @Test
    void aReservationIsShortEnoughForTheRolloverCounterToBeFound() {
        assertThatThrownBy(() -> sender.reserve(1 << 15, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
