package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Both parties send nonsense at all four ports of a video line, which is relayed and not recorded, and talk beside it:
/// nothing fails, no buffer is lost, nothing grows. Whatever it is that one of them sends, the other gets it as it is;
/// the audio is heard and kept to the bit and in its order, and nothing of the video is kept.
class MutatedVideoIT {

    private static final Logger LOG = LoggerFactory.getLogger(MutatedVideoIT.class);
    private static final long SEED = 6184;
    private static final int INSIDE_SOURCE = 0x51DE0001;
    private static final int OUTSIDE_SOURCE = 0x51DE0002;
    private static final AudioFormat VIDEO = new AudioFormat(96, "H264", 90_000, 20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @EnumSource
    void whateverIsSentAsVideoPassesAndTheAudioBesideItIsExact(PassedBy by, @TempDir Path data) throws Exception {
        int packets = Campaign.packets(PassedBy.SOCKETS);
        Tally insideVideo = new Tally();
        Tally outsideVideo = new Tally();
        Talk talk;
        try (FaultWatch watch = FaultWatch.begin()) {
            try (LocalStore store = MediaRoom.store(data);
                    MediaRoom room = MediaRoom.open(store.sink(), 2, 1, by);
                    Telephone inside = new Telephone();
                    Telephone outside = new Telephone();
                    Telephone insideScreen = new Telephone(insideVideo);
                    Telephone outsideScreen = new Telephone(outsideVideo)) {
                RoomCall call = room.call();
                call.agree(1, VIDEO, insideScreen, outsideScreen);
                call.connect(inside, outside);
                call.captureExempted();
                room.settle();
                talk = new Talk(inside, outside, random);
                PacketMutator mutator = PacketMutator.ofAllKinds(SEED, random);
                Nonsense nonsense = new Nonsense(call.ports(1), insideScreen, outsideScreen, mutator, talk);
                nonsense.send(packets / 2);
                long heap = FaultWatch.heapBytes();
                nonsense.send(packets / 2);
                FaultWatch.heapIsStill(heap);
                passed("the outside party", insideVideo.sent(), outsideVideo);
                passed("the inside party", outsideVideo.sent(), insideVideo);
                assertThat(insideVideo.sent().packets() + outsideVideo.sent().packets())
                        .isGreaterThanOrEqualTo(packets);
                talk.isHeard();
                assertThat(Campaign.dropped(allPorts(call)))
                        .as("datagrams for which the sockets had no room")
                        .isZero();
                MediaReport report = call.hangUp();
                room.passedAsItShould(talk.insideSaid.size() / 4.0);
                assertThat(report.gaps()).isEmpty();
                for (Leg leg : Leg.values()) {
                    int said = talk.insideSaid.size();
                    assertThat(RoomCall.account(report, leg))
                            .isEqualTo(new StreamAccount(leg, said, said, 0, Map.of()));
                }
                assertThat(room.counted("koegura.faults")).as("faults of ours").isZero();
            }
            watch.nothingFailed();
        }
        isKept(data, talk);
        LOG.warn("mutated.video by={} packets={} spoken={}", by, packets, talk.insideSaid.size());
    }

    private static Set<Integer> allPorts(RoomCall call) throws Exception {
        Set<Integer> ports = new HashSet<>(call.ports(0));
        ports.addAll(call.ports(1));
        return ports;
    }

    private static void passed(String to, Tally.Sum sent, Tally by) {
        await("all that was sent as video came to " + to + " as it was")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(by.came()).isEqualTo(sent));
    }

    private static void isKept(Path data, Talk talk) throws Exception {
        KeptRecording recording = KeptRecording.allIn(data).getFirst();
        assertThat(kept(recording.inside())).isEqualTo(hex(talk.insideSaid));
        assertThat(kept(recording.outside())).isEqualTo(hex(talk.outsideSaid));
        assertThat(recording.manifest().path("relayedOnly").size())
                .as("times with video")
                .isEqualTo(1);
        assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(2)))
                .isZero();
    }

    private static List<String> kept(List<Rtp> packets) {
        return hex(packets.stream().map(packet -> packet.datagram().payload()).toList());
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }

    /// Both say a packet before each burst of nonsense.
    private static final class Talk implements Nonsense.Between {
        private final Telephone inside;
        private final Telephone outside;
        private final Random random;
        private final List<byte[]> insideSaid = new ArrayList<>();
        private final List<byte[]> outsideSaid = new ArrayList<>();

        Talk(Telephone inside, Telephone outside, Random random) {
            this.inside = inside;
            this.outside = outside;
            this.random = random;
        }

        @Override
        public void burst() {
            say(inside, INSIDE_SOURCE, insideSaid);
            say(outside, OUTSIDE_SOURCE, outsideSaid);
        }

        private void say(Telephone by, int source, List<byte[]> said) {
            byte[] packet = SpokenPacket.rtp(0, said.size(), 160 * said.size(), source, random, 160);
            said.add(packet);
            by.say(packet);
        }

        void isHeard() {
            await("the audio beside it is heard by both, bit for bit and in its order")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        assertThat(hex(inside.heard())).isEqualTo(hex(outsideSaid));
                        assertThat(hex(outside.heard())).isEqualTo(hex(insideSaid));
                    });
        }
    }
}
