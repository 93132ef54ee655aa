package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.server.ProductProcess;
import org.koegura.server.WholeMachine;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// 500 calls are up and recorded when the disk stands still for ten seconds: nobody in a call can tell, and each
/// recording says to the packet what it has not.
@WholeMachine
class StalledDiskIT {

    private static final Logger LOG = LoggerFactory.getLogger(StalledDiskIT.class);

    private static final int CALLS = 500;
    private static final int LOOPS = 2;
    private static final int PACKET_MILLIS = 20;

    /// Each recording takes room of some MiB at once, and its twin as much; the disk's image is sparse.
    private static final int DISK_MEGABYTES = 24_576;
    private static final Duration OPENING = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource
    void everyPacketIsRelayedInTimeAndTheGapIsDeclaredToThePacket(PassedBy by, @TempDir Path folder) throws Exception {
        try (FreezingDisk disk = FreezingDisk.mount(folder, DISK_MEGABYTES)) {
            Path data = disk.path().resolve("data");
            List<RoomCall> calls = new ArrayList<>();
            Map<String, MediaReport> reports = new HashMap<>();
            Standstill.Spoken spoken;
            try (LocalStore store = MediaRoom.store(data);
                    MediaRoom room = MediaRoom.open(store.sink(), CALLS, LOOPS, by);
                    Crowd crowd = new Crowd(new AudioFormat(0, "PCMU", 8000, PACKET_MILLIS), Standstill.PHASES)) {
                for (int i = 0; i < CALLS; i++) {
                    RoomCall call = room.call();
                    crowd.join(call);
                    call.captureExempted();
                    calls.add(call);
                }
                room.settle();
                await("all recordings are open").atMost(OPENING).until(() -> open(data) == CALLS);
                try (LoopWatch loops = LoopWatch.begin(LOOPS)) {
                    spoken = Standstill.talk(crowd, disk);
                    loops.sawNoLoopWait();
                }
                isRelayed(room, crowd, spoken);
                room.passedAsItShould(CALLS * spoken.each() / 2.0);
                calls.forEach(call -> call.session.close(EndReason.HANGUP_INSIDE));
                for (RoomCall call : calls) {
                    reports.put(call.recording.toString(), call.told.awaitClosed());
                }
            }
            long lost = 0;
            long overtaken = 0;
            for (KeptRecording recording : KeptRecording.allIn(data)) {
                MediaReport report = Objects.requireNonNull(reports.remove(recording.id()));
                lost += isDeclared(report, recording, spoken);
                overtaken += overtaken(recording.inside()) + overtaken(recording.outside());
            }
            assertThat(overtaken).as("packets kept out of their order").isZero();
            assertThat(reports).as("calls without a recording").isEmpty();
            assertThat(lost)
                    .as("packets that found no room while the disk stood still")
                    .isPositive();
            LOG.warn(
                    "stalled.disk by={} packets={} lost={} overtaken={}",
                    by,
                    2L * CALLS * spoken.each(),
                    lost,
                    overtaken);
            assertThat(ProductProcess.verify(data.resolve("recordings"), Duration.ofMinutes(2)))
                    .isZero();
        }
    }

    private static void isRelayed(MediaRoom room, Crowd crowd, Standstill.Spoken spoken) {
        Standstill.isHeard(crowd, spoken, 2 * CALLS, PACKET_MILLIS);
        int all = 2 * CALLS * spoken.each();
        assertThat(room.counted("koegura.rtp.packets", "direction", "rx")).isEqualTo(all);
        assertThat(room.counted("koegura.rtp.packets", "direction", "tx")).isEqualTo(all);
    }

    /// Report, manifest and packets say the same; returns how many packets are missing.
    private static long isDeclared(MediaReport report, KeptRecording recording, Standstill.Spoken spoken) {
        long lost = 0;
        for (Leg leg : Leg.values()) {
            StreamAccount account = RoomCall.account(report, leg);
            List<Gap> gaps =
                    report.gaps().stream().filter(gap -> gap.leg() == leg).toList();
            assertThat(account.received()).isEqualTo(spoken.each());
            assertThat(account.withheld()).isEmpty();
            assertThat(gaps.stream().mapToLong(Gap::packets).sum()).isEqualTo(account.lost());
            assertThat(gaps)
                    .allMatch(gap -> gap.reason() == Gap.Reason.RING_FULL
                            && !gap.from().isBefore(spoken.stalledFrom())
                            && !gap.to().isAfter(spoken.to()));
            List<Rtp> kept = leg == Leg.INSIDE ? recording.inside() : recording.outside();
            assertThat(kept).hasSize((int) account.recorded());
            assertThat(kept.stream().map(Rtp::sequence))
                    .doesNotHaveDuplicates()
                    .startsWith(0)
                    .endsWith(spoken.each() - 1);
            lost += account.lost();
        }
        long declared = recording
                .manifest()
                .path("gaps")
                .valueStream()
                .mapToLong(gap -> gap.path("packets").asLong(-1))
                .sum();
        assertThat(declared).as("packets in the gaps of the manifest").isEqualTo(lost);
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo(lost == 0 ? "complete" : "partial");
        return lost;
    }

    private static long overtaken(List<Rtp> kept) {
        return IntStream.range(1, kept.size())
                .filter(i -> kept.get(i).sequence() < kept.get(i - 1).sequence())
                .count();
    }

    private static long open(Path data) throws IOException {
        Path open = data.resolve("recordings/open");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> folders = Files.list(open)) {
            return folders.filter(folder -> Files.exists(folder.resolve("packets.kgr")))
                    .count();
        }
    }
}
