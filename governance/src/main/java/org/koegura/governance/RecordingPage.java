package org.koegura.governance;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.governance.database.CallRecord;

/// Some recorded calls, newest first.
///
/// @param calls at most as many as were asked for
/// @param next where the next page begins; null on the last
public record RecordingPage(
        List<CallRecord> calls, @Nullable RecordingId next) {

    public RecordingPage {
        calls = List.copyOf(calls);
    }
}
