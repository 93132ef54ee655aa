package org.koegura.governance.database;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption;

/// A request to preserve a call that nobody decided yet (H2).
///
/// @param call the part that it named
/// @param author an account, or `extension:` and the number of a telephone
/// @param reason why; null from a telephone
public record Preservation(
        String id,
        CallId call,
        String author,
        Exemption.Channel channel,
        @Nullable String reason,
        Instant at) {}
