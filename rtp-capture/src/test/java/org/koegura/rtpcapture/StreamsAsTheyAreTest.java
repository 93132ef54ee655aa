package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.rtpcapture.socket.MediaTransport;

/// Whatever a stream does, every packet of it is relayed and captured bit for bit.
class StreamsAsTheyAreTest {

    private static final int PCMU = 0;
    private static final int COMFORT_NOISE = 13;
    private static final int MARKER = 0x80;

    private final Random random = new Random(23);

    @ParameterizedTest
    @EnumSource(Leg.class)
    void anotherSourceInMidCallGoesOnAsItCame(Leg leg) throws Exception {
        List<byte[]> stream = new ArrayList<>();
        for (int source = 1; source <= 4; source++) { // each with numbers of its own, and the first comes back
            int ssrc = source == 4 ? 1 : source;
            for (int i = 0; i < 10; i++) {
                stream.add(Packets.rtp(random, PCMU, 9000 * source + i, 77_777 * source + 160 * i, ssrc));
            }
        }
        passesAsItIs(leg, stream);
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void sequenceAndTimestampThatWrapGoOnAsTheyCame(Leg leg) throws Exception {
        List<byte[]> stream = new ArrayList<>();
        for (int i = -20; i < 20; i++) {
            stream.add(Packets.rtp(random, PCMU, i & 0xFFFF, 160 * i, 5));
        }
        passesAsItIs(leg, stream);
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void packetsOutOfOrderTwiceOrMissingGoOnAsTheyCame(Leg leg) throws Exception {
        List<byte[]> stream = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            if (random.nextInt(5) > 0) {
                stream.add(Packets.rtp(random, PCMU, i, 160 * i, 5));
            }
        }
        for (int i = 0; i < 10; i++) {
            stream.add(stream.get(random.nextInt(stream.size())));
        }
        Collections.shuffle(stream, random);
        passesAsItIs(leg, stream);
    }

    /// Voice activity detection: comfort noise ends a talk spurt, and the next begins with a marker. The type of
    /// comfort noise is static (RFC 3551 §6), and some send it without ever having agreed to it.
    @ParameterizedTest
    @EnumSource(Leg.class)
    void silenceComfortNoiseAndTalkSpurtsGoOnAsTheyCame(Leg leg) throws Exception {
        List<byte[]> stream = new ArrayList<>();
        int sequence = 0;
        for (int spurt = 0; spurt < 3; spurt++) {
            int begins = spurt * 40_000;
            for (int i = 0; i < 5; i++) {
                stream.add(Packets.rtp(random, i == 0 ? MARKER | PCMU : PCMU, sequence++, begins + 160 * i, 5));
            }
            byte[] level = {64};
            stream.add(Packets.rtp(COMFORT_NOISE, sequence++, begins + 800, 5, level));
            stream.add(Packets.rtp(COMFORT_NOISE, sequence++, begins + 8800, 5, new byte[] {64, 17, 99}));
        }
        passesAsItIs(leg, stream);
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void telephoneEventsGoOnAsTheyCame(Leg leg) throws Exception {
        List<byte[]> stream = new ArrayList<>();
        stream.add(Packets.rtp(random, PCMU, 0, 0, 5));
        for (int i = 0; i < 6; i++) {
            byte[] event = {11, (byte) (i < 3 ? 10 : 0x8A), 0, (byte) (40 * Math.min(i, 3))};
            int type = i == 0 ? MARKER | LoopbackCall.TELEPHONE_EVENT : LoopbackCall.TELEPHONE_EVENT;
            stream.add(Packets.rtp(type, 1 + i, 160, 5, event));
        }
        stream.add(Packets.rtp(random, PCMU, 7, 1280, 5));
        passesAsItIs(leg, stream);
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void contributorsExtensionsPaddingAndSizesGoOnAsTheyCame(Leg leg) throws Exception {
        passesAsItIs(leg, oddHeaders());
    }

    /// After a notice the outside party hears other numbers; nothing else of a packet changes, and what is captured are
    /// the numbers that came.
    @Test
    void afterANoticeOnlySequenceTimestampAndSourceDiffer() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.inside.say(Packets.rtp(random, PCMU, 100, 160, 5));
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            NoticeProof proof = call.told.awaitHeard();
            call.captureAnnounced(proof);
            int before = call.outside.heard.size();
            List<byte[]> stream = oddHeaders();
            for (int i = 0; i < 5; i++) { // another source, too
                stream.add(Packets.rtp(random, PCMU, 700 + i, 55_000 + 160 * i, 6));
            }
            for (int i = 0; i < stream.size(); i++) {
                call.inside.say(stream.get(i));
                call.outside.awaitHeard(before + i + 1);
            }

            List<byte[]> heard = List.copyOf(call.outside.heard).subList(before, before + stream.size());
            for (int i = 0; i < stream.size(); i++) {
                assertThat(renumbered(heard.get(i))).isEqualTo(renumbered(stream.get(i)));
                Packets.Seen seen = Packets.Seen.of(heard.get(i));
                assertThat(Integer.toUnsignedLong(seen.ssrc())).isEqualTo(proof.ssrc());
                assertThat(seen.sequence()).isEqualTo((proof.lastSequence() + 1 + i) & 0xFFFF);
            }
            call.hangUp();
            assertThat(kept(call, Leg.INSIDE)).containsExactlyElementsOf(wrapped(stream));
        }
    }

    @Test
    void fromIpv4InsideToIpv6OutsideNothingChangesButTheAddresses() throws Exception {
        InetAddress six = InetAddress.ofLiteral("::1");
        MediaAddresses both = new MediaAddresses(InetAddress.ofLiteral("127.0.0.1"), six);
        RtpCapture.Settings settings = LoopbackCall.settings(both, 1 << 20);
        try (LoopbackCall call = new LoopbackCall(settings, MediaTransport.best(), 25);
                LoopbackCall.Telephone outside = new LoopbackCall.Telephone(six)) {
            call.session.signalledAt(Leg.INSIDE, call.inside.address().getAddress());
            call.session.signalledAt(Leg.OUTSIDE, six);
            call.connect(call.inside, outside);
            call.captureExempted();
            List<byte[]> stream = oddHeaders();
            for (int i = 0; i < stream.size(); i++) {
                call.inside.say(stream.get(i));
                outside.say(stream.get(i));
                call.inside.awaitHeard(i + 1);
                outside.awaitHeard(i + 1);
            }

            assertThat(call.session.local(0, Leg.OUTSIDE).rtp().getAddress()).isEqualTo(six);
            assertThat(outside.heard).containsExactlyElementsOf(stream);
            assertThat(call.inside.heard).containsExactlyElementsOf(stream);
            call.hangUp();
            for (Leg leg : Leg.values()) {
                assertThat(kept(call, leg)).containsExactlyElementsOf(wrapped(stream));
            }
        }
    }

    /// Relays and captures a stream of one leg while the other speaks plainly, and counts every packet.
    private void passesAsItIs(Leg leg, List<byte[]> stream) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            LoopbackCall.Telephone talker = leg == Leg.INSIDE ? call.inside : call.outside;
            LoopbackCall.Telephone listener = leg == Leg.INSIDE ? call.outside : call.inside;
            for (int i = 0; i < stream.size(); i++) {
                talker.say(stream.get(i));
                listener.say(Packets.rtp(random, PCMU, i, 160 * i, 99));
                listener.awaitHeard(i + 1);
                talker.awaitHeard(i + 1);
            }

            assertThat(listener.heard).containsExactlyElementsOf(stream);
            MediaReport report = call.hangUp();
            assertThat(kept(call, leg)).containsExactlyElementsOf(wrapped(stream));
            assertThat(report.accounts()).allSatisfy(account -> {
                assertThat(account.received()).isEqualTo(stream.size());
                assertThat(account.withheld()).doesNotContainKey(Withheld.NOT_AUDIO);
            });
            assertThat(report.accounts()).extracting(StreamAccount::recorded).containsOnly((long) stream.size());
        }
    }

    /// All that the first byte of a header may say, and payloads from none to more than a frame of Ethernet.
    private List<byte[]> oddHeaders() {
        List<byte[]> packets = new ArrayList<>();
        for (int contributors : new int[] {0, 1, 15}) {
            for (int extensionWords : new int[] {-1, 0, 3}) {
                for (int padding : new int[] {0, 4}) {
                    packets.add(packet(packets.size(), contributors, extensionWords, padding, 160));
                }
            }
        }
        packets.add(packet(packets.size(), 0, -1, 0, 0));
        packets.add(packet(packets.size(), 0, -1, 0, 1));
        packets.add(packet(packets.size(), 2, 1, 0, 1900));
        return packets;
    }

    private byte[] packet(int index, int contributors, int extensionWords, int padding, int payloadBytes) {
        int first = 0x80 | (padding > 0 ? 0x20 : 0) | (extensionWords >= 0 ? 0x10 : 0) | contributors;
        byte[] rest = new byte[4 * contributors + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords)];
        random.nextBytes(rest);
        if (extensionWords >= 0) {
            ByteBuffer.wrap(rest).putShort(4 * contributors, (short) 0xBEDE);
            ByteBuffer.wrap(rest).putShort(4 * contributors + 2, (short) extensionWords);
        }
        byte[] payload = new byte[payloadBytes + padding];
        random.nextBytes(payload);
        if (padding > 0) {
            payload[payload.length - 1] = (byte) padding;
        }
        return ByteBuffer.allocate(12 + rest.length + payload.length)
                .put((byte) first)
                .put((byte) PCMU)
                .putShort((short) (500 + index))
                .putInt(160 * index)
                .putInt(5)
                .put(rest)
                .put(payload)
                .array();
    }

    /// All of a packet but sequence number, timestamp and source.
    private static byte[] renumbered(byte[] packet) {
        byte[] plain = packet.clone();
        Arrays.fill(plain, 2, 12, (byte) 0);
        return plain;
    }

    private static List<ByteBuffer> kept(LoopbackCall call, Leg leg) {
        return call.sink.kept(leg).stream().map(MemorySink.Kept::datagram).toList();
    }

    private static List<ByteBuffer> wrapped(List<byte[]> packets) {
        return packets.stream().map(ByteBuffer::wrap).toList();
    }
}
