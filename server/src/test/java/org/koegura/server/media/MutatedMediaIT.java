package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import org.slf4j.LoggerFactory;

/// Both parties of a call send nonsense at all four of its ports, before, during and after a notice, and into the
/// recording: nothing fails, no buffer is lost, nothing grows, and what they then say is exact again. Between the
/// nonsense they talk steadily, so that some of it comes while the kernel passes on what they say.
///
/// Under SRTP some of it is mutated and then sealed with the right keys, so that it comes to whatever is behind the
/// authentication, RTP and RTCP; the rest is mutated once it is sealed.
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

    private static final Prompt PROMPT = new Prompt("notice-test-1", "ja", "test", "ab".repeat(32));
    private static final int NOTICE_FRAMES = 50;

    private final Random random = new Random(SEED);

    /// Who passes on what the parties say, and what they do to it.
    enum Manner {
        BY_KERNEL(PassedBy.KERNEL),
        BY_SOCKETS(PassedBy.SOCKETS),

        /// SRTP, which the kernel passes nothing of.
        SEALED(PassedBy.KERNEL);

        private final PassedBy by;

        Manner(PassedBy by) {
            this.by = by;
        }

        int packets() {
            return Campaign.packets(this == SEALED ? PassedBy.SOCKETS : by);
        }

        Seal seal(CryptoSuite suite, Random random) {
            return this == SEALED ? new SrtpSeal(suite, random) : Seal.NONE;
        }

        private void passed(MediaRoom room, int steady) {
            if (this == SEALED) {
                assertThat(room.passedByKernel(Leg.INSIDE) + room.passedByKernel(Leg.OUTSIDE))
                        .as("the kernel opens nothing")
                        .isZero();
            } else {
                room.passedAsItShould(steady);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverThePartiesSendNothingFailsNothingGrowsAndTheCallIsExactAfterwards(Manner manner, @TempDir Path data)
            throws Exception {
        int packets = manner.packets();
        long start = System.nanoTime();
        double seconds;
        List<byte[]> insideSaid = spoken(INSIDE_SOURCE);
        List<byte[]> outsideSaid = spoken(OUTSIDE_SOURCE);
        try (FaultWatch watch = FaultWatch.begin()) {
            try (LocalStore store = MediaRoom.store(data);
                    MediaRoom room = MediaRoom.open(store.sink(), notice(), manner.by);
                    Telephone inside = new Telephone(manner.seal(CryptoSuite.AES_CM_128_HMAC_SHA1_80, random));
                    Telephone outside = new Telephone(manner.seal(CryptoSuite.AEAD_AES_128_GCM, random))) {
                RoomCall call = room.call();
                call.connect(inside, outside);
                Set<Integer> ports = call.ports(0);
                PacketMutator mutator = PacketMutator.ofAllKinds(SEED, random);
                SteadyTalk talk = new SteadyTalk(ports, inside, outside, mutator, random);
                Nonsense nonsense = new Nonsense(ports, inside, outside, mutator, talk);
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
                long heap = FaultWatch.heapBytes();
                nonsense.send(2 * packets / 5);
                FaultWatch.heapIsStill(heap);
                await("what may be kept of each party is used up and comes again")
                        .atMost(PATIENCE)
                        .pollDelay(BUDGET)
                        .until(() -> true);
                inside.say(mutator.longest());
                Campaign.awaitTaken(ports);
                inside.deaf(false);
                outside.deaf(false);
                isExact(ports, inside, outside, insideSaid, outsideSaid);
                seconds = (System.nanoTime() - start) / 1e9;
                assertThat(Campaign.dropped(ports))
                        .as("datagrams for which the sockets had no room, and that nobody saw")
                        .isZero();
                isCounted(manner, room, packets);
                if (inside.seal() instanceof SrtpSeal one && outside.seal() instanceof SrtpSeal other) {
                    wentThroughTheSeals(packets, one, other);
                }
                MediaReport report = call.hangUp();
                manner.passed(room, talk.steady / STEADY);
                isAccountedFor(report, manner, packets, mutator);
                // The loop's receive buffer is wrapped memory, which the leak detector does not watch: the loop itself
                // counts a fault where a reader kept it, or gave it back twice.
                assertThat(room.counted("koegura.faults"))
                        .as("faults of ours, received datagrams that were not given back once among them")
                        .isZero();
            }
            watch.nothingFailed();
        }
        isKept(data, insideSaid, outsideSaid);
        LOG.warn(
                "mutated.media manner={} packets={} seconds={} packets.per.second={}",
                manner,
                packets,
                seconds,
                packets / seconds);
    }

    private static void isCounted(Manner manner, MediaRoom room, int packets) {
        assertThat(room.counted("koegura.rtp.packets", "direction", "rx")).isGreaterThan(packets / 8.0);
        String refused = manner == Manner.SEALED ? "unauthentic" : "not_rtp";
        assertThat(room.counted("koegura.rtp.packets.discarded", "reason", refused))
                .isGreaterThan(packets / 100.0);
    }

    /// Much of the nonsense was authentic, and came to what is behind that: RTP and RTCP. RTP that was sent to a
    /// port of RTCP leaves by such a port, too, and may come behind what left later by the other: few of it are too
    /// old then.
    private static void wentThroughTheSeals(int packets, SrtpSeal inside, SrtpSeal outside) {
        for (SrtpSeal seal : List.of(inside, outside)) {
            assertThat(seal.sealedPackets()).as("RTP, sealed rightly").isGreaterThan(packets / 10);
            assertThat(seal.sealedReports()).as("RTCP, sealed rightly").isGreaterThan(packets / 10);
            assertThat(seal.openedReports()).as("RTCP that came through").isGreaterThan(packets / 100);
            assertThat(seal.unopened().values().stream().mapToInt(each -> each).sum())
                    .as("what of the nonsense the party could not open: %s", seal.unopened())
                    .isLessThan(packets / 1_000);
        }
    }

    private static void isAccountedFor(MediaReport report, Manner manner, int packets, PacketMutator mutator) {
        assertThat(report.gaps()).noneMatch(gap -> gap.reason() == Gap.Reason.RING_FULL);
        // such as are longer than any that the recording takes; nothing that is sealed is as long
        assertThat(report.gaps().stream()
                        .filter(gap -> gap.reason() == Gap.Reason.STORE_FAILED)
                        .mapToLong(Gap::packets)
                        .sum())
                .as("lost by the recording")
                .isBetween(manner == Manner.SEALED ? 0L : 1L, manner == Manner.SEALED ? 0L : mutator.unkept());
        StreamAccount account = RoomCall.account(report, Leg.INSIDE);
        assertThat(account.recorded()).isGreaterThan(SPOKEN);
        assertThat(account.recorded() + account.lost()).isGreaterThan(packets / 50);
    }

    /// Both talk steadily before every so many bursts of nonsense.
    private static final class SteadyTalk implements Nonsense.Between {
        private final Set<Integer> ports;
        private final Telephone inside;
        private final Telephone outside;
        private final PacketMutator mutator;
        private final Random random;
        private int bursts;
        private int steady;

        SteadyTalk(Set<Integer> ports, Telephone inside, Telephone outside, PacketMutator mutator, Random random) {
            this.ports = ports;
            this.inside = inside;
            this.outside = outside;
            this.mutator = mutator;
            this.random = random;
        }

        @Override
        public void burst() throws IOException {
            if (bursts++ % BURSTS != 0) {
                return;
            }
            for (int i = 0; i < STEADY; i++) {
                inside.say(steady(STEADY_INSIDE));
                outside.say(steady(STEADY_OUTSIDE));
                steady++;
                if (Math.abs(i + 1 - UNTIL_LENT) <= 2) { // nothing is lent while anything waits in the socket
                    Campaign.awaitTaken(ports);
                }
            }
            for (int i = 0; i < STEADY_MUTATED; i++) {
                inside.sayAsItIs(mutator.nonsense(steady(STEADY_INSIDE), inside.seal()));
                outside.sayAsItIs(mutator.nonsense(steady(STEADY_OUTSIDE), outside.seal()));
            }
            Campaign.awaitTaken(ports);
        }

        private byte[] steady(int source) {
            return SpokenPacket.rtp(0, steady & 0xFFFF, 160 * steady, source, random, 160);
        }
    }

    /// Both parties are heard at all ports, and so are those who talk in the end: under one key only so many sources
    /// have
    /// a place of their own, and nonsense has more of them, which then go out as part of the first.
    private void exchange(MediaRoom room, Telephone inside, Telephone outside) throws InterruptedException {
        inside.say(SpokenPacket.rtp(0, 1, 160, 1, random, 160));
        outside.say(SpokenPacket.rtp(0, 1, 160, 2, random, 160));
        inside.say(SpokenPacket.rtp(0, 1, 160, INSIDE_SOURCE, random, 160));
        outside.say(SpokenPacket.rtp(0, 1, 160, OUTSIDE_SOURCE, random, 160));
        inside.report(Reports.RECEIVER);
        outside.report(Reports.RECEIVER);
        room.settle();
        await("both hear each other")
                .atMost(PATIENCE)
                .until(() -> inside.heardCount() == 2 && outside.heardCount() == 2);
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

    private static NoticeFrames notice() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < NOTICE_FRAMES; i++) {
            byte[] frame = new byte[160];
            Arrays.fill(frame, (byte) i);
            frames.add(frame);
        }
        return new NoticeFrames(PROMPT, RoomCall.PCMU, frames, 15);
    }
}
