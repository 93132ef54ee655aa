package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.port.ToneSession;

/// What a telephone hears that dialled a code.
class ToneTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final LoopbackCall call = new LoopbackCall();

    ToneTest() throws Exception {}

    @AfterEach
    void close() throws Exception {
        call.close();
    }

    private static byte[] receive(DatagramSocket socket) throws Exception {
        socket.setSoTimeout(2_000);
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static int word(byte[] packet, int at) {
        return ((packet[at] & 0xFF) << 8) | (packet[at + 1] & 0xFF);
    }

    @Test
    void twoShortTonesAtThePaceOfTheFormatAndThenItIsOver() throws Exception {
        int free = call.room.plane().freePorts();
        try (DatagramSocket telephone = new DatagramSocket(0, LOOPBACK)) {
            ToneSession tone = call.room.plane().tone(LOOPBACK);
            assertThat(call.room.plane().freePorts()).isEqualTo(free - 2);
            assertThat(tone.local().rtp().getPort() % 2).isZero();
            assertThat(tone.speaks(LoopbackCall.PCMU)).isTrue();
            assertThat(tone.speaks(new AudioFormat(18, "G729", 8_000, 20))).isFalse();
            AtomicInteger over = new AtomicInteger();
            tone.expect((InetSocketAddress) telephone.getLocalSocketAddress(), LOOPBACK);
            long beganNanos = System.nanoTime();
            tone.speak(LoopbackCall.PCMU, over::incrementAndGet);
            List<byte[]> heard = new ArrayList<>();
            int spoken = 2 * (call.tone.frames().size() - call.tone.leadInFrames()) + 10 + 5 + 10;
            while (heard.size() < spoken) {
                heard.add(receive(telephone));
            }
            long tookMillis = (System.nanoTime() - beganNanos) / 1_000_000;
            await().until(() -> over.get() == 1);

            assertThat(tookMillis).as("never faster than 20 ms a packet").isGreaterThan((spoken - 2) * 20L);
            for (int i = 0; i < heard.size(); i++) {
                byte[] packet = heard.get(i);
                assertThat(packet[0]).isEqualTo((byte) 0x80);
                assertThat(packet[1] & 0x7F).as("payload type").isZero();
                assertThat((word(packet, 2) - word(heard.getFirst(), 2)) & 0xFFFF)
                        .isEqualTo(i);
                assertThat((word(packet, 6) - word(heard.getFirst(), 6)) & 0xFFFF)
                        .isEqualTo(160 * i & 0xFFFF);
            }
            byte[] silence = call.tone.frames().get(call.tone.leadInFrames() - 1);
            byte[] first = call.tone.frames().get(call.tone.leadInFrames());
            assertThat(payload(heard.get(0))).isEqualTo(silence);
            assertThat(payload(heard.get(10))).isEqualTo(first);
            tone.close();
            tone.close();
            await().until(() -> call.room.plane().freePorts() == free);
            assertThat(over).hasValue(1);
        }
    }

    private static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, 12, packet.length);
    }

    @Test
    void whoClosesItInTheMiddleHearsNothingMoreOfIt() throws Exception {
        try (DatagramSocket telephone = new DatagramSocket(0, LOOPBACK)) {
            ToneSession tone = call.room.plane().tone(LOOPBACK);
            AtomicInteger over = new AtomicInteger();
            tone.expect((InetSocketAddress) telephone.getLocalSocketAddress(), LOOPBACK);
            tone.speak(LoopbackCall.PCMU, over::incrementAndGet);
            assertThat(receive(telephone)).hasSizeGreaterThan(12);
            tone.close();
            int more = 0;
            telephone.setSoTimeout(300);
            try {
                while (more < 100) {
                    telephone.receive(new DatagramPacket(new byte[2_000], 2_000));
                    more++;
                }
            } catch (SocketTimeoutException quiet) {
                assertThat(quiet).isNotNull();
            }
            assertThat(more).isLessThan(10);
            assertThat(over).hasValue(0);
        }
    }
}
