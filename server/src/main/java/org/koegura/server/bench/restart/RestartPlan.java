package org.koegura.server.bench.restart;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// How often the product is killed, and with how many calls up.
///
/// @param restarts by the number of calls
record RestartPlan(Map<Integer, Integer> restarts) {

    private static final int FEW_CALLS = 50;
    private static final int MANY_CALLS = 250;
    private static final int FEW_RESTARTS_PER_ROUND = 34; // three rounds are a hundred
    private static final int MANY_RESTARTS_PER_ROUND = 7;
    private static final int BRIEF = 5;
    private static final Duration PER_LOAD = Duration.ofSeconds(30);
    private static final Duration PER_RESTART = Duration.ofSeconds(5);
    private static final Duration PER_CALL = Duration.ofMillis(40);

    RestartPlan {
        restarts = new TreeMap<>(restarts);
    }

    /// How long it takes as a rule.
    Duration usual() {
        return restarts.entrySet().stream()
                .map(load -> PER_LOAD.plus(
                        PER_RESTART.plus(PER_CALL.multipliedBy(load.getKey())).multipliedBy(load.getValue())))
                .reduce(Duration.ZERO, Duration::plus);
    }

    static RestartPlan full(int rounds) {
        return new RestartPlan(
                Map.of(FEW_CALLS, rounds * FEW_RESTARTS_PER_ROUND, MANY_CALLS, rounds * MANY_RESTARTS_PER_ROUND));
    }

    static RestartPlan brief(int rounds) {
        return new RestartPlan(Map.of(FEW_CALLS, rounds * BRIEF));
    }
}
