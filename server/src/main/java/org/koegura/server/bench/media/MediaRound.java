package org.koegura.server.bench.media;

import java.util.Collection;
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

    /// What ended a climb.
    enum End {
        /// There was none.
        NOT_CLIMBED("it was not climbed"),
        /// The side kept that many calls no more: its highest rate is known.
        SIDE("it kept no more"),
        /// The generator did not keep its pace: the side may carry more.
        GENERATOR("the generator kept its pace no more"),
        /// All was clean.
        PLAN("no more calls were tried");

        private final String why;

        End(String why) {
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /// What the number of [#mostClean] says.
    End end() {
        if (climbed.isEmpty()) {
            return End.NOT_CLIMBED;
        }
        for (MediaLoad load : byCalls()) {
            if (!load.isClean()) {
                return load.counts().isPaced() ? End.SIDE : End.GENERATOR;
            }
        }
        return End.PLAN;
    }

    /// The most calls up to which every number was clean; 0 where not even the fewest were.
    int mostClean() {
        int most = 0;
        for (MediaLoad load : byCalls()) {
            if (!load.isClean()) {
                break;
            }
            most = load.calls();
        }
        return most;
    }

    private Collection<MediaLoad> byCalls() {
        Map<Integer, MediaLoad> all = new TreeMap<>(loads);
        climbed.forEach(load -> all.put(load.calls(), load));
        return all.values();
    }
}
