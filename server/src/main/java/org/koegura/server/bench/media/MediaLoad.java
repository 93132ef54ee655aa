package org.koegura.server.bench.media;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of the packets of so many calls in a measured time.
///
/// @param counts what the generator saw
/// @param cpuSeconds what the side used in that time
/// @param senderCpuSeconds what the generator used in that time: where the kernel relays, the sender does the work
/// @param closing what it did afterwards with these calls
/// @param rssKibBefore what of it lay in memory before the first call that it ever had
/// @param rssKib the same at the end of that time
/// @param told what the side itself tells, name → number
record MediaLoad(
        int calls,
        GeneratorCounts counts,
        double cpuSeconds,
        double senderCpuSeconds,
        Closing closing,
        long rssKibBefore,
        long rssKib,
        Map<String, Double> told) {

    /// More of them lost than this, and the side did other work than one that loses none.
    private static final double COMPARED_LOSS_MAX = 0.01;

    /// What counts as clean at a rate: of what is relayed, and of what is to be recorded.
    private static final double CLEAN_LOSS_MAX = 0.001;

    private static final double MILLION = 1_000_000;
    private static final double BYTES_PER_KIB = 1024;
    private static final String RECORDED = "capture_recorded_packets";
    private static final String LOST = "capture_lost_packets";

    MediaLoad {
        told = Map.copyOf(told);
    }

    /// What was left to do when the parties had stopped: to hang up, to seal, to upload. It is work for all packets of
    /// these calls, not only for those of the measured time.
    ///
    /// @param cpuSeconds that it took; 0 where a side's process ends with its calls
    /// @param seconds until nothing was left to do
    /// @param packets that were due from the first call on, both ways
    record Closing(double cpuSeconds, double seconds, double packets) {}

    double cpuSecondsPerMpkt() {
        return cpuSeconds * MILLION / Math.max(1, counts.received());
    }

    /// What the machine does because of the side: its own work, and what the generator does more than with nothing
    /// between.
    ///
    /// @param direct so many calls with nothing between, in the same round
    double causedCpuSecondsPerMpkt(MediaLoad direct) {
        return cpuSecondsPerMpkt() + senderCpuSecondsPerMpkt() - direct.senderCpuSecondsPerMpkt();
    }

    private double senderCpuSecondsPerMpkt() {
        return senderCpuSeconds * MILLION / Math.max(1, counts.received());
    }

    double closingCpuSecondsPerMpkt() {
        return closing.cpuSeconds() * MILLION / Math.max(1, closing.packets());
    }

    /// From the first packet to the last upload.
    double wholeCpuSecondsPerMpkt(MediaLoad direct) {
        return causedCpuSecondsPerMpkt(direct) + closingCpuSecondsPerMpkt();
    }

    /// Whether its cost can be held against that of others: a side that drops is cheap, on the wire or in its files.
    boolean isComparable() {
        return counts.isPaced() && cpuSeconds > 0 && keeps(COMPARED_LOSS_MAX);
    }

    /// Whether the side carries this rate.
    boolean isClean() {
        return counts.isPaced() && keeps(CLEAN_LOSS_MAX);
    }

    private boolean keeps(double lossMax) {
        Double unaccounted = unaccounted();
        return counts.lossRatio() <= lossMax
                && declaredLossRatio() <= lossMax
                && (unaccounted == null || unaccounted == 0);
    }

    /// Of the packets that were to be recorded; 0 where the side does not tell.
    private double declaredLossRatio() {
        double lost = told.getOrDefault(LOST, 0.0);
        return lost / Math.max(1, lost + told.getOrDefault(RECORDED, 0.0));
    }

    double rssKibPerCall() {
        return (double) (rssKib - rssKibBefore) / calls;
    }

    /// What the side's objects took when all that nobody held had been collected; null where it does not tell.
    @Nullable
    Double liveHeapKib() {
        Double bytes = told.get("live_heap_bytes");
        return bytes == null ? null : bytes / BYTES_PER_KIB;
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
        return told.get(LOST);
    }

    /// Packets of which the side cannot say what became, or says it twice; and such as came out at the other end in the
    /// measured time beyond all that it says it recorded or lost. Null where it does not tell.
    @Nullable
    Double unaccounted() {
        Double received = told.get("capture_received_packets");
        if (received == null) {
            return null;
        }
        double kept = told.getOrDefault(RECORDED, 0.0) + told.getOrDefault(LOST, 0.0);
        double untold = Math.abs(received - kept - told.getOrDefault("capture_withheld_packets", 0.0));
        return Math.max(untold, counts.received() - kept);
    }
}
