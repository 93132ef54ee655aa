package org.koegura.callmodel;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one call's media came to, once its ports are closed and its recording, if any, is sealed.
///
/// @param accounts one per leg
/// @param gaps what was declared lost
/// @param spared time within capture in which nothing was to be kept: it was paused, there was no
///     audio, or a new party was not told yet
/// @param commandLost time within capture from the loss of a command on, in which therefore nothing was kept
/// @param seal the recording; null where none was opened or it could not be sealed
public record MediaReport(
        List<StreamAccount> accounts,
        List<Gap> gaps,
        Duration spared,
        Duration commandLost,
        @Nullable Seal seal) {

    public MediaReport {
        accounts = List.copyOf(accounts);
        gaps = List.copyOf(gaps);
    }

    /// Of a call all of whose capture was to be kept.
    public MediaReport(List<StreamAccount> accounts, List<Gap> gaps, @Nullable Seal seal) {
        this(accounts, gaps, Duration.ZERO, Duration.ZERO, seal);
    }

    /// Whether all of it that was to be kept was.
    public boolean isWhole() {
        return gaps.isEmpty() && commandLost.isZero() && accounts.stream().allMatch(account -> account.lost() == 0);
    }
}
