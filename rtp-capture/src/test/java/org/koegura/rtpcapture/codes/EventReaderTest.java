package org.koegura.rtpcapture.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.codes.Presses.block;
import static org.koegura.rtpcapture.codes.Presses.packet;
import static org.koegura.rtpcapture.codes.Presses.whole;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.rtpcapture.Packets;

class EventReaderTest {

    private final EventReader reader = new EventReader();
    private final List<Integer> begun = new ArrayList<>();

    @Test
    void aPressIsOneHoweverManyPacketsTellOfIt() {
        whole(10, 8000, '5', 6).forEach(this::read);
        assertThat(begun).containsExactly(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void onePacketOfItIsEnoughWhicheverArrives(int which) {
        read(whole(10, 8000, '#', 6).get(which));
        assertThat(begun).containsExactly(11);
    }

    @Test
    void packetsOfOnePressMayComeInAnyOrderAndTwice() {
        List<byte[]> packets = new ArrayList<>(whole(10, 8000, '*', 5));
        packets.addAll(whole(10, 8000, '*', 5));
        Collections.shuffle(packets, new Random(3));
        packets.forEach(this::read);
        assertThat(begun).containsExactly(10);
    }

    @Test
    void theSameKeyPressedTwiceIsTwoPresses() {
        whole(10, 8000, '1', 4).forEach(this::read);
        whole(20, 9600, '1', 4).forEach(this::read);
        assertThat(begun).containsExactly(1, 1);
    }

    @Test
    void theLastEndOfAPressMayComeAfterTheNextBegan() {
        List<byte[]> first = whole(10, 8000, '1', 4);
        first.subList(0, 5).forEach(this::read);
        read(whole(20, 9600, '2', 4).getFirst());
        read(first.getLast());
        assertThat(begun).containsExactly(1, 2);
    }

    @Test
    void aPacketMayTellOfSeveralOneAfterTheOther() {
        read(packet(10, 8000, block(1, 400, true), block(2, 400, true), block(3, 160, false)));
        read(packet(11, 8400, block(2, 400, true), block(3, 320, false)));
        read(packet(12, 8800, block(3, 480, true)));
        assertThat(begun).containsExactly(1, 2, 3);
    }

    @Test
    void aKeyHeldDownForLongerThanTheFieldCanSayStaysOnePress() {
        read(packet(10, 8000, 10, 160, false));
        read(packet(400, 8000, 10, 0xFFFF, false));
        read(packet(401, 8000 + 0xFFFF, 10, 160, false));
        read(packet(400, 8000, 10, 0xFFFF, false));
        read(packet(800, 8000 + 0xFFFF, 10, 0xFFFF, false));
        read(packet(801, 8000 + 2 * 0xFFFF, 10, 160, true));
        assertThat(begun).containsExactly(10);
    }

    @Test
    void timestampsMayRunOverTheirEnd() {
        read(packet(10, -160, block(1, 320, true), block(2, 160, false)));
        read(packet(11, 160, block(2, 320, true)));
        assertThat(begun).containsExactly(1, 2);
    }

    @Test
    void anotherSourceBeginsAnew() {
        read(packet(10, 8000, 1, 160, false));
        byte[] other = packet(10, 8000, 1, 160, false);
        other[11] ^= 1;
        read(other);
        assertThat(begun).containsExactly(1, 1);
    }

    @Test
    void noMorePressesAreKnownThanThereIsRoomFor() {
        IntStream.range(0, 1000).forEach(i -> read(packet(i, 8000 + 1000 * i, 1, 160, false)));
        assertThat(begun).hasSize(1000);
        read(packet(1, 8000 + 1000 * (1000 - EventReader.PRESSES_MAX), 1, 320, true));
        assertThat(begun).as("the oldest that is known").hasSize(1000);
        read(packet(1, 8000, 1, 320, true));
        assertThat(begun).as("one that is not").hasSize(1001);
    }

    @Test
    void whatIsNoWholeBlockTellsOfNothing() {
        read(Packets.rtp(Presses.EVENT_TYPE, 1, 8000, Presses.SSRC, new byte[] {10, 0, 0}));
        assertThat(begun).isEmpty();
        byte[] padded = Packets.rtp(Presses.EVENT_TYPE, 1, 8000, Presses.SSRC, new byte[] {10, 0, 0, 99, 0, 0, 0, 4});
        padded[0] |= 0x20;
        read(padded);
        assertThat(begun).as("its padding is none").containsExactly(10);
    }

    private void read(byte[] packet) {
        ByteBuf buffer = Packets.buffer(packet);
        reader.read(buffer).stream()
                .filter(EventReader.Seen::begins)
                .forEach(seen -> begun.add(seen.press().event()));
        buffer.release();
    }
}
