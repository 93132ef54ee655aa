package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// 500 calls are up and recorded when the disk stands still for ten seconds: nobody in a call can tell, and each
/// recording says to the packet what it has not.
class StalledDiskIT {

    private static final Logger LOG = LoggerFactory.getLogger(StalledDiskIT.class);

    private static final int CALLS = 500;
    private static final int LOOPS = 2;
    private static final int STALL_SECONDS = 10;

    /// So much of the load must have been put on: else less was tried.
    private static final double LOAD_MIN = 0.8;

    /// Each recording takes room of some MiB at once, and its twin as much; the disk's image is sparse.
    private static final int DISK_MEGABYTES = 24_576;
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final Duration TALK = Duration.ofSeconds(3);

    /// What is said before the disk stands still, as long as it then does, is what lateness is held against: the
    /// machine is the same, and as busy with other things. Before that, all of it runs for the first time.
    private static final int FIRST = 0;

    private static final int CALM = 1;
    private static final int STALLED = 2;
    private static final int AFTERWARDS = 3;

    /// Packets that waited for the disk would be seconds old: the latest of them ten, most of them five.
    private static final double TIMES_AS_LATE_MAX = 3;

    private static final double MORE_MILLIS_MAX = 100;

    /// Per thousand.
    private static final int HALF = 500;

    private static final List<Integer> SHARES = List.of(HALF, 990, 1_000);

    @ParameterizedTest
    @EnumSource
    void everyPacketIsRelayedInTimeAndTheGapIsDeclaredToThePacket(PassedBy by, @TempDir Path folder) throws Exception {
        try (FreezingDisk disk = FreezingDisk.mount(folder, DISK_MEGABYTES)) {
            Path data = disk.path().resolve("data");
            List<RoomCall> calls = new ArrayList<>();
            Map<String, MediaReport> reports = new HashMap<>();
            Spoken spoken;
            try (LocalStore store = MediaRoom.store(data);
                    MediaRoom room = MediaRoom.open(store.sink(), CALLS, LOOPS, by);
                    Crowd crowd = new Crowd(new AudioFormat(0, "PCMU", 8000, packetMillis(by)), AFTERWARDS + 1)) {
                for (int i = 0; i < CALLS; i++) {
                    RoomCall call = room.call();
                    crowd.join(call);
                    call.captureExempted();
                    calls.add(call);
                }
                room.settle();
                await("all recordings are open").atMost(OPENING).until(() -> open(data) == CALLS);
                try (LoopWatch loops = LoopWatch.begin(LOOPS)) {
                    spoken = talkWhileItStalls(crowd, disk);
                    loops.sawNoLoopWait();
                }
                isRelayed(room, crowd, by, spoken.each());
                room.passedAsItShould(CALLS * spoken.each() / 2.0);
                calls.forEach(call -> call.session.close(EndReason.HANGUP_INSIDE));
                for (RoomCall call : calls) {
                    reports.put(call.recording.toString(), call.told.awaitClosed());
                }
            }
            long lost = 0;
            for (KeptRecording recording : KeptRecording.allIn(data)) {
                MediaReport report = Objects.requireNonNull(reports.remove(recording.id()));
                lost += isDeclared(report, recording, spoken);
            }
            assertThat(reports).as("calls without a recording").isEmpty();
            assertThat(lost)
                    .as("packets that found no room while the disk stood still")
                    .isPositive();
            LOG.warn("stalled.disk by={} packets={} lost={}", by, 2L * CALLS * spoken.each(), lost);
            assertThat(ProductProcess.verify(data.resolve("recordings"), Duration.ofMinutes(2)))
                    .isZero();
        }
    }

    /// 50 packets a second of each party, as telephones send them, where our own sockets carry all of it. With the
    /// kernel as many octets in a third of the packets: order is checked to the packet here, and of 1.4 million of
    /// 20 ms two were overtaken in one of two tries on a busy machine.
    private static int packetMillis(PassedBy by) {
        return by == PassedBy.SOCKETS ? 20 : 60;
    }

    /// @param each packets of each party
    private record Spoken(int each, Instant stalledFrom, Instant to) {}

    private static Spoken talkWhileItStalls(Crowd crowd, FreezingDisk disk) throws Exception {
        crowd.start();
        await("they talk").pollDelay(TALK).until(() -> true);
        crowd.phase(CALM);
        await("they talk as long as the disk will stand still")
                .pollDelay(Duration.ofSeconds(STALL_SECONDS))
                .atMost(Duration.ofSeconds(2L * STALL_SECONDS))
                .until(() -> true);
        Instant from = Instant.now();
        crowd.phase(STALLED);
        FreezingDisk.Stall stall = disk.stall(STALL_SECONDS);
        await("the disk goes on").atMost(Duration.ofSeconds(3L * STALL_SECONDS)).until(stall::isOver);
        crowd.phase(AFTERWARDS);
        await("they talk on").pollDelay(TALK).until(() -> true);
        return new Spoken(crowd.fallSilent(), from, Instant.now());
    }

    private static void isRelayed(MediaRoom room, Crowd crowd, PassedBy by, int each) {
        int all = 2 * CALLS * each;
        await("all that was said is heard").atMost(TALK).until(() -> crowd.heard() == all);
        assertThat(crowd.misordered()).as("packets out of their order").isZero();
        assertThat(room.counted("koegura.rtp.packets", "direction", "rx")).isEqualTo(all);
        assertThat(room.counted("koegura.rtp.packets", "direction", "tx")).isEqualTo(all);
        isNoLaterThanBefore(crowd, by);
    }

    private static void isNoLaterThanBefore(Crowd crowd, PassedBy by) {
        int aSecond = 2 * CALLS * 1_000 / packetMillis(by);
        int load = (int) (LOAD_MIN * aSecond * STALL_SECONDS);
        assertThat(crowd.delays(CALM).count()).as("packets said before").isGreaterThan(load);
        assertThat(crowd.delays(STALLED).count())
                .as("packets said while the disk stood still")
                .isGreaterThan(load);
        for (int share : SHARES) {
            double calm = crowd.delays(CALM).millis(share);
            double stalled = crowd.delays(STALLED).millis(share);
            double afterwards = crowd.delays(AFTERWARDS).millis(share);
            LOG.warn(
                    "stalled.disk delay.millis share={} first={} calm={} stalled={} afterwards={}",
                    share,
                    crowd.delays(FIRST).millis(share),
                    calm,
                    stalled,
                    afterwards);
            if (share <= HALF) { // the rest is as late as other work on the machine makes it
                assertThat(Math.max(stalled, afterwards))
                        .as("milliseconds that %d of 1000 packets stay below, %.1f before", share, calm)
                        .isLessThan(TIMES_AS_LATE_MAX * calm + MORE_MILLIS_MAX);
            }
            assertThat(Math.max(stalled, afterwards))
                    .as(
                            "milliseconds that %d of 1000 packets stay below: whoever waits for the disk waits longer",
                            share)
                    .isLessThan(STALL_SECONDS * 1_000 / 10.0);
        }
    }

    /// Report, manifest and packets say the same; returns how many packets are missing.
    private static long isDeclared(MediaReport report, KeptRecording recording, Spoken spoken) {
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
                    .isSorted()
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
