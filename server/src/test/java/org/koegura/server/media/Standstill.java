package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A disk stands still for ten seconds while a crowd talks, and whether anybody heard of it: what is said before, as
/// long as the disk then stands still, is what lateness is held against. The machine is the same, and as busy with
/// other things.
public final class Standstill {

    private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);

    private static final int SECONDS = 10;

    /// All of it runs for the first time.
    private static final int FIRST = 0;

    private static final int CALM = 1;
    private static final int STALLED = 2;
    private static final int AFTERWARDS = 3;

    /// Phases that the talk of a crowd must have.
    public static final int PHASES = AFTERWARDS + 1;

    /// How long a crowd talks first, and afterwards.
    private static final Duration TALK = Duration.ofSeconds(3);

    /// So much of the load must have been put on: else less was tried.
    private static final double LOAD_MIN = 0.8;

    /// Packets that waited for the disk would be seconds old: the latest of them ten, most of them five.
    private static final double TIMES_AS_LATE_MAX = 3;

    private static final double MORE_MILLIS_MAX = 100;

    /// Of a middle second, in which less is by chance: a test beside it that starts a program makes half of it.
    private static final double MORE_MILLIS_OF_A_SECOND_MAX = 500;

    /// Per thousand.
    private static final int HALF = 500;

    private static final int NEARLY_ALL = 990;

    private static final List<Integer> SHARES = List.of(HALF, NEARLY_ALL, 1_000);

    private Standstill() {}

    /// What a test does while the disk stands still.
    public interface Meanwhile {
        /// Does it.
        void run(FreezingDisk.Stall stall) throws Exception;
    }

    /// What was said.
    ///
    /// @param each packets of each party
    /// @param stalledFrom before the disk stood still
    /// @param to after the last word
    public record Spoken(int each, Instant stalledFrom, Instant to) {}

    /// The crowd talks, and falls silent when it is over.
    public static Spoken talk(Crowd crowd, FreezingDisk disk) throws Exception {
        return talk(crowd, disk, _ -> {});
    }

    /// The same with something that is done while the disk stands still, and must not wait for it.
    public static Spoken talk(Crowd crowd, FreezingDisk disk, Meanwhile meanwhile) throws Exception {
        crowd.start();
        pause("they talk", TALK);
        crowd.phase(CALM);
        pause("they talk as long as the disk will stand still", Duration.ofSeconds(SECONDS));
        Instant from = Instant.now();
        crowd.phase(STALLED);
        FreezingDisk.Stall stall = disk.stall(SECONDS);
        meanwhile.run(stall);
        hadNotToWait(stall);
        await("the disk goes on").atMost(Duration.ofSeconds(3L * SECONDS)).until(stall::isOver);
        crowd.phase(AFTERWARDS);
        pause("they talk on", TALK);
        return new Spoken(crowd.fallSilent(), from, Instant.now());
    }

    /// What was done until now did not wait for the disk: that stands still yet.
    public static void hadNotToWait(FreezingDisk.Stall stall) {
        assertThat(stall.isOver())
                .as("what was to be done while the disk stood still had to wait for it")
                .isFalse();
    }

    private static void pause(String why, Duration length) {
        await(why).pollDelay(length).atMost(length.multipliedBy(2)).until(() -> true);
    }

    /// All that was said was heard, in its order and in time.
    ///
    /// @param parties how many they are
    public static void isHeard(Crowd crowd, Spoken spoken, int parties, int packetMillis) {
        int all = parties * spoken.each();
        await("all that was said is heard")
                .atMost(TALK)
                .untilAsserted(
                        () -> assertThat(crowd.heard()).as(crowd.whoMissed()).isEqualTo(all));
        List<Integer> misordered =
                IntStream.range(FIRST, PHASES).mapToObj(crowd::misordered).toList();
        LOG.warn("standstill misordered phases={}", misordered);
        assertThat(misordered.stream().mapToInt(Integer::intValue).sum())
                .as("packets that came where another was next, by phase: %s", misordered)
                .isZero();
        int load = (int) (LOAD_MIN * parties * 1_000 / packetMillis * SECONDS);
        assertThat(crowd.delays(CALM).count()).as("packets said before").isGreaterThan(load);
        assertThat(crowd.delays(STALLED).count())
                .as("packets said while the disk stood still")
                .isGreaterThan(load);
        isNoLaterThanBefore(crowd);
    }

    private static void isNoLaterThanBefore(Crowd crowd) {
        for (int share : SHARES) {
            double calm = crowd.delays(CALM).millis(share);
            double stalled = crowd.delays(STALLED).millis(share);
            double afterwards = crowd.delays(AFTERWARDS).millis(share);
            LOG.warn(
                    "standstill delay.millis share={} first={} calm={} stalled={} afterwards={}",
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
                    .isLessThan(SECONDS * 1_000 / 10.0);
        }
        double calm = crowd.delays(CALM).millisOfMiddleSecond(NEARLY_ALL);
        double stalled = crowd.delays(STALLED).millisOfMiddleSecond(NEARLY_ALL);
        double afterwards = crowd.delays(AFTERWARDS).millisOfMiddleSecond(NEARLY_ALL);
        LOG.warn(
                "standstill delay.millis.middle.second share={} calm={} stalled={} afterwards={}",
                NEARLY_ALL,
                calm,
                stalled,
                afterwards);
        assertThat(Math.max(stalled, afterwards))
                .as("milliseconds that %d of 1000 packets of a middle second stay below, %.1f before", NEARLY_ALL, calm)
                .isLessThan(TIMES_AS_LATE_MAX * calm + MORE_MILLIS_OF_A_SECOND_MAX);
    }
}
