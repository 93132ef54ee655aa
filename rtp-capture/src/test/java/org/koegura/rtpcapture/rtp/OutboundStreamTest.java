package org.koegura.rtpcapture.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.rtpcapture.Packets;
import org.koegura.rtpcapture.Packets.Seen;

/// What the outside party sees of sequence numbers, timestamps and sources, in virtual time.
class OutboundStreamTest {

    private static final AudioFormat PCMU = new AudioFormat(0, "PCMU", 8000, 20);
    private static final AudioFormat PCMA_30 = new AudioFormat(8, "PCMA", 8000, 30);

    private final OutboundStream stream = new OutboundStream(new Random(1));
    private long now = TimeUnit.SECONDS.toNanos(5);

    @Property(tries = 100)
    void oneSourceWithoutAJumpWhateverTheInsidePartyDoes(
            @ForAll @IntRange(max = 65_535) int firstSequence, @ForAll int firstTimestamp, @ForAll long seed) {
        OutboundStream mixed = new OutboundStream(new Random(seed));
        Random random = new Random(seed);
        int ssrc = random.nextInt();
        int sequence = firstSequence;
        int timestamp = firstTimestamp;
        @Nullable Seen last = null;
        boolean notice = false;
        boolean engaged = false;
        boolean joins = false;
        for (int i = 0; i < 600; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(20);
            int dice = random.nextInt(100);
            int lost = !notice && dice < 5 ? 1 + random.nextInt(20) : 0;
            if (dice == 50 && engaged) {
                now += TimeUnit.MILLISECONDS.toNanos(500);
                ssrc = random.nextInt();
                sequence = random.nextInt(65_536);
                timestamp = random.nextInt();
                joins = true;
            }
            if (dice > 90 && !notice) {
                now = Math.max(now, mixed.beginNotice(PCMU, now));
                notice = true;
                engaged = true;
                Seen first = notice(mixed, PCMU, true);
                assertFollows(last, first, 1);
                last = first;
                continue;
            }
            sequence += 1 + lost;
            timestamp += 160 * (1 + lost);
            ByteBuf packet = Packets.buffer(Packets.rtp(random, 8, sequence & 0xFFFF, timestamp, ssrc));
            if (notice) {
                mixed.withhold(packet, now);
                Seen next = notice(mixed, PCMU, false);
                assertFollows(last, next, 1);
                assertThat(next.timestamp() - (last == null ? 0 : last.timestamp()))
                        .isEqualTo(160);
                last = next;
                if (random.nextInt(30) == 0) {
                    notice = false;
                    mixed.endNotice();
                    joins = true;
                }
            } else if (mixed.relay(packet, now)) {
                Seen next = Seen.of(packet);
                // A gap where the two streams meet is nobody's loss: it is where the inside party was withheld.
                assertFollows(last, next, joins ? 1 : 1 + lost);
                joins = false;
                last = next;
            }
            packet.release();
        }
    }

    @Test
    void aNoticeCrossesTheSequenceWrapAndTheInsidePartyFollows() {
        relay(65_530, 1000, 7);
        now = stream.beginNotice(PCMU, now);
        for (int i = 0; i < 10; i++) {
            Seen sent = notice(stream, PCMU, i == 0);
            assertThat(sent.sequence()).isEqualTo((65_531 + i) & 0xFFFF);
            assertThat(sent.timestamp()).isEqualTo(1000 + 160 * (i + 1));
            assertThat(sent.marker()).isEqualTo(i == 0);
            assertThat(sent.ssrc()).isEqualTo(7);
            now += TimeUnit.MILLISECONDS.toNanos(20);
        }
        stream.endNotice();
        Seen joined = relay(5, 1000 + 160 * 11, 7);
        assertThat(joined.sequence()).isEqualTo(5);
        assertThat(joined.timestamp()).isEqualTo(1000 + 160 * 11);
        assertThat(stream.sequence()).isEqualTo(65_541);
    }

    /// A key that is swallowed is no notice, and the clock is the codec's all the same.
    @Test
    void aPressThatIsSwallowedLeavesTheTimestampsOfOpusAsTheyAre() {
        AudioFormat opus = new AudioFormat(111, "OPUS", 48_000, 20);
        relay(111, 100, 0, 7);
        ByteBuf event = Packets.buffer(Packets.rtp(new Random(2), 101, 101, 960, 7));
        stream.swallow(event, opus, now);
        event.release();
        now += TimeUnit.SECONDS.toNanos(1);
        Seen next = relay(111, 102, 48_000, 7);
        assertThat(next.sequence()).isEqualTo(101);
        assertThat(next.timestamp()).isEqualTo(48_000);
    }

    /// G.722 samples at 16 kHz and ticks at 8; Opus ticks at 48 kHz whatever it carries (RFC 3551 §4.5.2, RFC 7587
    /// §4.1).
    @ParameterizedTest
    @CsvSource({"9,G722,8000,20,160", "9,G722,8000,40,320", "111,OPUS,48000,20,960", "111,OPUS,48000,60,2880"})
    void aNoticeAndWhatFollowsStepByTheClockOfTheCodec(
            int payloadType, String encoding, int clockRateHz, int packetMillis, int step) {
        AudioFormat format = new AudioFormat(payloadType, encoding, clockRateHz, packetMillis);
        long packetNanos = TimeUnit.MILLISECONDS.toNanos(packetMillis);
        relay(payloadType, 65_500, -5 * step, 7);
        long insideNanos = now;
        now = stream.beginNotice(format, now);
        assertThat(now - insideNanos).isEqualTo(packetNanos);
        for (int i = 1; i <= 100; i++) {
            Seen sent = notice(stream, format, i == 1);
            assertThat(sent.payloadType()).isEqualTo(payloadType);
            assertThat(sent.sequence()).isEqualTo((65_500 + i) & 0xFFFF);
            assertThat(sent.timestamp()).isEqualTo(step * (i - 5));
            now += packetNanos;
        }
        stream.endNotice();
        Seen joined = relay(payloadType, (65_500 + 101) & 0xFFFF, step * (101 - 5), 7);
        assertThat(joined.sequence()).isEqualTo((65_500 + 101) & 0xFFFF);
        assertThat(joined.timestamp()).isEqualTo(step * (101 - 5));
    }

    /// A source that begins after the notice is put on its grid by arrival, in ticks of the codec's clock.
    @Test
    void aSourceOfOpusThatBeginsLateIsJoinedByArrival() {
        AudioFormat opus = new AudioFormat(111, "OPUS", 48_000, 20);
        now = stream.beginNotice(opus, now);
        Seen last = notice(stream, opus, true);
        stream.endNotice();
        now += TimeUnit.MILLISECONDS.toNanos(203);
        Seen joined = relay(111, 40_000, 123_456_789, 7);
        assertThat(joined.ssrc()).isEqualTo(last.ssrc());
        assertThat(joined.timestamp() - last.timestamp()).isEqualTo(10 * 960);
        now += TimeUnit.MILLISECONDS.toNanos(20);
        assertThat(relay(111, 40_001, 123_456_789 + 960, 7).timestamp() - last.timestamp())
                .isEqualTo(11 * 960);
    }

    @Test
    void packetsOfThirtyMillisecondsAdvanceByTheirOwnTicks() {
        relay(10, 5000, 7);
        now = stream.beginNotice(PCMA_30, now);
        Seen first = notice(stream, PCMA_30, true);
        now += TimeUnit.MILLISECONDS.toNanos(30);
        Seen second = notice(stream, PCMA_30, false);

        assertThat(first.timestamp()).isEqualTo(5240);
        assertThat(second.timestamp()).isEqualTo(5480);
        assertThat(second.payloadType()).isEqualTo(8);
    }

    @Test
    void afterSilenceTheNoticeAdvancesTheTimestampAsTheClockDid() {
        relay(10, 5000, 7);
        now += TimeUnit.MILLISECONDS.toNanos(400);
        now = stream.beginNotice(PCMU, now);

        assertThat(notice(stream, PCMU, true).timestamp()).isEqualTo(5000 + 3200);
    }

    @Test
    void aLatePacketFromBeforeTheNoticeHasNoPlaceAfterIt() {
        relay(10, 5000, 7);
        now = stream.beginNotice(PCMU, now);
        notice(stream, PCMU, true);
        stream.endNotice();
        now += TimeUnit.MILLISECONDS.toNanos(20);
        relay(12, 5320, 7);
        ByteBuf late = Packets.buffer(Packets.rtp(new Random(1), 0, 11, 5160, 7));

        assertThat(stream.relay(late, now)).isFalse();
        late.release();
        assertThat(relay(13, 5480, 7).sequence()).isEqualTo(13);
    }

    @Test
    void aTelephoneEventKeepsItsPayloadItsMarkerAndItsOneTimestamp() {
        relay(10, 5000, 7);
        now = stream.beginNotice(PCMU, now);
        notice(stream, PCMU, true);
        stream.endNotice();
        now += TimeUnit.MILLISECONDS.toNanos(20);
        byte[] pressed = {1, 10, 0, (byte) 160};
        byte[] released = {1, (byte) 0x8A, 1, 0x40};
        Seen first = relay(Packets.rtp(0x80 | 101, 12, 5320, 7, pressed));
        now += TimeUnit.MILLISECONDS.toNanos(20);
        Seen end = relay(Packets.rtp(101, 13, 5320, 7, released));

        assertThat(first.marker()).isTrue();
        assertThat(first.payload().array()).isEqualTo(pressed);
        assertThat(end.payload().array()).isEqualTo(released);
        assertThat(end.timestamp()).isEqualTo(first.timestamp());
        assertThat(end.sequence() - first.sequence()).isEqualTo(1);
        now += TimeUnit.MILLISECONDS.toNanos(20);
        now = stream.beginNotice(PCMU, now);
        assertThat(notice(stream, PCMU, true).timestamp())
                .as("the clock went on while the event's timestamp stood")
                .isEqualTo(first.timestamp() + 2 * 160);
    }

    @Test
    void aLongHoldAcrossHalfACycleOfSequenceNumbersIsFollowed() {
        relay(10, 5000, 7);
        now = stream.beginNotice(PCMU, now);
        notice(stream, PCMU, true);
        stream.endNotice();
        relay(11, 5160, 7);
        long before = stream.sequence();
        for (int i = 12; i < 50_000; i++) {
            ByteBuf packet = Packets.buffer(Packets.rtp(0, i, 160 * i, 7, new byte[0]));
            stream.skip(packet, now);
            packet.release();
        }
        relay(50_000, 160 * 50_000, 7);

        assertThat(stream.sequence()).isEqualTo(before + 49_989);
    }

    /// As RFC 3550 A.1 has it, within what was carried since the notice, ahead of it, and before it.
    @ParameterizedTest
    @ValueSource(ints = {700, 4_000, 9_000, 30_000, 60_000})
    void aSourceThatCountsAnewGoesOnWithoutAJumpFromItsSecondPacket(int anew) {
        Seen last = afterANotice(10, 5_000);
        assertThat(drops(anew, 123_456_789, 7)).isTrue();
        for (int i = 1; i < 5; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(20);
            Seen next = relay((anew + i) & 0xFFFF, 123_456_789 + 160 * i, 7);
            assertFollows(last, next, 1);
            assertThat(next.timestamp() - last.timestamp()).isLessThanOrEqualTo(2 * 160);
            last = next;
        }
        now = stream.beginNotice(PCMU, now);
        assertFollows(last, notice(stream, PCMU, true), 1);
    }

    @Test
    void aStrayPacketHasNoPlaceAndChangesNothing() {
        Seen last = afterANotice(10, 5_000);
        assertThat(drops(700, 160 * 700, 7)).isTrue();
        Seen next = relay(5_001, 160 * 5_001, 7);
        assertFollows(last, next, 1);
        assertThat(drops(701, 160 * 701, 7)).as("not one after the other").isTrue();
        assertFollows(next, relay(5_002, 160 * 5_002, 7), 1);
    }

    @Test
    void aSourceThatCountedAnewBeforeAnyNoticeIsFollowedByThat() {
        for (int i = 0; i < 3; i++) {
            relay(30_000 + i, 160 * i, 7);
            now += TimeUnit.MILLISECONDS.toNanos(20);
        }
        relay(100, 123_456_789, 7);
        Seen last = relay(101, 123_456_789 + 160, 7);
        assertThat(last.sequence()).as("untouched").isEqualTo(101);
        now = stream.beginNotice(PCMU, now);
        assertFollows(last, notice(stream, PCMU, true), 1);
        assertThat(stream.packets()).isEqualTo(6);
    }

    @Test
    void aSourceThatCountsAnewWithinANoticeIsJoinedAfterIt() {
        relay(30_000, 0, 7);
        now = stream.beginNotice(PCMU, now);
        Seen last = notice(stream, PCMU, true);
        for (int i = 0; i < 3; i++) {
            ByteBuf packet = Packets.buffer(Packets.rtp(0, 100 + i, 123_456_789 + 160 * i, 7, new byte[160]));
            stream.withhold(packet, now);
            packet.release();
        }
        stream.endNotice();
        now += TimeUnit.MILLISECONDS.toNanos(20);
        assertFollows(last, relay(103, 123_456_789 + 160 * 3, 7), 1);
    }

    /// The other party is on hold meanwhile.
    @ParameterizedTest
    @ValueSource(ints = {100, 28_000, 60_000})
    void aSourceThatCountsAnewWhileThereIsNowhereToSendItToIsHeardAfterwards(int anew) {
        Seen last = afterANotice(20_000, 24_000);
        for (int i = 0; i < 50; i++) {
            ByteBuf packet = Packets.buffer(Packets.rtp(0, anew + i, 123_456_789 + 160 * i, 7, new byte[160]));
            now += TimeUnit.MILLISECONDS.toNanos(20);
            stream.skip(packet, now);
            packet.release();
        }
        now += TimeUnit.MILLISECONDS.toNanos(20);
        Seen next = relay(anew + 50, 123_456_789 + 160 * 50, 7);
        assertFollows(last, next, 1);
        assertFollows(next, relay(anew + 51, 123_456_789 + 160 * 51, 7), 1);
    }

    @Test
    void aNoticeFollowsASourceThatCountedAnewWhileNothingOfItWasSent() {
        relay(30_000, 0, 7);
        for (int i = 0; i < 3; i++) {
            ByteBuf packet = Packets.buffer(Packets.rtp(0, 100 + i, 123_456_789 + 160 * i, 7, new byte[160]));
            stream.skip(packet, now);
            packet.release();
        }
        now += TimeUnit.MILLISECONDS.toNanos(20);
        Seen last = relay(103, 123_456_789 + 160 * 3, 7);
        now = stream.beginNotice(PCMU, now);
        assertFollows(last, notice(stream, PCMU, true), 1);
    }

    /// What the kernel passed went out as it was lent: the notice follows what the other party has heard.
    @Test
    void aSourceThatCountsAnewWhileTheKernelPassesItIsFollowedAsItWentOut() {
        Seen last = afterANotice(10, 5_000);
        int shift = last.sequence() - 5_000;
        for (int i = 0; i < 3; i++) {
            ByteBuf packet = Packets.buffer(Packets.rtp(0, 40_000 + i, 123_456_789 + 160 * i, 7, new byte[160]));
            now += TimeUnit.MILLISECONDS.toNanos(20);
            stream.passed(packet, now);
            packet.release();
        }
        assertThat(stream.sequenceShift()).isEqualTo(shift & 0xFFFF);
        now = stream.beginNotice(PCMU, now);
        assertThat(notice(stream, PCMU, true).sequence()).isEqualTo((40_003 + shift) & 0xFFFF);
    }

    /// The last packet of a stream that was joined after a notice at one number and carried to another.
    private Seen afterANotice(int from, int to) {
        relay(from - 1, 160 * (from - 1), 7);
        now = stream.beginNotice(PCMU, now);
        Seen last = notice(stream, PCMU, true);
        stream.endNotice();
        for (int i = from; i <= to; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(20);
            last = relay(i, 160 * i, 7);
        }
        return last;
    }

    private boolean drops(int sequence, int timestamp, int ssrc) {
        ByteBuf packet = Packets.buffer(Packets.rtp(0, sequence, timestamp, ssrc, new byte[160]));
        boolean relayed = stream.relay(packet, now);
        packet.release();
        return !relayed;
    }

    private static void assertFollows(@Nullable Seen last, Seen next, int step) {
        if (last == null) {
            return;
        }
        assertThat(next.ssrc()).isEqualTo(last.ssrc());
        assertThat((next.sequence() - last.sequence()) & 0xFFFF).isEqualTo(step);
        assertThat(next.timestamp() - last.timestamp()).isGreaterThanOrEqualTo(160);
    }

    private Seen notice(OutboundStream from, AudioFormat format, boolean first) {
        ByteBuf packet = Packets.buffer(new byte[0]);
        from.writeNotice(packet, format, new byte[format.ticksPerPacket()], first, now);
        Seen seen = Seen.of(packet);
        packet.release();
        return seen;
    }

    private Seen relay(int sequence, int timestamp, int ssrc) {
        return relay(0, sequence, timestamp, ssrc);
    }

    private Seen relay(int payloadType, int sequence, int timestamp, int ssrc) {
        return relay(Packets.rtp(payloadType, sequence, timestamp, ssrc, new byte[160]));
    }

    private Seen relay(byte[] bytes) {
        ByteBuf packet = Packets.buffer(bytes);
        assertThat(stream.relay(packet, now)).isTrue();
        Seen seen = Seen.of(packet);
        packet.release();
        return seen;
    }
}
