package org.koegura.server.bench.media;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One side in one round.
///
/// @param loads by the number of calls
/// @param climbed more and more calls, up to the first number that was not clean; empty where that was not tried
record MediaRound(MediaSide side, Map<Integer, MediaLoad> loads, List<MediaLoad> climbed) {

    MediaRound {
        loads = Map.copyOf(loads);
        climbed = List.copyOf(climbed);
    }

    /// The most calls up to which every number was clean; 0 where not even the fewest were.
    int mostClean() {
        Map<Integer, MediaLoad> all = new TreeMap<>(loads);
        climbed.forEach(load -> all.put(load.calls(), load));
        int most = 0;
        for (MediaLoad load : all.values()) {
            if (!load.isClean()) {
                break;
            }
            most = load.calls();
        }
        return most;
    }
}
