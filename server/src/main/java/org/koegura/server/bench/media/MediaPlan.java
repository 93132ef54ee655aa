package org.koegura.server.bench.media;

import java.time.Duration;
import java.util.List;

/// How many calls for how long. The same for every side.
///
/// @param rounds how often all sides are measured
/// @param quietCalls few calls, for delays
/// @param busyCalls many, for CPU time, delays and memory
/// @param warmSeconds packets that do not count, before each measured time
/// @param quietSeconds measured with few calls
/// @param busySeconds measured with many
/// @param climb numbers of calls beyond those, in rising order, for the sides that record
/// @param climbSeconds measured with each of them
/// @param climbs in how many rounds, the last ones
record MediaPlan(
        int rounds,
        int quietCalls,
        int busyCalls,
        int warmSeconds,
        int quietSeconds,
        int busySeconds,
        List<Integer> climb,
        int climbSeconds,
        int climbs) {

    /// So many calls are placed in a second.
    static final int PLACED_PER_SECOND = 50;

    /// Both parties of a call together send so many packets a second.
    static final int PACKETS_PER_CALL_SECOND = 100;

    /// Starting and stopping a side, as a rule.
    private static final int START_SECONDS = 12;

    /// Between two loads: the notice, what is still under way, sealing.
    private static final int LOAD_SECONDS = 12;

    private static final long CLIMBING =
            List.of(MediaSide.C_RECORDING, MediaSide.KOEGURA_RECORDING).size();

    MediaPlan {
        if (rounds < 1 || quietCalls < 1 || busyCalls < quietCalls) {
            throw new IllegalArgumentException("at least one round, and no fewer calls where they are many");
        }
        climb = List.copyOf(climb);
    }

    static MediaPlan full(int rounds) {
        return new MediaPlan(rounds, 100, 500, 10, 15, 20, List.of(750, 1000, 1250, 1500), 10, rounds);
    }

    static MediaPlan brief(int rounds) {
        return new MediaPlan(rounds, 100, 500, 5, 6, 8, List.of(750, 1000, 1500), 6, 1);
    }

    /// How long it takes where nothing is slow.
    Duration usual() {
        long each = START_SECONDS + load(quietCalls, quietSeconds) + load(busyCalls, busySeconds);
        long climbing =
                climb.stream().mapToLong(calls -> load(calls, climbSeconds)).sum();
        return Duration.ofSeconds((long) MediaSide.values().length * rounds * each + CLIMBING * climbs * climbing);
    }

    private long load(int calls, int seconds) {
        return (long) calls / PLACED_PER_SECOND + warmSeconds + seconds + LOAD_SECONDS;
    }

    /// After this it is ended, whatever is left.
    Duration most() {
        return usual().multipliedBy(2);
    }
}
