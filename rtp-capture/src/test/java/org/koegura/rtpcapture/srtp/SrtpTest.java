package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.srtp.Samples.SSRC;
import static org.koegura.rtpcapture.srtp.Samples.datagram;
import static org.koegura.rtpcapture.srtp.Samples.hear;
import static org.koegura.rtpcapture.srtp.Samples.hearReport;
import static org.koegura.rtpcapture.srtp.Samples.protect;
import static org.koegura.rtpcapture.srtp.Samples.protectReport;
import static org.koegura.rtpcapture.srtp.Samples.rtcp;
import static org.koegura.rtpcapture.srtp.Samples.rtp;
import static org.koegura.rtpcapture.srtp.Samples.send;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;

/// What a sender and a receiver of one key do with packets that were changed, doubled, cut or made by
/// others.
class SrtpTest {

    @ParameterizedTest
    @EnumSource
    void aPacketWithAnyByteChangedIsRefusedAndChangesNothing(CryptoSuite suite) {
        MasterKey key = Samples.key(suite, 1);
        byte[] sent = protect(new SrtpSender(key), rtp(7));
        SrtpReceiver receiver = new SrtpReceiver(key);
        for (int at = 0; at < sent.length; at++) {
            byte[] changed = sent.clone();
            changed[at] ^= 0x10;
            ByteBuf heard = datagram(changed);

            assertThat(receiver.unprotectRtp(heard)).as("byte %d", at).isIn(Outcome.UNAUTHENTIC, Outcome.MALFORMED);
            assertThat(Samples.bytes(heard)).isEqualTo(changed);
        }
        assertThat(receiver.checkpoint()).isEmpty();
        assertThat(hear(receiver, sent)).isEqualTo(Outcome.PASSED);
    }

    @ParameterizedTest
    @EnumSource
    void aReportWithAnyByteChangedIsRefusedAndChangesNothing(CryptoSuite suite) {
        MasterKey key = Samples.key(suite, 1);
        byte[] sent = protectReport(new SrtpSender(key), rtcp(SSRC, 7));
        SrtpReceiver receiver = new SrtpReceiver(key);
        for (int at = 0; at < sent.length; at++) {
            byte[] changed = sent.clone();
            changed[at] ^= 0x10;

            assertThat(hearReport(receiver, changed)).as("byte %d", at).isIn(Outcome.UNAUTHENTIC, Outcome.MALFORMED);
        }
        assertThat(receiver.checkpoint()).isEmpty();
        assertThat(hearReport(receiver, sent)).isEqualTo(Outcome.PASSED);
    }

    @ParameterizedTest
    @EnumSource
    void aPacketThatIsCutOffIsRefusedWhereverItIsCut(CryptoSuite suite) {
        MasterKey key = Samples.key(suite, 1);
        SrtpSender sender = new SrtpSender(key);
        byte[] packet = protect(sender, rtp(7));
        byte[] report = protectReport(sender, rtcp(SSRC, 7));
        SrtpReceiver receiver = new SrtpReceiver(key);
        for (int length = 0; length < packet.length; length++) {
            assertThat(hear(receiver, Arrays.copyOf(packet, length))).isIn(Outcome.UNAUTHENTIC, Outcome.MALFORMED);
        }
        for (int length = 0; length < report.length; length++) {
            assertThat(hearReport(receiver, Arrays.copyOf(report, length)))
                    .isIn(Outcome.UNAUTHENTIC, Outcome.MALFORMED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingPassesUnderAnotherKeyNorAnUnprotectedPacket(CryptoSuite suite) {
        SrtpSender sender = new SrtpSender(Samples.key(suite, 1));
        SrtpReceiver other = new SrtpReceiver(Samples.key(suite, 2));

        assertThat(hear(other, protect(sender, rtp(7)))).isEqualTo(Outcome.UNAUTHENTIC);
        assertThat(hearReport(other, protectReport(sender, rtcp(SSRC, 7)))).isEqualTo(Outcome.UNAUTHENTIC);
        assertThat(hear(other, rtp(7))).isEqualTo(Outcome.UNAUTHENTIC);
        assertThat(hearReport(other, rtcp(SSRC, 7))).isEqualTo(Outcome.UNAUTHENTIC);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasHeardOnceIsNotHeardAgain(CryptoSuite suite) {
        MasterKey key = Samples.key(suite, 1);
        SrtpSender sender = new SrtpSender(key);
        SrtpReceiver receiver = new SrtpReceiver(key);
        byte[] first = protect(sender, rtp(0));
        byte[] report = protectReport(sender, rtcp(SSRC, 1));
        assertThat(hear(receiver, first)).isEqualTo(Outcome.PASSED);
        assertThat(hearReport(receiver, report)).isEqualTo(Outcome.PASSED);
        for (int sequence = 1; sequence < 300; sequence++) {
            byte[] packet = protect(sender, rtp(sequence));
            assertThat(hear(receiver, packet)).isEqualTo(Outcome.PASSED);
            assertThat(hear(receiver, packet)).isEqualTo(Outcome.REPEATED);
            assertThat(hear(receiver, first)).isEqualTo(Outcome.REPEATED);
            assertThat(hearReport(receiver, report)).isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void aSenderNeverUsesAnIndexTwice() {
        SrtpSender sender = new SrtpSender(Samples.key(CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1));
        assertThat(send(sender, rtp(10))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(SSRC, 10, Samples.payload(99)))).isEqualTo(Outcome.REPEATED);
        assertThat(send(sender, rtp(9))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(10 + ReplayWindow.PACKETS))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(10))).isEqualTo(Outcome.REPEATED);
        assertThat(send(sender, rtp(8))).as("never sent, and too old to tell").isEqualTo(Outcome.REPEATED);
        assertThat(send(sender, rtp(SSRC + 1, 10, Samples.payload(1))))
                .as("another source")
                .isEqualTo(Outcome.PASSED);
    }

    /// RFC 3550 A.1: two in a row.
    @Test
    void aStreamThatBeginsAnewGoesOnBehindTheLastIndex() {
        MasterKey key = Samples.key(CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1);
        SrtpSender sender = new SrtpSender(key);
        SrtpReceiver receiver = new SrtpReceiver(key);
        assertThat(hear(receiver, protect(sender, rtp(20_000)))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(100)))
                .as("late, or the first of a new stream")
                .isEqualTo(Outcome.REPEATED);
        for (int sequence = 101; sequence < 101 + 300; sequence++) {
            byte[] packet = protect(sender, rtp(sequence));
            assertThat(((packet[2] & 0xFF) << 8) | (packet[3] & 0xFF)).isEqualTo(20_001 + sequence - 101);
            assertThat(hear(receiver, packet)).isEqualTo(Outcome.PASSED);
            assertThat(send(sender, rtp(sequence))).as("doubled").isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void sourcesUnderOneKeyAreBoundedAndTheKnownOnesGoOn() {
        MasterKey key = Samples.key(CryptoSuite.AEAD_AES_128_GCM, 1);
        SrtpSender sender = new SrtpSender(key);
        SrtpReceiver receiver = new SrtpReceiver(key);
        for (int source = 0; source < Sources.MAX; source++) {
            assertThat(hear(receiver, protect(sender, rtp(source, 1, Samples.payload(source)))))
                    .isEqualTo(Outcome.PASSED);
        }
        byte[] stranger = protect(new SrtpSender(key), rtp(SSRC, 1, Samples.payload(1)));
        byte[] report = protectReport(new SrtpSender(key), rtcp(SSRC, 1));

        byte[] carried = protect(sender, rtp(SSRC, 7, Samples.payload(1)));
        assertThat(Transform.rtpSource(carried)).as("it goes out as the first").isZero();
        assertThat(hear(receiver, carried)).isEqualTo(Outcome.PASSED);
        assertThat(hear(receiver, stranger)).isEqualTo(Outcome.TOO_MANY_SOURCES);
        assertThat(hearReport(receiver, report)).isEqualTo(Outcome.TOO_MANY_SOURCES);
        assertThat(hear(receiver, protect(sender, rtp(0, 2, Samples.payload(2)))))
                .as("the first itself")
                .isEqualTo(Outcome.PASSED);
    }

    @Test
    void aKeyThatWasUsedAsOftenAsItMayBeIsUsedNoMore() {
        Transform transform = Transform.of(Samples.key(CryptoSuite.AES_CM_128_HMAC_SHA1_32, 1));
        SrtpSender sender = new SrtpSender(transform, new SrtpSender.Limits(2, 1), 0, List.of());
        assertThat(send(sender, rtp(1))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(SSRC + 1, 1, Samples.payload(1)))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(2))).isEqualTo(Outcome.KEY_EXHAUSTED);
        protectReport(sender, rtcp(SSRC, 1));
        assertThat(sender.protectRtcp(datagram(rtcp(SSRC, 2)), datagram(new byte[0])))
                .isEqualTo(Outcome.KEY_EXHAUSTED);
    }

    @Test
    void theIndicesOf48And31BitsEndAndDoNotBeginAnew() {
        Transform transform = Transform.of(Samples.key(CryptoSuite.AEAD_AES_256_GCM, 1));
        List<SourceCheckpoint> nearlyUsedUp =
                List.of(new SourceCheckpoint(SSRC, PacketIndex.LAST - 1, PacketIndex.LAST_REPORT - 1));
        SrtpSender sender = new SrtpSender(transform, SrtpSender.Limits.OF_RFC_3711, 0, nearlyUsedUp);

        assertThat(send(sender, rtp(0xFFFF))).isEqualTo(Outcome.PASSED);
        assertThat(send(sender, rtp(0))).isEqualTo(Outcome.KEY_EXHAUSTED);
        protectReport(sender, rtcp(SSRC, 1));
        assertThat(sender.protectRtcp(datagram(rtcp(SSRC, 2)), datagram(new byte[0])))
                .isEqualTo(Outcome.KEY_EXHAUSTED);
    }

    @Test
    void whatIsNoRtpOrTooLongIsLeftAsItIs() {
        MasterKey key = Samples.key(CryptoSuite.AES_CM_128_HMAC_SHA1_80, 1);
        SrtpSender sender = new SrtpSender(key);
        byte[] tooLong = rtp(SSRC, 1, new byte[Packet.BYTES_MAX]);
        byte[] extensionBeyondItsEnd = rtp(SSRC, 1, new byte[8]);
        extensionBeyondItsEnd[0] |= 0x10;
        extensionBeyondItsEnd[15] = 50;

        for (byte[] packet : List.of(new byte[0], new byte[40], tooLong, extensionBeyondItsEnd)) {
            assertThat(send(sender, packet)).isEqualTo(Outcome.MALFORMED);
            assertThat(hear(new SrtpReceiver(key), packet)).isEqualTo(Outcome.MALFORMED);
        }
    }
}
