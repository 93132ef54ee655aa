package org.koegura.server.peer;

import java.time.Duration;
import java.util.Random;

/// What a bad stretch of network does to each packet. Of the same seed, always the same.
///
/// @param lossPercent of a hundred packets, how many never arrive
/// @param duplicatePercent how many arrive twice, the second time up to `jitter` later
/// @param reorderPercent how many are overtaken by those of the next [#OVERTAKEN_MAX]
/// @param jitter by how much each may be late
/// @param packets how many are impaired: whatever follows passes at once
/// @param seed decides all of it
public record Impairment(
        int lossPercent, int duplicatePercent, int reorderPercent, Duration jitter, int packets, long seed) {

    /// Beyond any jitter.
    static final Duration OVERTAKEN_MAX = Duration.ofMillis(200);

    private static final int NEVER = -1;

    /// As bad as it gets: a fifth lost, reordering, duplicates, 50 ms of jitter.
    public static Impairment usual(int packets, long seed) {
        return new Impairment(20, 5, 5, Duration.ofMillis(50), packets, seed);
    }

    /// When one packet arrives, in nanoseconds after it was sent; how often, 0 to 2.
    record Fate(long firstNanos, long secondNanos) {

        boolean lost() {
            return firstNanos == NEVER;
        }

        boolean twice() {
            return secondNanos != NEVER;
        }
    }

    /// Of the packet with that number, from 0.
    Fate of(int number) {
        if (number >= packets) {
            return new Fate(0, NEVER);
        }
        Random random = new Random(seed * 1_000_003 + number);
        if (random.nextInt(100) < lossPercent) {
            return new Fate(NEVER, NEVER);
        }
        long late = nextNanos(random, jitter);
        if (random.nextInt(100) < reorderPercent) {
            late += nextNanos(random, OVERTAKEN_MAX);
        }
        boolean twice = random.nextInt(100) < duplicatePercent;
        return new Fate(late, twice ? late + nextNanos(random, jitter) : NEVER);
    }

    private static long nextNanos(Random random, Duration bound) {
        return bound.isZero() ? 0 : random.nextLong(bound.toNanos());
    }
}
