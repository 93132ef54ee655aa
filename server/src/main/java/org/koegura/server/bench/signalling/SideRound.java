package org.koegura.server.bench.signalling;

import java.util.Map;
import java.util.TreeMap;

/// One side in one round.
///
/// @param cold the load right after its start
/// @param loads by rate
/// @param counted what the product itself counted of the calls, name → number; empty for others
record SideRound(Side side, Load cold, Map<Integer, Load> loads, Map<String, Long> counted) {

    SideRound {
        loads = Map.copyOf(loads);
        counted = Map.copyOf(counted);
    }

    /// Calls a second up to which every rate was clean; 0 where not even the lowest was.
    int highestClean() {
        int highest = 0;
        for (Load load : new TreeMap<>(loads).values()) {
            if (!load.isClean()) {
                break;
            }
            highest = load.rate();
        }
        return highest;
    }
}
