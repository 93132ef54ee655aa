package org.koegura.storageclient.manifest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StreamAccount;
import org.koegura.storageclient.packets.ReceivedTally;

/// Brings the writer's accounts in line with what is in the file, to the packet (R8).
///
/// They differ only after a failed write: the caller cannot know which of the packets that it handed over since the
/// last good flush still reached the disk.
///
/// @param streams one per leg, inside first
/// @param gaps the declared losses; those of a leg sum to its `lost`
public record KeptAccounts(List<StreamAccount> streams, List<Gap> gaps) {

    /// The accounts and gaps that hold for what is in the file.
    ///
    /// @param declared the caller's accounts; a leg that is missing received nothing
    /// @param declaredGaps the caller's gaps
    /// @param dropped packets that were taken and never reached the disk
    /// @param kept what did
    /// @throws IllegalArgumentException they differ by more than was dropped: somebody miscounted
    public static KeptAccounts of(
            List<StreamAccount> declared, List<Gap> declaredGaps, List<Gap> dropped, ReceivedTally kept) {
        List<StreamAccount> streams = new ArrayList<>();
        List<Gap> gaps = new ArrayList<>(declaredGaps);
        for (Leg leg : Leg.values()) {
            StreamAccount account = declared.stream()
                    .filter(stream -> stream.leg() == leg)
                    .findFirst()
                    .orElseGet(() -> StreamAccount.empty(leg));
            long excess = account.recorded() - kept.packets(leg);
            if (excess > 0) {
                gaps.add(shortened(leg, dropped, excess));
            } else if (excess < 0) {
                giveBack(leg, gaps, -excess);
            }
            streams.add(new StreamAccount(
                    leg, account.received(), kept.packets(leg), account.lost() + excess, account.withheld()));
        }
        return new KeptAccounts(List.copyOf(streams), List.copyOf(gaps));
    }

    /// The caller counts packets as recorded that were dropped: they are lost.
    private static Gap shortened(Leg leg, List<Gap> dropped, long packets) {
        for (Gap gap : dropped) {
            if (gap.leg() == leg && gap.packets() >= packets) {
                return new Gap(leg, gap.from(), gap.to(), packets, gap.reason());
            }
        }
        throw miscounted(leg, packets);
    }

    /// The caller counts packets as lost that are in the file: the latest gaps shrink.
    private static void giveBack(Leg leg, List<Gap> gaps, long packets) {
        long left = packets;
        for (int i = gaps.size() - 1; i >= 0 && left > 0; i--) {
            Gap gap = gaps.get(i);
            if (gap.leg() != leg || gap.reason() != Gap.Reason.STORE_FAILED) {
                continue;
            }
            if (gap.packets() > left) {
                gaps.set(i, new Gap(leg, gap.from(), gap.to(), gap.packets() - left, gap.reason()));
                left = 0;
            } else {
                gaps.remove(i);
                left -= gap.packets();
            }
        }
        if (left > 0) {
            throw miscounted(leg, -left);
        }
    }

    /// Notes what a leg lost to a failed write.
    public static Gap storeFailed(Leg leg, long firstNanos, long lastNanos, long packets) {
        return new Gap(leg, instant(firstNanos), instant(lastNanos), packets, Gap.Reason.STORE_FAILED);
    }

    public static Instant instant(long epochNanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(epochNanos, 1_000_000_000L), Math.floorMod(epochNanos, 1_000_000_000L));
    }

    private static IllegalArgumentException miscounted(Leg leg, long packets) {
        return new IllegalArgumentException(
                "closing: the " + Words.of(leg) + " account claims " + packets + " packets that are not in the file");
    }
}
