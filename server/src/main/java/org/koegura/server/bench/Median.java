package org.koegura.server.bench;

import java.util.List;

/// What stands in the middle: one round that went wrong does not move it.
public final class Median {

    private Median() {}

    /// The one in the middle; of an even number, the mean of the two there.
    ///
    /// @param values at least one
    public static double of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing has no middle");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
