package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.srtp.Samples.datagram;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

class SrtpPropertyTest {

    @Property(tries = 400)
    void whatIsProtectedIsOpenedToTheBitAndNothingOfItIsReadable(
            @ForAll CryptoSuite suite,
            @ForAll long seed,
            @ForAll @IntRange(max = 65_535) int sequence,
            @ForAll @IntRange(max = 15) int contributing,
            @ForAll @IntRange(min = -1, max = 20) int extensionWords,
            @ForAll @Size(max = 1200) byte[] payload) {
        MasterKey key = Samples.key(suite, seed);
        byte[] plain = packet(seed, sequence, contributing, extensionWords, payload);
        int header = plain.length - payload.length;
        SrtpSender sender = new SrtpSender(key);
        ByteBuf from = datagram(plain);
        ByteBuf out = Samples.MEMORY.heapBuffer();

        assertThat(sender.protectRtp(from, out)).isEqualTo(Outcome.PASSED);

        assertThat(Samples.bytes(from)).as("what it was made of").isEqualTo(plain);
        assertThat(out.readableBytes()).isEqualTo(plain.length + suite.tagBytes());
        byte[] sent = Samples.bytes(out);
        assertThat(Arrays.copyOf(sent, header)).as("the header").isEqualTo(Arrays.copyOf(plain, header));
        if (payload.length >= 8) {
            assertThat(Arrays.copyOfRange(sent, header, plain.length)).isNotEqualTo(payload);
        }
        ByteBuf heard = datagram(sent);
        assertThat(new SrtpReceiver(key).unprotectRtp(heard)).isEqualTo(Outcome.PASSED);
        assertThat(Samples.bytes(heard)).isEqualTo(plain);
    }

    @Property(tries = 200)
    void reportsAreOpenedToTheBitInAnyOrder(@ForAll CryptoSuite suite, @ForAll long seed) {
        MasterKey key = Samples.key(suite, seed);
        SrtpSender sender = new SrtpSender(key);
        SrtpReceiver receiver = new SrtpReceiver(key);
        List<byte[]> plain = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            plain.add(Samples.rtcp(Samples.SSRC + i % 3, i));
            sent.add(Samples.protectReport(sender, plain.get(i)));
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        for (int i : order) {
            ByteBuf heard = datagram(sent.get(i));
            assertThat(receiver.unprotectRtcp(heard)).isEqualTo(Outcome.PASSED);
            assertThat(Samples.bytes(heard)).isEqualTo(plain.get(i));
        }
    }

    /// Sequence numbers wrap several times; packets are lost, late and doubled, around the wraps too.
    @Property(tries = 60)
    void theRolloverCounterIsFollowedThroughWrapsLossAndReordering(
            @ForAll CryptoSuite suite,
            @ForAll @IntRange(max = 65_535) int first,
            @ForAll @Size(min = 20, max = 120) List<@IntRange(min = -60, max = 9000) Integer> steps) {
        MasterKey key = Samples.key(suite, first);
        SrtpSender sender = new SrtpSender(key);
        SrtpReceiver receiver = new SrtpReceiver(key);
        Set<Long> sent = new HashSet<>();
        long highest = first;
        long index = first;
        for (int step : steps) {
            byte[] plain = Samples.rtp(Samples.SSRC, (int) index & 0xFFFF, Samples.payload(index));
            ByteBuf out = Samples.MEMORY.heapBuffer();
            if (index >= 0) {
                boolean isNew = sent.add(index);
                assertThat(sender.protectRtp(datagram(plain), out))
                        .isEqualTo(isNew ? Outcome.PASSED : Outcome.REPEATED);
                if (isNew) {
                    byte[] packet = Samples.bytes(out);
                    ByteBuf heard = datagram(packet);
                    assertThat(receiver.unprotectRtp(heard))
                            .as("index %d", index)
                            .isEqualTo(Outcome.PASSED);
                    assertThat(Samples.bytes(heard)).isEqualTo(plain);
                    assertThat(receiver.unprotectRtp(datagram(packet))).isEqualTo(Outcome.REPEATED);
                }
            }
            highest = Math.max(highest, index);
            index = highest + step;
        }
        assertThat(receiver.checkpoint().getFirst().packetIndex()).isEqualTo(highest);
    }

    private static byte[] packet(long seed, int sequence, int contributing, int extensionWords, byte[] payload) {
        byte[] fixed = Samples.rtp((int) seed, sequence, new byte[0]);
        fixed[0] |= (byte) (contributing | (extensionWords >= 0 ? 0x10 : 0));
        byte[] rest = new byte[4 * contributing + (extensionWords >= 0 ? 4 + 4 * extensionWords : 0)];
        new Random(seed).nextBytes(rest);
        if (extensionWords >= 0) {
            rest[4 * contributing + 2] = 0;
            rest[4 * contributing + 3] = (byte) extensionWords;
        }
        byte[] packet = Arrays.copyOf(fixed, fixed.length + rest.length + payload.length);
        System.arraycopy(rest, 0, packet, fixed.length, rest.length);
        System.arraycopy(payload, 0, packet, fixed.length + rest.length, payload.length);
        return packet;
    }
}
