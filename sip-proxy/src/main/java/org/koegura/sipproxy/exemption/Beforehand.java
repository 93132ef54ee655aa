package org.koegura.sipproxy.exemption;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.sipproxy.telephone.Armed;

/// What exempts calls before they come.
///
/// @param armed for the next call of a telephone, each once
/// @param standing for all calls with a number, until it ends
public record Beforehand(Armed armed, StandingExemptions standing) {

    /// What exempts a call that would be announced; null where nothing does. A code goes first, and is used up: whoever
    /// dialled it meant this call and no later one.
    ///
    /// @param facts of the call, as it came
    /// @param mayUseCodes whether its telephone's codes are for it
    public @Nullable Exemption of(CallFacts facts, Incoming incoming, boolean mayUseCodes) {
        Exemption dialled = incoming.telephone() != null && mayUseCodes
                ? armed.take(incoming.telephone(), facts.sipCallId())
                : null;
        return dialled != null || incoming.vouched() == null
                ? dialled
                : standing.inForce(incoming.vouched(), facts.invitedAt());
    }
}
