package org.koegura.server.bench.signalling;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/// Delays in microseconds, in rising order.
final class Delays {

    private final long[] micros;

    private Delays(long[] sorted) {
        this.micros = sorted;
    }

    /// Takes what a prober measured that asks once in an interval and waits for each answer. While it waited longer
    /// than that it did not ask, and those questions would have waited, too: they are filled in, each an
    /// interval shorter than the one before.
    static Delays of(List<Long> measuredMicros, long intervalMicros) {
        if (intervalMicros <= 0) {
            throw new IllegalArgumentException("an interval is positive");
        }
        return new Delays(measuredMicros.stream()
                .flatMapToLong(delay -> LongStream.iterate(delay, each -> each > 0, each -> each - intervalMicros)
                        .limit(1 + Math.max(0, delay / intervalMicros)))
                .sorted()
                .toArray());
    }

    boolean isEmpty() {
        return micros.length == 0;
    }

    /// The smallest that is not exceeded by this share of all (nearest rank).
    long percentile(double percent) {
        if (isEmpty() || percent <= 0 || percent > 100) {
            throw new IllegalArgumentException("no percentile " + percent + " of " + micros.length);
        }
        return micros[(int) Math.ceil(percent / 100 * micros.length) - 1];
    }

    long most() {
        return percentile(100);
    }

    int count() {
        return micros.length;
    }

    @Override
    public String toString() {
        return Arrays.toString(micros);
    }
}
