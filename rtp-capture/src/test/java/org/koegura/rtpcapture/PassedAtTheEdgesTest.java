package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StreamAccount;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// What the kernel passes at the edges of numbers, lengths and checksums.
class PassedAtTheEdgesTest extends SteadyTalk {

    /// The lengths of words, of a small record, and of what the kernel sums up at a time, with what lies beside.
    private static final int[] PAYLOADS = {
        0, 1, 2, 3, 4, 5, 159, 160, 161, 219, 220, 221, 222, 223, 499, 500, 501, 502, 1011, 1012, 1013, 1459, 1460
    };

    /// A jump ahead that is no step back.
    private static final int JUMP = 20_000;

    @Test
    void numbersThatWrapAreTranslatedInAnUnbrokenStream() throws Exception {
        firstSequence = 65_500; // what it says wraps first, what is heard later
        firstTimestamp = -160 * 70;
        try (LoopbackCall call = call().connected()) {
            untilLent(call);
            call.session.playNotice(LoopbackCall.PROMPT);
            while (!call.told.events.contains("noticeHeard")) {
                sayInside(call);
            }
            call.settle();
            untilInsideIsLent(call, byKernel(call, "inside"));
            awaitQuiet(call);
            int shift = sequence(call.outside.heard.getLast()) - (firstSequence + number - 1);
            assertThat(shift & 0xFFFF).as("it is renumbered").isNotZero();
            while (((firstSequence + number + shift) & 0xFFFF) < 65_536 - JUMP) {
                firstSequence += JUMP;
                firstTimestamp += 1 << 30;
                sayInside(call);
            }
            firstSequence += 65_536 - 50 - ((firstSequence + number + shift) & 0xFFFF);
            double before = byKernel(call, "inside");
            int heard = call.outside.heard.size();
            List<byte[]> said = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                said.add(call.inside.say(next(8, INSIDE_SSRC)));
                number++;
            }
            call.outside.awaitHeard(heard + 100);

            assertThat(byKernel(call, "inside")).isEqualTo(before + 100);
            List<byte[]> last = call.outside.heard.subList(heard, heard + 100);
            assertThat(sequence(last.getFirst())).isEqualTo(65_536 - 50);
            assertThat(sequences(last)).isEqualTo(consecutive(last));
            int later = ByteBuffer.wrap(last.getFirst()).getInt(4)
                    - ByteBuffer.wrap(said.getFirst()).getInt(4);
            for (int i = 0; i < 100; i++) {
                Packets.Seen out = Packets.Seen.of(last.get(i));
                Packets.Seen in = Packets.Seen.of(said.get(i));
                assertThat(out.timestamp()).isEqualTo(in.timestamp() + later);
                assertThat(out.payload()).isEqualTo(in.payload());
            }
        }
    }

    /// What is said is heard at once: until it is, for what was said last.
    private void awaitQuiet(LoopbackCall call) {
        int before = call.outside.heard.size();
        sayInside(call);
        call.outside.awaitHeard(before + 1);
    }

    @Test
    void timestampsWrapToo() throws Exception {
        try (LoopbackCall call = call().connected()) {
            firstTimestamp = -160 * 2_000;
            untilLent(call);
            firstTimestamp = -160 * (number + 50);
            double before = byKernel(call, "outside");
            List<byte[]> said = new ArrayList<>();
            int heard = call.inside.heard.size();
            for (int i = 0; i < 100; i++) {
                said.add(call.outside.say(next(0, OUTSIDE_SSRC)));
                number++;
            }
            call.inside.awaitHeard(heard + 100);
            assertThat(byKernel(call, "outside")).isEqualTo(before + 100);
            assertThat(call.inside.heard.subList(heard, heard + 100)).containsExactlyElementsOf(said);
        }
    }

    /// By a wire the checksum has been counted: the kernel looks at it, for packets of any length.
    @Test
    void whatCameByAWireIsPassedWhereItsChecksumIsRightAndDroppedWhereItIsNot() throws Exception {
        try (LoopbackCall call = call().connected();
                RawUdp wire = new RawUdp(call.outside.address())) {
            call.captureExempted();
            untilLent(call);
            InetSocketAddress to = call.session.local(0, Leg.OUTSIDE).rtp();
            int heard = call.inside.heard.size();
            double before = byKernel(call, "outside");
            List<byte[]> said = new ArrayList<>();
            for (int bytes : PAYLOADS) {
                byte[] payload = new byte[bytes];
                random.nextBytes(payload);
                byte[] whole = Packets.rtp(0, number, 160 * number, OUTSIDE_SSRC, payload);
                wire.send(whole, to, 1 + random.nextInt(0xFFFE));
                wire.send(whole, to, 0);
                said.add(whole);
                number++;
            }
            byte[] uncounted = next(0, OUTSIDE_SSRC);
            wire.sendWithoutChecksum(uncounted, to);
            said.add(uncounted);
            call.inside.awaitHeard(heard + said.size());

            assertThat(byKernel(call, "outside")).isEqualTo(before + said.size());
            StreamAccount outside = account(call.hangUp(), Leg.OUTSIDE);
            assertThat(call.inside.heard.subList(heard, call.inside.heard.size()))
                    .containsExactlyElementsOf(said);
            assertThat(outside.received()).isEqualTo(outside.recorded()).isEqualTo((long) heard + said.size());
        }
    }

    @Test
    void whatHasFewHopsLeftToGoIsSentAnew() throws Exception {
        try (LoopbackCall call = call().connected();
                RawUdp wire = new RawUdp(call.outside.address())) {
            untilLent(call);
            InetSocketAddress to = call.session.local(0, Leg.OUTSIDE).rtp();
            double before = byKernel(call, "outside");
            wire.life(33);
            wire.send(next(0, OUTSIDE_SSRC), to, 0);
            call.inside.awaitHeard(++number);
            assertThat(byKernel(call, "outside")).isEqualTo(before + 1);
            wire.life(32);
            wire.send(next(0, OUTSIDE_SSRC), to, 0);
            call.inside.awaitHeard(++number);
            assertThat(byKernel(call, "outside")).isEqualTo(before + 1);
        }
    }

    @Test
    void ipv6GoesTheUsualWay() throws Exception {
        InetAddress six = InetAddress.ofLiteral("::1");
        try (LoopbackCall call = LoopbackCall.byKernel(
                        LoopbackCall.settings(MediaAddresses.of(six), 1 << 20), KernelHelp.RING_BYTES);
                LoopbackCall.Telephone inside = new LoopbackCall.Telephone(six);
                LoopbackCall.Telephone outside = new LoopbackCall.Telephone(six)) {
            call.connect(inside, outside);
            for (int i = 0; i < 200; i++) {
                outside.say(next(0, OUTSIDE_SSRC));
                inside.say(next(8, INSIDE_SSRC));
                number++;
                inside.awaitHeard(number);
                outside.awaitHeard(number);
            }
            assertThat(byKernel(call, "outside")).isZero();
            assertThat(byKernel(call, "inside")).isZero();
        }
    }

    /// Each room has a program of its own on the host's interfaces.
    @Test
    void roomsOfOneHostDoNotDisturbEachOther() throws Exception {
        SteadyTalk other = new SteadyTalk() {};
        RtpCapture.Settings first = LoopbackCall.settings(1 << 20);
        RtpCapture.Settings second = LoopbackCall.settings(1 << 20, 20);
        try (LoopbackCall one =
                LoopbackCall.byKernel(first, KernelHelp.RING_BYTES).connected()) {
            try (LoopbackCall two =
                    LoopbackCall.byKernel(second, KernelHelp.RING_BYTES).connected()) {
                untilLent(one);
                other.untilLent(two);
                double ofOne = byKernel(one, "outside");
                double ofTwo = byKernel(two, "outside");
                talk(one, 50);
                other.talk(two, 40);
                assertThat(byKernel(one, "outside")).isEqualTo(ofOne + 50);
                assertThat(byKernel(two, "outside")).isEqualTo(ofTwo + 40);
            }
            double alone = byKernel(one, "outside");
            talk(one, 50);
            Awaitility.await().atMost(PATIENCE).until(() -> byKernel(one, "outside") == alone + 50);
            assertThat(one.inside.heard).hasSize(number);
        }
    }
}
