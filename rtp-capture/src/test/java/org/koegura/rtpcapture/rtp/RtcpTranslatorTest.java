package org.koegura.rtpcapture.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.rtpcapture.LoopbackCall;
import org.koegura.rtpcapture.Packets;

/// RTCP in the numbers of the one who reads it, both ways, after a notice of ten packets (trap 25).
class RtcpTranslatorTest {

    private static final int FORMER_SSRC = 0x01010101;
    private static final int INSIDE_SSRC = 0x11223344;
    private static final int OUTSIDE_SSRC = 0x55667788;
    private static final int NOTICE_PACKETS = 10;

    private OutboundStream stream = new OutboundStream(new Random(3));
    private RtcpTranslator translator = new RtcpTranslator(stream);
    private long now = TimeUnit.SECONDS.toNanos(1);

    /// The tries of one property share the instance.
    @BeforeTry
    void afresh() {
        stream = new OutboundStream(new Random(3));
        translator = new RtcpTranslator(stream);
    }

    @Property
    void noBytesMakeItThrowGrowOrReadBeyondThem(
            @ForAll @Size(max = 200) byte[] junk,
            @ForAll @IntRange(min = 192, max = 223) int type,
            @ForAll boolean joined) {
        if (joined) {
            noticeWithin(100, FORMER_SSRC);
        } else {
            now = stream.beginNotice(LoopbackCall.PCMU, now);
        }
        if (junk.length > 1) {
            junk[0] = (byte) (0x80 | (junk[0] & 0x3F));
            junk[1] = (byte) type;
        }
        if (junk.length > 3 && junk[3] % 2 == 0) {
            junk[2] = 0;
            junk[3] = (byte) (junk[3] & 0x0F);
        }
        ByteBuf in = Packets.buffer(junk);
        for (boolean toOutside : new boolean[] {true, false}) {
            ByteBuf out = Packets.buffer(new byte[0]);
            if (toOutside) {
                translator.toOutside(in, out);
            } else {
                translator.toInside(in, out);
            }
            assertThat(out.readableBytes()).isBetween(0, junk.length);
            out.release();
        }
        assertThat(translator.reportsOnUs(in, Instant.EPOCH)).hasSizeLessThan(31 * 50);
        assertThat(Packets.hex(in)).isEqualTo(java.util.HexFormat.of().formatHex(junk));
        in.release();
    }

    @Property(tries = 300)
    void aReportedNumberIsToldAsTheInsideNumberThatWentOutAsIt(
            @ForAll @IntRange(max = 65_535) int first,
            @ForAll @IntRange(min = 1, max = 300) int packets,
            @ForAll long seed) {
        Random random = new Random(seed);
        noticeWithin(first, INSIDE_SSRC);
        List<int[]> insideAndOutside = new ArrayList<>();
        int sequence = first + 2 + NOTICE_PACKETS;
        for (int i = 0; i < packets; i++) {
            sequence += random.nextInt(20) == 0 ? 4 : 1;
            insideAndOutside.add(new int[] {sequence & 0xFFFF, relay(sequence, INSIDE_SSRC)});
        }
        int[] reported = insideAndOutside.get(random.nextInt(packets));
        ByteBuf told = toInside(receiverReport(stream.ssrc(), 0x30000 | reported[1]));

        assertThat(told.getInt(8)).isEqualTo(INSIDE_SSRC);
        assertThat(told.getInt(16) & 0xFFFF).isEqualTo(reported[0]);
        assertThat(told.getInt(4)).as("the reporter stays itself").isEqualTo(OUTSIDE_SSRC);
        told.release();
    }

    @Test
    void aReportOnTheNoticeIsToldAsTheLastPacketBeforeIt() {
        relay(100, INSIDE_SSRC);
        now = stream.beginNotice(LoopbackCall.PCMU, now);
        playNotice();
        ByteBuf told = toInside(receiverReport(stream.ssrc(), (int) stream.sequence()));

        assertThat(told.getInt(16)).isEqualTo(100);
        told.release();
    }

    @Test
    void aReportOnANoticeIsLeftOutWhereNothingOfTheInsidePartyWasSent() {
        now = stream.beginNotice(LoopbackCall.PCMU, now);
        playNotice();
        ByteBuf told = toInside(receiverReport(stream.ssrc(), (int) stream.sequence()));

        assertThat(Packets.hex(told)).isEqualTo("80c9000155667788");
        told.release();
    }

    @Test
    void packetsAreAskedForAgainByTheInsidePartysNumbersAndNoneOfTheNotices() {
        noticeWithin(100, FORMER_SSRC);
        int notice = relay(102 + NOTICE_PACKETS, FORMER_SSRC) - 5;
        int lost = relay(103 + NOTICE_PACKETS, FORMER_SSRC);
        ByteBuf told = toInside(nack(notice, lost));

        assertThat(told.readableBytes()).isEqualTo(16);
        assertThat(told.getUnsignedShort(2)).isEqualTo(3);
        assertThat(told.getInt(8)).isEqualTo(FORMER_SSRC);
        assertThat(told.getUnsignedShort(12)).isEqualTo(103 + NOTICE_PACKETS);
        assertThat(told.getUnsignedShort(14)).isEqualTo(5);
        told.release();
        ByteBuf nothing = toInside(nack(notice));
        assertThat(nothing.isReadable()).as("nobody has it to send it again").isFalse();
        nothing.release();
    }

    @Test
    void whileTheNoticeSpeaksNothingOfItIsAskedOfTheInsideParty() {
        int last = relay(100, FORMER_SSRC);
        now = stream.beginNotice(LoopbackCall.PCMU, now);
        playNotice();
        ByteBuf told = toInside(nack(last + 3));
        assertThat(told.isReadable()).isFalse();
        told.release();
        stream.endNotice();
        ByteBuf before = toInside(nack(last + 3));
        assertThat(before.isReadable()).isFalse();
        before.release();
    }

    /// A summary of packets, one that begins in the notice, metrics of voice, and the delay since a report of ours.
    @Test
    void extendedReportsTellTheInsidePartysNumbersToo() {
        noticeWithin(100, FORMER_SSRC);
        int begin = relay(102 + NOTICE_PACKETS, FORMER_SSRC);
        int end = relay(103 + NOTICE_PACKETS, FORMER_SSRC) + 1;
        ByteBuf told = toInside(ByteBuffer.allocate(8 + 16 + 12 + 8 + 16)
                .put((byte) 0x80)
                .put((byte) 207)
                .putShort((short) 14)
                .putInt(OUTSIDE_SSRC)
                .putInt(0x06000003) // statistics summary, four words of it
                .putInt(stream.ssrc())
                .putShort((short) begin)
                .putShort((short) end)
                .putInt(77)
                .putInt(0x01000002) // loss run lengths
                .putInt(stream.ssrc())
                .putShort((short) (begin - 3))
                .putShort((short) end)
                .putInt(0x07000001) // voice
                .putInt(stream.ssrc())
                .putInt(0x05000003) // delay since the last report
                .putInt(stream.ssrc())
                .putInt(88)
                .putInt(99)
                .array());

        assertThat(told.readableBytes()).isEqualTo(8 + 16 + 8 + 16);
        assertThat(told.getUnsignedShort(2)).isEqualTo(11);
        assertThat(told.getInt(12)).isEqualTo(FORMER_SSRC);
        assertThat(told.getUnsignedShort(16)).isEqualTo(102 + NOTICE_PACKETS);
        assertThat(told.getUnsignedShort(18)).isEqualTo(104 + NOTICE_PACKETS);
        assertThat(told.getInt(20)).isEqualTo(77);
        assertThat(told.getInt(28)).as("voice").isEqualTo(FORMER_SSRC);
        assertThat(told.getInt(36)).as("delay").isEqualTo(FORMER_SSRC);
        assertThat(told.getInt(44)).isEqualTo(99);
        told.release();
    }

    @Test
    void aCompoundPacketOfTheInsidePartyNamesTheStreamThatIsHeard() {
        noticeWithin(100, FORMER_SSRC);
        stream.endNotice();
        now += TimeUnit.MILLISECONDS.toNanos(500);
        relay(7000, INSIDE_SSRC);
        byte[] compound = ByteBuffer.allocate(28 + 24 + 24 + 12)
                .put(senderReport(INSIDE_SSRC, 90_000, 24))
                .put(block(OUTSIDE_SSRC, 1234))
                .put(sourceDescription(INSIDE_SSRC, "a@b.example"))
                .put(bye(INSIDE_SSRC, FORMER_SSRC + 1))
                .array();
        ByteBuf in = Packets.buffer(compound);
        ByteBuf out = Packets.buffer(new byte[0]);
        translator.toOutside(in, out);
        in.release();

        assertThat(stream.ssrc()).isEqualTo(FORMER_SSRC);
        assertThat(out.readableBytes()).isEqualTo(compound.length - 4);
        assertThat(out.getInt(4)).as("sender report").isEqualTo(FORMER_SSRC);
        assertThat(out.getLong(8)).as("NTP time stays").isEqualTo(0x1111111122222222L);
        assertThat(out.getInt(16)).isEqualTo(90_000 + stream.timestampOffset());
        assertThat(out.getInt(20)).as("packets really sent").isEqualTo((int) stream.packets());
        assertThat(out.getInt(24)).as("octets really sent").isEqualTo((int) stream.octets());
        assertThat(out.getInt(28)).as("the block on the outside party stays").isEqualTo(OUTSIDE_SSRC);
        assertThat(out.getInt(36)).isEqualTo(1234);
        assertThat(out.getInt(52 + 4)).as("source description").isEqualTo(FORMER_SSRC);
        assertThat(out.getInt(76)).as("BYE of the other source alone").isEqualTo(0x81CB0001);
        assertThat(out.getInt(76 + 4)).isEqualTo(FORMER_SSRC + 1);
        out.release();
    }

    /// Music on hold comes from another source, and is heard as the same.
    @Test
    void aSourceThatTheInsidePartyLeavesDoesNotEndTheStreamThatIsHeard() {
        noticeWithin(100, FORMER_SSRC);
        stream.endNotice();
        now += TimeUnit.MILLISECONDS.toNanos(500);
        relay(7000, INSIDE_SSRC);
        byte[] compound = ByteBuffer.allocate(28 + 8)
                .put(senderReport(INSIDE_SSRC, 90_000, 0))
                .put(bye(INSIDE_SSRC))
                .array();
        ByteBuf in = Packets.buffer(compound);
        ByteBuf out = Packets.buffer(new byte[0]);
        translator.toOutside(in, out);
        in.release();

        assertThat(out.readableBytes()).as("the report alone").isEqualTo(28);
        assertThat(out.getUnsignedByte(1)).isEqualTo((short) 200);
        out.release();
    }

    @Test
    void aSenderReportOfAStreamThatWasNotHeardYetBecomesAReceiverReport() {
        now = stream.beginNotice(LoopbackCall.PCMU, now);
        playNotice();
        byte[] report = ByteBuffer.allocate(28 + 24)
                .put(senderReport(INSIDE_SSRC, 90_000, 24))
                .put(block(OUTSIDE_SSRC, 1234))
                .array();
        ByteBuf in = Packets.buffer(report);
        ByteBuf out = Packets.buffer(new byte[0]);
        translator.toOutside(in, out);
        in.release();

        assertThat(out.getUnsignedByte(1)).isEqualTo((short) 201);
        assertThat(out.getUnsignedShort(2)).isEqualTo(7);
        assertThat(out.getInt(4)).isEqualTo(stream.ssrc());
        assertThat(out.getInt(8)).isEqualTo(OUTSIDE_SSRC);
        assertThat(out.readableBytes()).isEqualTo(32);
        out.release();
    }

    @Test
    void onlyBlocksOnOurStreamAreReportsOnTheNotice() {
        noticeWithin(100, INSIDE_SSRC);
        ByteBuf in = Packets.buffer(ByteBuffer.allocate(8 + 48)
                .put((byte) 0x82)
                .put((byte) 201)
                .putShort((short) 13)
                .putInt(OUTSIDE_SSRC)
                .put(block(0x0BAD0BAD, 5))
                .put(block(INSIDE_SSRC, 111))
                .array());
        assertThat(translator.reportsOnUs(in, Instant.EPOCH))
                .containsExactly(new ReceiverReport(Instant.EPOCH, 3, -2, 111, 4));
        in.release();
    }

    @Test
    void ourOwnReportIsAWellFormedCompoundPacket() {
        now = stream.beginNotice(LoopbackCall.PCMU, now);
        playNotice();
        for (String name : List.of("a", "ab", "abc", "abcd", "0123456789abcdef")) {
            ByteBuf out = Packets.buffer(new byte[0]);
            translator.ownReport(out, name, Instant.EPOCH, now);
            int chunk = 28;
            assertThat(out.getUnsignedShort(2)).isEqualTo(6);
            assertThat(out.getInt(8)).isEqualTo((int) 2_208_988_800L);
            assertThat(out.getInt(20)).isEqualTo(NOTICE_PACKETS);
            assertThat(out.readableBytes()).isEqualTo(chunk + 4 * (out.getUnsignedShort(chunk + 2) + 1));
            assertThat(out.getUnsignedByte(chunk + 9)).isEqualTo((short) name.length());
            assertThat(out.getByte(out.writerIndex() - 1))
                    .as("a null ends the items")
                    .isZero();
            out.release();
        }
    }

    /// A packet of the inside party, a notice, and the inside party's next packet.
    private void noticeWithin(int firstSequence, int ssrc) {
        relay(firstSequence, ssrc);
        now = stream.beginNotice(LoopbackCall.PCMU, now);
        playNotice();
        stream.endNotice();
        relay(firstSequence + 1 + NOTICE_PACKETS, ssrc);
    }

    private void playNotice() {
        for (int i = 0; i < NOTICE_PACKETS; i++) {
            ByteBuf packet = Packets.buffer(new byte[0]);
            stream.writeNotice(packet, LoopbackCall.PCMU, new byte[160], i == 0, now);
            packet.release();
            now += TimeUnit.MILLISECONDS.toNanos(20);
        }
    }

    private int relay(int sequence, int ssrc) {
        ByteBuf packet = Packets.buffer(Packets.rtp(0, sequence & 0xFFFF, 160 * sequence, ssrc, new byte[160]));
        assertThat(stream.relay(packet, now)).isTrue();
        int sent = RtpHeader.sequence(packet);
        packet.release();
        now += TimeUnit.MILLISECONDS.toNanos(20);
        return sent;
    }

    /// A generic NACK of packets of our stream, and for each of the first and third after it.
    private byte[] nack(int... sequences) {
        ByteBuffer nack = ByteBuffer.allocate(12 + 4 * sequences.length)
                .put((byte) 0x81)
                .put((byte) 205)
                .putShort((short) (2 + sequences.length))
                .putInt(OUTSIDE_SSRC)
                .putInt(stream.ssrc());
        for (int sequence : sequences) {
            nack.putShort((short) sequence).putShort((short) 5);
        }
        return nack.array();
    }

    private ByteBuf toInside(byte[] packet) {
        ByteBuf in = Packets.buffer(packet);
        ByteBuf out = Packets.buffer(new byte[0]);
        translator.toInside(in, out);
        in.release();
        return out;
    }

    private static byte[] receiverReport(int ssrc, int highest) {
        return ByteBuffer.allocate(32)
                .put((byte) 0x81)
                .put((byte) 201)
                .putShort((short) 7)
                .putInt(OUTSIDE_SSRC)
                .put(block(ssrc, highest))
                .array();
    }

    /// Fraction 3/256, two duplicates more than losses, jitter 4.
    private static byte[] block(int ssrc, int highest) {
        return ByteBuffer.allocate(24)
                .putInt(ssrc)
                .putInt(0x03FFFFFE)
                .putInt(highest)
                .putInt(4)
                .putLong(0)
                .array();
    }

    private static byte[] senderReport(int ssrc, int timestamp, int blockBytes) {
        return ByteBuffer.allocate(28)
                .put((byte) (0x80 | blockBytes / 24))
                .put((byte) 200)
                .putShort((short) (6 + blockBytes / 4))
                .putInt(ssrc)
                .putLong(0x1111111122222222L)
                .putInt(timestamp)
                .putInt(1)
                .putInt(2)
                .array();
    }

    private static byte[] sourceDescription(int ssrc, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        int bytes = (8 + 2 + text.length + 1 + 3) / 4 * 4;
        return ByteBuffer.allocate(bytes)
                .put((byte) 0x81)
                .put((byte) 202)
                .putShort((short) (bytes / 4 - 1))
                .putInt(ssrc)
                .put((byte) 1)
                .put((byte) text.length)
                .put(text)
                .array();
    }

    private static byte[] bye(int... sources) {
        ByteBuffer packet = ByteBuffer.allocate(4 + 4 * sources.length)
                .put((byte) (0x80 | sources.length))
                .put((byte) 203)
                .putShort((short) sources.length);
        for (int source : sources) {
            packet.putInt(source);
        }
        return packet.array();
    }
}
