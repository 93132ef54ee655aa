package org.koegura.server.bench.media;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of the packets of so many calls in a measured time.
///
/// @param counts what the generator saw
/// @param cpuSeconds what the side used in that time
/// @param rssKibBefore what of it lay in memory before its calls were placed
/// @param rssKib the same at the end of that time
/// @param told what the side itself tells, name → number
record MediaLoad(
        int calls,
        GeneratorCounts counts,
        double cpuSeconds,
        long rssKibBefore,
        long rssKib,
        Map<String, Double> told) {

    /// More of them lost than this, and the side did other work than one that loses none.
    private static final double COMPARED_LOSS_MAX = 0.01;

    /// What counts as clean at a rate.
    private static final double CLEAN_LOSS_MAX = 0.001;

    private static final double MILLION = 1_000_000;

    MediaLoad {
        told = Map.copyOf(told);
    }

    double cpuSecondsPerMpkt() {
        return cpuSeconds * MILLION / Math.max(1, counts.received());
    }

    /// Whether its cost can be held against that of others.
    boolean isComparable() {
        return counts.isPaced() && cpuSeconds > 0 && counts.lossRatio() <= COMPARED_LOSS_MAX;
    }

    /// Whether the side carries this rate.
    boolean isClean() {
        return counts.isPaced() && counts.lossRatio() <= CLEAN_LOSS_MAX;
    }

    double rssKibPerCall() {
        return (double) (rssKib - rssKibBefore) / calls;
    }

    /// Bytes given to objects for each packet; null where the side does not tell.
    @Nullable
    Double allocatedBytesPerPacket() {
        Double allocated = told.get("allocated_bytes");
        return allocated == null ? null : allocated / Math.max(1, counts.received());
    }

    /// Packets that were to be recorded, are not, and stand as lost in the recordings; null where the side does not
    /// tell.
    @Nullable
    Double declaredLost() {
        return told.get("capture_lost_packets");
    }

    /// Packets of which the side cannot say what became; null where it does not tell.
    @Nullable
    Double unaccounted() {
        Double received = told.get("capture_received_packets");
        return received == null
                ? null
                : received
                        - told.getOrDefault("capture_recorded_packets", 0.0)
                        - told.getOrDefault("capture_lost_packets", 0.0)
                        - told.getOrDefault("capture_withheld_packets", 0.0);
    }
}
