package org.koegura.callmodel.port;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Exemption;

/// Knows which outside numbers have a standing exemption (N8). Asked by sip-proxy, answered by governance.
@FunctionalInterface
public interface StandingExemptions {

    /// No number has one.
    StandingExemptions NONE = (_, _) -> null;

    /// What exempts a call with somebody of that number that came then; null where nothing does. MUST NOT block, MUST
    /// NOT throw.
    ///
    /// @param number `+` and digits. Somebody MUST vouch for it: a caller id that is withheld, or that
    ///     nobody but the caller says, is none
    @Nullable
    Exemption inForce(String number, Instant at);
}
