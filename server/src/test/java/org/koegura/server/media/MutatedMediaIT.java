package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.server.ProductProcess;
import org.koegura.server.conformance.Corpus;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import org.slf4j.LoggerFactory;

/// Both parties of a call send nonsense at all four of its ports, before, during and after a notice, and into the
/// recording: nothing fails, no buffer is lost, nothing grows, and what they then say is exact again. Between the
/// nonsense they talk steadily, so that some of it comes while the kernel passes on what they say.
class MutatedMediaIT {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(MutatedMediaIT.class);
    private static final long SEED = 3550;

    private static final int SPOKEN = 200;
    private static final int INSIDE_SOURCE = 0x51DE0001;
    private static final int OUTSIDE_SOURCE = 0x51DE0002;

    /// After so many bursts of nonsense both talk steadily.
    private static final int BURSTS = 8;

    /// With so many packets a flow is lent, with the rest the kernel passes it.
    private static final int UNTIL_LENT = 25;

    private static final int STEADY = 40;

    /// So many are nonsense of the very flow that is lent.
    private static final int STEADY_MUTATED = 16;

    private static final int STEADY_INSIDE = 0x57EAD001;
    private static final int STEADY_OUTSIDE = 0x57EAD002;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Nobody's audio is kept beyond what any codec sends; after so long there is room for all that is said here.
    private static final Duration BUDGET = Duration.ofSeconds(5);

    /// What a collection leaves differs by as much from one time to the next.
    private static final long HEAP_SPARE_BYTES = 8L << 20;

    private static final Prompt PROMPT = new Prompt("notice-test-1", "ja", "test", "ab".repeat(32));
    private static final int NOTICE_FRAMES = 50;

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final ListAppender<ILoggingEvent> leaks = new ListAppender<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("org.koegura");
    private final Logger detector = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final ResourceLeakDetector.Level usual = ResourceLeakDetector.getLevel();
    private final Random random = new Random(SEED);

    @BeforeEach
    void listen() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        said.start();
        leaks.start();
        ours.addAppender(said);
        detector.addAppender(leaks);
    }

    @AfterEach
    void listenNoMore() {
        ours.detachAppender(said);
        detector.detachAppender(leaks);
        ResourceLeakDetector.setLevel(usual);
    }

    @ParameterizedTest
    @EnumSource
    void whateverThePartiesSendNothingFailsNothingGrowsAndTheCallIsExactAfterwards(PassedBy by, @TempDir Path data)
            throws Exception {
        int packets = Campaign.packets(by);
        long start = System.nanoTime();
        double seconds;
        List<byte[]> insideSaid;
        List<byte[]> outsideSaid;
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), notice(), by);
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            RoomCall call = room.call();
            call.connect(inside, outside);
            Nonsense nonsense = new Nonsense(ports(call), inside, outside, mutator(), random);
            exchange(room, inside, outside);
            inside.deaf(true);
            outside.deaf(true);
            nonsense.send(packets / 5);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            nonsense.send(packets / 5);
            call.told.noticeHeard.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            call.captureExempted();
            nonsense.send(packets / 5);
            long heap = heapBytes();
            nonsense.send(2 * packets / 5);
            assertThat(heapBytes()).as("heap after as much again and more").isLessThan(heap + HEAP_SPARE_BYTES);
            await("what may be kept of each party is used up and comes again")
                    .atMost(PATIENCE)
                    .pollDelay(BUDGET)
                    .until(() -> true);
            inside.say(nonsense.mutator().longest());
            Campaign.awaitTaken(ports(call));
            inside.deaf(false);
            outside.deaf(false);
            insideSaid = spoken(INSIDE_SOURCE);
            outsideSaid = spoken(OUTSIDE_SOURCE);
            isExact(ports(call), inside, outside, insideSaid, outsideSaid);
            seconds = (System.nanoTime() - start) / 1e9;
            assertThat(Campaign.dropped(ports(call)))
                    .as("datagrams for which the sockets had no room, and that nobody saw")
                    .isZero();
            assertThat(room.counted("koegura.rtp.packets", "direction", "rx")).isGreaterThan(packets / 8.0);
            assertThat(room.counted("koegura.rtp.packets.discarded", "reason", "not_rtp"))
                    .isGreaterThan(packets / 100.0);
            MediaReport report = call.hangUp();
            room.passedAsItShould(nonsense.timesSteady());
            assertThat(report.gaps()).noneMatch(gap -> gap.reason() == Gap.Reason.RING_FULL);
            assertThat(report.gaps().stream()
                            .filter(gap -> gap.reason() == Gap.Reason.STORE_FAILED)
                            .mapToLong(Gap::packets)
                            .sum())
                    .as("lost by the recording, of such as are longer than any that it takes")
                    .isPositive()
                    .isLessThanOrEqualTo(nonsense.mutator().unkept());
            StreamAccount account = RoomCall.account(report, Leg.INSIDE);
            assertThat(account.recorded()).isGreaterThan(SPOKEN);
            assertThat(account.recorded() + account.lost()).isGreaterThan(packets / 50);
            // The loop's receive buffer is wrapped memory, which the leak detector does not watch: the loop itself
            // counts a fault where a reader kept it, or gave it back twice.
            assertThat(room.counted("koegura.faults"))
                    .as("faults of ours, received datagrams that were not given back once among them")
                    .isZero();
        }
        nothingWasSaidOfFaults();
        assertThat(lostBuffers()).isEmpty();
        isKept(data, insideSaid, outsideSaid);
        LOG.warn(
                "mutated.media by={} packets={} seconds={} packets.per.second={}",
                by,
                packets,
                seconds,
                packets / seconds);
    }

    /// What the parties send.
    private static final class Nonsense {
        private final Set<Integer> ports;
        private final Telephone inside;
        private final Telephone outside;
        private final PacketMutator mutator;
        private final Random random;
        private int bursts;
        private int steady;

        Nonsense(Set<Integer> ports, Telephone inside, Telephone outside, PacketMutator mutator, Random random) {
            this.ports = ports;
            this.inside = inside;
            this.outside = outside;
            this.mutator = mutator;
            this.random = random;
        }

        PacketMutator mutator() {
            return mutator;
        }

        int timesSteady() {
            return steady / STEADY;
        }

        /// A burst at each port, and on when all of it was taken.
        void send(int packets) throws IOException {
            for (int sent = 0; sent < packets; sent += ports.size() * Campaign.BURST) {
                if (bursts++ % BURSTS == 0) {
                    talkSteadily();
                }
                for (int i = 0; i < Campaign.BURST; i++) {
                    inside.say(mutator.forRtpPort());
                    outside.say(mutator.forRtpPort());
                    inside.report(mutator.forRtcpPort());
                    outside.report(mutator.forRtcpPort());
                }
                Campaign.awaitTaken(ports);
            }
        }

        private void talkSteadily() throws IOException {
            for (int i = 0; i < STEADY; i++) {
                inside.say(steady(STEADY_INSIDE));
                outside.say(steady(STEADY_OUTSIDE));
                steady++;
                if (Math.abs(i + 1 - UNTIL_LENT) <= 2) { // nothing is lent while anything waits in the socket
                    Campaign.awaitTaken(ports);
                }
            }
            for (int i = 0; i < STEADY_MUTATED; i++) {
                inside.say(mutator.mutated(steady(STEADY_INSIDE)));
                outside.say(mutator.mutated(steady(STEADY_OUTSIDE)));
            }
            Campaign.awaitTaken(ports);
        }

        private byte[] steady(int source) {
            return SpokenPacket.rtp(0, steady & 0xFFFF, 160 * steady, source, random, 160);
        }
    }

    /// Both parties are heard once at all ports.
    private void exchange(MediaRoom room, Telephone inside, Telephone outside) throws InterruptedException {
        inside.say(SpokenPacket.rtp(0, 1, 160, 1, random, 160));
        outside.say(SpokenPacket.rtp(0, 1, 160, 2, random, 160));
        inside.report(Reports.RECEIVER);
        outside.report(Reports.RECEIVER);
        room.settle();
        await("both hear each other")
                .atMost(PATIENCE)
                .until(() -> inside.heardCount() == 1 && outside.heardCount() == 1);
    }

    private List<byte[]> spoken(int source) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < SPOKEN; i++) {
            packets.add(SpokenPacket.rtp(0, 1000 + i, 160 * i, source, random, 160));
        }
        return packets;
    }

    /// Nothing is sent after what is to be heard: no port may wait for its next packet to give out the last one. The
    /// inside party's packets have a place in the stream of the notice since that began: their header is ours.
    private static void isExact(
            Set<Integer> ports, Telephone inside, Telephone outside, List<byte[]> insideSaid, List<byte[]> outsideSaid)
            throws IOException {
        for (int i = 0; i < SPOKEN; i++) {
            inside.say(insideSaid.get(i));
            outside.say(outsideSaid.get(i));
            if (i % Campaign.BURST == 0) {
                Campaign.awaitTaken(ports);
            }
        }
        Set<String> payloads = insideSaid.stream().map(MutatedMediaIT::payload).collect(Collectors.toSet());
        List<String> toInside = hex(outsideSaid);
        await("what is said now is heard by the inside party, bit for bit")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(hex(inside.heard()).stream().filter(toInside::contains))
                        .containsExactlyElementsOf(toInside));
        await("and by the outside party")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(outside.heard().stream()
                                .map(MutatedMediaIT::payload)
                                .filter(payloads::contains))
                        .containsExactlyElementsOf(
                                insideSaid.stream().map(MutatedMediaIT::payload).toList()));
        List<byte[]> heard = outside.heard().stream()
                .filter(packet -> payloads.contains(payload(packet)))
                .toList();
        for (int i = 1; i < heard.size(); i++) {
            assertThat((number(heard.get(i), 2, 2) - number(heard.get(i - 1), 2, 2)) & 0xFFFF)
                    .as("sequence number %d", i)
                    .isEqualTo(1);
            assertThat(number(heard.get(i), 8, 4)).isEqualTo(number(heard.getFirst(), 8, 4));
        }
    }

    private static int number(byte[] packet, int at, int bytes) {
        int number = 0;
        for (int i = at; i < at + bytes; i++) {
            number = (number << 8) | (packet[i] & 0xFF);
        }
        return number;
    }

    private static String payload(byte[] packet) {
        return packet.length < 12 ? "" : HexFormat.of().formatHex(packet, 12, packet.length);
    }

    private static void isKept(Path data, List<byte[]> insideSaid, List<byte[]> outsideSaid) throws Exception {
        KeptRecording recording = KeptRecording.allIn(data).getFirst();
        assertThat(last(recording.inside())).isEqualTo(hex(insideSaid));
        assertThat(last(recording.outside())).isEqualTo(hex(outsideSaid));
        assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(2)))
                .isZero();
    }

    private static List<String> last(List<Rtp> packets) {
        return hex(packets.subList(packets.size() - SPOKEN, packets.size()).stream()
                .map(packet -> packet.datagram().payload())
                .toList());
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }

    private static Set<Integer> ports(RoomCall call) throws Exception {
        LocalMedia in = call.local(Leg.INSIDE);
        LocalMedia out = call.local(Leg.OUTSIDE);
        return Stream.of(in.rtp(), in.rtcp(), out.rtp(), out.rtcp())
                .map(InetSocketAddress::getPort)
                .collect(Collectors.toSet());
    }

    private static NoticeFrames notice() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < NOTICE_FRAMES; i++) {
            byte[] frame = new byte[160];
            Arrays.fill(frame, (byte) i);
            frames.add(frame);
        }
        return new NoticeFrames(PROMPT, RoomCall.PCMU, frames, 15);
    }

    /// What is whole: of captures, and of every kind that we read.
    private PacketMutator mutator() throws IOException, InterruptedException {
        List<byte[]> rtp = new ArrayList<>();
        List<byte[]> rtcp = new ArrayList<>(Reports.ALL);
        for (int i = 0; i < 60; i++) {
            int source = i % 2 == 0 ? 1 : 2;
            int type = i % 5 == 4 ? RoomCall.TELEPHONE_EVENT : 0;
            rtp.add(SpokenPacket.rtp(type, i, 160 * i, source, random, type == 0 ? 160 : 4));
            rtp.add(SpokenPacket.adorned(type, i, 160 * i, source, random, 160));
        }
        for (byte[] datagram : Corpus.captures().datagrams()) {
            if (datagram.length >= 12 && datagram.length < 1_200 && (datagram[0] & 0xC0) == 0x80) {
                int type = datagram[1] & 0xFF;
                (type >= 192 && type <= 223 ? rtcp : rtp).add(datagram);
            }
        }
        assertThat(rtp).as("packets of the corpus").hasSizeGreaterThan(300);
        return new PacketMutator(SEED, rtp, rtcp);
    }

    private static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void nothingWasSaidOfFaults() {
        assertThat(said.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                        .map(ILoggingEvent::getFormattedMessage))
                .as("warnings and errors in the log")
                .isEmpty();
    }

    /// The detector tells what the collector found at the next buffers.
    private List<String> lostBuffers() {
        for (int i = 0; i < 20; i++) {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(64).release();
        }
        return leaks.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
