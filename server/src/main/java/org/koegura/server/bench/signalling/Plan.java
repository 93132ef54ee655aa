package org.koegura.server.bench.signalling;

import java.time.Duration;
import java.util.List;

/// How long what is measured. The same for every side.
///
/// @param rounds how often all sides are measured
/// @param coldSeconds 300 calls/s from the first second after the start
/// @param warmSeconds 500 calls/s that count for nothing, so that no side is measured while it still gets ready
/// @param quietSeconds 100 calls/s, for delays
/// @param busySeconds 500 calls/s, for CPU, delays and pauses
/// @param climbSeconds each of the higher rates, up to the first that is not clean
/// @param climb the higher rates
/// @param climbs in how many rounds, the last ones, the higher rates are tried
/// @param sustainedSeconds how long the product has to stand the highest clean rate of Kamailio with rtpengine; 0 not
record Plan(
        int rounds,
        int coldSeconds,
        int warmSeconds,
        int quietSeconds,
        int busySeconds,
        int climbSeconds,
        List<Integer> climb,
        int climbs,
        int sustainedSeconds) {

    static final int COLD_RATE = 300;
    static final int QUIET_RATE = 100;
    static final int BUSY_RATE = 500;

    /// What a start, a stop and the waits between loads take as a rule.
    private static final int START_SECONDS = 5;

    private static final int LOAD_SECONDS = 2;

    Plan {
        if (rounds < 1) {
            throw new IllegalArgumentException("at least one round");
        }
        climb = List.copyOf(climb);
    }

    static Plan full(int rounds) {
        return new Plan(rounds, 10, 20, 10, 20, 8, List.of(1000, 1500, 2000, 2500, 3000, 3500, 4000), rounds, 300);
    }

    static Plan brief(int rounds) {
        return new Plan(rounds, 4, 6, 4, 6, 4, List.of(1000, 1500, 2000, 2500, 3000), 1, 0);
    }

    /// How long it takes where nothing is slow.
    Duration usual() {
        int each = coldSeconds + warmSeconds + quietSeconds + busySeconds + START_SECONDS + 4 * LOAD_SECONDS;
        int higher = climb.size() * (climbSeconds + LOAD_SECONDS);
        int sides = Side.values().length;
        return Duration.ofSeconds((long) sides * (rounds * each + climbs * higher) + sustainedSeconds + warmSeconds);
    }

    /// After this it is ended, whatever is left.
    Duration most() {
        return usual().multipliedBy(2).plus(LoadRunner.overhead());
    }
}
