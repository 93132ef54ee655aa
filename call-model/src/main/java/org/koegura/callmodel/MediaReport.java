package org.koegura.callmodel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one call's media came to, once its ports are closed and its recording, if any, is sealed.
///
/// @param accounts one per leg
/// @param gaps what was declared lost
/// @param seal the recording; null where none was opened or it could not be sealed
public record MediaReport(
        List<StreamAccount> accounts,
        List<Gap> gaps,
        @Nullable Seal seal) {

    public MediaReport {
        accounts = List.copyOf(accounts);
        gaps = List.copyOf(gaps);
    }
}
