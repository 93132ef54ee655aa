package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.LoopbackCall.Telephone;

/// The ways of RTCP, whatever the parties agreed of ports, and whatever a datagram holds (trap 26, RFC 5506).
class RtcpPathsTest {

    private static final int BYE = 203;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /// What a datagram of RTCP may hold, from other makers than ours; every one goes on to the bit.
    private static final List<byte[]> DATAGRAMS = List.of(
            // a sender report with blocks on two sources, two sources described, one of them leaving
            hex("82c80012 00000005 e1e2e3e4 a1a2a3a4 00000500 00000010 00000a00"
                    + "00000007 04000001 00010203 00000004 e3e4a1a2 00008000"
                    + "00000008 00fffffe 00000009 00000000 00000000 00000000"
                    + "82ca0006 00000005 01044061 2e62 0000 00000006 0103 632e64 000000"
                    + "81cb0001 00000006"),
            // reduced size (RFC 5506): feedback alone, with neither report nor description before it
            hex("81cd0003 00000005 00000007 00650001"),
            hex("81ce0002 00000005 00000007"),
            hex("80cc0003 00000005 6e616d65 deadbeef"),
            // an extended report (RFC 3611) behind an empty receiver report
            hex("80c90001 00000005 80cf0005 00000005 04000002 e1e2e3e4 a1a2a3a4 00000000"),
            // padded at its end (§6.4.1)
            hex("80c90001 00000005 a1cb0002 00000005 00000004"));

    private final Random random = new Random(29);

    @Test
    void severalPacketsAndSourcesAndReducedSizePassBothWaysToTheBit() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            for (byte[] datagram : DATAGRAMS) {
                call.inside.report(datagram);
                call.outside.report(datagram);
            }
            await().atMost(PATIENCE)
                    .until(() -> call.inside.reports.size() == DATAGRAMS.size()
                            && call.outside.reports.size() == DATAGRAMS.size());

            assertThat(call.inside.reports).containsExactlyElementsOf(DATAGRAMS);
            assertThat(call.outside.reports).containsExactlyElementsOf(DATAGRAMS);
        }
    }

    /// After it they are told in other numbers; still one datagram for each, of the same packets. That
    /// a source is left is not told to the outside party, to whom the stream goes on.
    @Test
    void afterANoticeEachDatagramIsStillOneOfTheSamePackets() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.inside.say(Packets.rtp(random, 0, 1, 160, 5));
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            call.told.awaitHeard();
            call.inside.say(Packets.rtp(random, 0, 2, 320, 5));
            call.outside.awaitHeard(27);
            int before = call.outside.reports.size();
            for (byte[] datagram : DATAGRAMS) {
                call.inside.report(datagram);
                call.outside.report(datagram);
            }
            await().atMost(PATIENCE)
                    .until(() -> call.inside.reports.size() == DATAGRAMS.size()
                            && call.outside.reports.size() == before + DATAGRAMS.size());

            for (int i = 0; i < DATAGRAMS.size(); i++) {
                List<Integer> told = new ArrayList<>(types(DATAGRAMS.get(i)));
                if (i == DATAGRAMS.size() - 1) { // the source that it is heard as
                    assertThat(told.removeLast()).isEqualTo(BYE);
                }
                assertThat(types(call.outside.reports.get(before + i))).isEqualTo(told);
                assertThat(types(call.inside.reports.get(i))).isEqualTo(types(DATAGRAMS.get(i)));
            }
        }
    }

    /// RFC 5506: a packet may come alone. Of one that says nothing to the other party no datagram is
    /// left.
    @Test
    void aPacketThatIsNotToldLeavesNoEmptyDatagram() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.inside.say(Packets.rtp(random, 0, 1, 160, 5));
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            call.told.awaitHeard();
            call.inside.say(Packets.rtp(random, 0, 2, 320, 5));
            call.outside.awaitHeard(27);
            int before = call.outside.reports.size();
            call.inside.report(new byte[] {(byte) 0x81, (byte) 203, 0, 1, 0, 0, 0, 5});
            call.inside.report(DATAGRAMS.get(3));
            await().atMost(PATIENCE).until(() -> call.outside.reports.size() > before);

            assertThat(types(call.outside.reports.get(before)))
                    .doesNotContain(BYE)
                    .isNotEmpty();
        }
    }

    /// RFC 5761: one party has one port for both, the other has two. Each sends as it agreed, and hears so.
    @ParameterizedTest
    @EnumSource(Leg.class)
    void onePortOnOneLegAndTwoOnTheOtherInBothDirections(Leg multiplexing) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            Telephone one = multiplexing == Leg.INSIDE ? call.inside : call.outside;
            Telephone two = multiplexing == Leg.INSIDE ? call.outside : call.inside;
            call.session.agree(0, multiplexing, one.media(one.address(), one.address(), true));
            call.settle();
            byte[] voice = Packets.rtp(random, 0, 1, 160, 5);
            for (byte[] datagram : DATAGRAMS) {
                one.say(datagram); // on the port of its RTP
                two.report(datagram);
            }
            one.say(voice);
            two.say(voice);
            await().atMost(PATIENCE)
                    .until(() -> two.reports.size() == DATAGRAMS.size() && one.heard.size() == DATAGRAMS.size() + 1);
            two.awaitHeard(1);

            assertThat(two.reports).containsExactlyElementsOf(DATAGRAMS);
            assertThat(two.heard).containsExactly(voice);
            assertThat(one.heard).contains(voice).containsAll(DATAGRAMS);
            assertThat(one.reports).isEmpty();
        }
    }

    /// `a=rtcp:` may name any port (RFC 3605), and RTP need not be on an even one.
    @ParameterizedTest
    @EnumSource(Leg.class)
    void aPartyWithAnOddPortForRtpAndItsRtcpElsewhereIsReachedAtBoth(Leg odd) throws Exception {
        try (LoopbackCall call = new LoopbackCall();
                Telephone party = new Telephone(oddSocket(), Telephone.socket())) {
            Telephone other = odd == Leg.INSIDE ? call.outside : call.inside;
            call.connect(odd == Leg.INSIDE ? party : other, odd == Leg.INSIDE ? other : party);
            byte[] voice = Packets.rtp(random, 0, 1, 160, 5);
            for (byte[] datagram : DATAGRAMS) {
                party.report(datagram);
                other.report(datagram);
            }
            party.say(voice);
            other.say(voice);
            await().atMost(PATIENCE)
                    .until(() -> other.reports.size() == DATAGRAMS.size() && party.reports.size() == DATAGRAMS.size());
            party.awaitHeard(1);
            other.awaitHeard(1);

            assertThat(party.address().getPort() % 2).isEqualTo(1);
            assertThat(party.heard).containsExactly(voice);
            assertThat(party.reports).containsExactlyElementsOf(DATAGRAMS);
            assertThat(other.heard).containsExactly(voice);
            assertThat(other.reports).containsExactlyElementsOf(DATAGRAMS);
        }
    }

    /// A socket on a free odd port.
    private static DatagramSocket oddSocket() {
        for (int tries = 0; tries < 50; tries++) {
            DatagramSocket any = Telephone.socket();
            if (any.getLocalPort() % 2 == 1) {
                return any;
            }
            int even = any.getLocalPort();
            any.close();
            try {
                return Telephone.socket(LOOPBACK, even + 1);
            } catch (UncheckedIOException taken) {
                // The next pair, then.
            }
        }
        throw new AssertionError("no odd port is free");
    }

    /// The types of the packets in a datagram, in their order.
    private static List<Integer> types(byte[] datagram) {
        List<Integer> types = new ArrayList<>();
        for (int at = 0; at + 4 <= datagram.length; ) {
            types.add(datagram[at + 1] & 0xFF);
            at += 4 * (1 + (((datagram[at + 2] & 0xFF) << 8) | (datagram[at + 3] & 0xFF)));
        }
        return types;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }
}
