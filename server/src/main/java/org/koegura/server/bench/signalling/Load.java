package org.koegura.server.bench.signalling;

import org.jspecify.annotations.Nullable;

/// What became of calls at one rate.
///
/// @param rate calls a second that were wanted
/// @param caller what the caller counted
/// @param calleeRetransmissions what the callee sent again
/// @param cpuSeconds what the side used from the first call to half a second after the last
/// @param delays of the INVITE to the callee and of the 180 back, together; null where no prober ran
/// @param unansweredProbes calls of the prober that failed
record Load(
        int rate,
        SippStatistics caller,
        long calleeRetransmissions,
        double cpuSeconds,
        @Nullable Delays delays,
        long unansweredProbes) {

    /// How much of the time beyond what the calls need is the generator's own: connecting, the last line.
    private static final double SETTLE_SECONDS = 0.25;

    private static final double KEPT_RATE_MIN = 0.95;

    /// Retransmissions for each call that still count as clean: what a busy machine does to anybody.
    static final double RETRANSMISSIONS_MAX = 0.001;

    long retransmissions() {
        return caller.retransmissions() + calleeRetransmissions;
    }

    /// Calls a second that were really made.
    double keptRate() {
        return caller.successful() / Math.max(0.001, caller.seconds() - SETTLE_SECONDS);
    }

    /// No call failed, nearly nothing was sent again, and the rate was kept.
    boolean isClean() {
        return caller.failed() == 0
                && unansweredProbes == 0
                && retransmissions() <= RETRANSMISSIONS_MAX * caller.created()
                && keptRate() >= KEPT_RATE_MIN * rate;
    }

    /// The prober's calls, too, cost the side what calls cost.
    double cpuSecondsPer1000Calls() {
        long probes = delays == null ? 0 : delays.count();
        return cpuSeconds * 1000 / Math.max(1, caller.successful() + probes);
    }
}
