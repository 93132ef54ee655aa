package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.audio.Codec;
import org.koegura.audio.FaxEar.Tone;
import org.koegura.callmodel.Leg;

/// Whose packets are listened to, which of them, and how long.
class FaxWatchTest {

    private final FaxWatch watch = new FaxWatch();
    private int said;

    @ParameterizedTest
    @CsvSource({"PCMU, 0, INSIDE", "PCMA, 8, OUTSIDE", "G722, 9, OUTSIDE"})
    void eitherPartyIsHeardInTheCodecsThatSayWhatTheyAre(Codec codec, int payloadType, Leg leg) {
        List<Tone> heard = new ArrayList<>();
        for (byte[] payload : FaxSounds.answering(codec)) {
            hear(leg, packet(payloadType, 7, payload), heard);
        }
        assertThat(heard).containsExactly(Tone.CED);
        assertThat(watch.heard()).isTrue();
    }

    @Test
    void onePartyDoesNotGoOnWhereTheOtherStopped() {
        List<Tone> heard = new ArrayList<>();
        List<byte[]> tone = FaxSounds.answering(Codec.PCMU);
        for (int i = 0; i < 80; i++) { // 0.8 s each
            hear(i % 2 == 0 ? Leg.INSIDE : Leg.OUTSIDE, packet(0, 7, tone.get(i / 2)), heard);
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void anotherSourceBeginsAnew() {
        List<Tone> heard = new ArrayList<>();
        List<byte[]> tone = FaxSounds.answering(Codec.PCMU);
        for (int i = 0; i < 80; i++) {
            hear(Leg.INSIDE, packet(0, i < 40 ? 7 : 8, tone.get(i)), heard);
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void contributingSourcesExtensionsAndPaddingAreNoSound() {
        List<Tone> heard = new ArrayList<>();
        for (byte[] payload : FaxSounds.calling(Codec.PCMU)) {
            ByteBuffer packet = ByteBuffer.allocate(12 + 4 + 4 + 8 + payload.length + 40)
                    .put((byte) (0x80 | 0x20 | 0x10 | 1))
                    .put((byte) 0)
                    .putShort((short) said)
                    .putInt(160 * said)
                    .putInt(7)
                    .putInt(0x01020304)
                    .putShort((short) 0xBEDE)
                    .putShort((short) 2)
                    .putLong(0x5AA55AA55AA55AA5L)
                    .put(payload);
            packet.put(packet.capacity() - 1, (byte) 40);
            said++;
            hear(Leg.INSIDE, Packets.buffer(packet.array()), heard);
        }
        assertThat(heard).containsExactly(Tone.CNG);
    }

    @Test
    void paddingThatIsLongerThanItsPacketIsHarmless() {
        byte[] packet = Packets.rtp(0, 1, 160, 7, new byte[] {(byte) 200});
        packet[0] |= 0x20;
        assertThat(hears(Leg.INSIDE, Packets.buffer(packet))).isNull();
    }

    @Test
    void keysAndNoiseOfComfortBetweenTheTonesChangeNothing() {
        List<Tone> heard = new ArrayList<>();
        for (byte[] payload : FaxSounds.answering(Codec.PCMA)) {
            hear(Leg.INSIDE, packet(8, 7, payload), heard);
            hear(Leg.INSIDE, Packets.buffer(Packets.rtp(101, said, 160 * said, 7, new byte[4])), heard);
            hear(Leg.INSIDE, Packets.buffer(Packets.rtp(13, said, 160 * said, 7, new byte[1])), heard);
        }
        assertThat(heard).containsExactly(Tone.CED);
    }

    @Test
    void g722IsListenedToForAMinute() {
        List<Tone> heard = new ArrayList<>();
        for (int i = 0; i < FaxWatch.G722_TICKS_MAX / 160; i++) {
            hear(Leg.OUTSIDE, packet(9, 7, new byte[160]), heard);
        }
        for (byte[] payload : FaxSounds.answering(Codec.G722)) {
            hear(Leg.OUTSIDE, packet(9, 7, payload), heard);
        }
        assertThat(heard).isEmpty();
        for (byte[] payload : FaxSounds.answering(Codec.PCMU)) {
            hear(Leg.OUTSIDE, packet(0, 7, payload), heard);
        }
        assertThat(heard).as("whoever turns to G.711 may fax").containsExactly(Tone.CED);
    }

    @Test
    void whereNothingIsToBeKeptNobodyListensUntilSomethingIs() {
        List<Tone> heard = new ArrayList<>();
        watch.listen(false);
        FaxSounds.answering(Codec.PCMU).forEach(payload -> hear(Leg.INSIDE, packet(0, 7, payload), heard));
        assertThat(heard).isEmpty();
        watch.listen(true);
        FaxSounds.answering(Codec.PCMU).forEach(payload -> hear(Leg.INSIDE, packet(0, 7, payload), heard));
        assertThat(heard).containsExactly(Tone.CED);
    }

    @Test
    void whoIsToBeIgnoredIsNotListenedToWhateverBegins() {
        List<Tone> heard = new ArrayList<>();
        watch.ignore();
        watch.listen(true);
        FaxSounds.answering(Codec.PCMU).forEach(payload -> hear(Leg.INSIDE, packet(0, 7, payload), heard));
        assertThat(heard).isEmpty();
    }

    private ByteBuf packet(int payloadType, int ssrc, byte[] payload) {
        byte[] packet = Packets.rtp(payloadType, said, 160 * said, ssrc, payload);
        said++;
        return Packets.buffer(packet);
    }

    private void hear(Leg leg, ByteBuf packet, List<Tone> into) {
        Tone tone = hears(leg, packet);
        if (tone != null) {
            into.add(tone);
        }
    }

    private @Nullable Tone hears(Leg leg, ByteBuf packet) {
        try {
            return watch.hears(leg, packet);
        } finally {
            packet.release();
        }
    }
}
