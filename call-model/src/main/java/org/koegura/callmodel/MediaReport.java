package org.koegura.callmodel;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one call's media came to, once its ports are closed and its recording, if any, is sealed.
///
/// @param accounts one per leg
/// @param gaps what was declared lost
/// @param spared time within capture in which nothing was to be kept: it was paused, or there was no audio
/// @param seal the recording; null where none was opened or it could not be sealed
public record MediaReport(
        List<StreamAccount> accounts,
        List<Gap> gaps,
        Duration spared,
        @Nullable Seal seal) {

    public MediaReport {
        accounts = List.copyOf(accounts);
        gaps = List.copyOf(gaps);
    }

    /// Of a call all of whose capture was to be kept.
    public MediaReport(List<StreamAccount> accounts, List<Gap> gaps, @Nullable Seal seal) {
        this(accounts, gaps, Duration.ZERO, seal);
    }
}
