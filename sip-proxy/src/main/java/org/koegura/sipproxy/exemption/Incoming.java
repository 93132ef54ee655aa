package org.koegura.sipproxy.exemption;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;

/// A call passage as its INVITE tells of it.
///
/// @param signalled the call; the desk says whose line it is
/// @param fixed why it must not be recorded, where that is known already (EMERGENCY, INTERNAL, SPIRAL); else null
/// @param untouched whether its session descriptions pass as they are, and its media by us (N11)
/// @param proven whether it is proven of the caller's trunk that notices before the answer are heard (N3)
/// @param telephone the inside telephone, where it is proven which it is; null where it is not: then nothing is asked
///     for by digits
/// @param vouched the other party's number, `+` and digits, where somebody vouches for it; null where nobody does: then
///     no standing exemption is for it
public record Incoming(
        CallFacts signalled,
        @Nullable Unrecorded fixed,
        boolean untouched,
        boolean proven,
        @Nullable Party telephone,
        @Nullable String vouched) {

    /// Whom an exemption stands for; null where it is none that stands.
    public @Nullable Party standsFor(@Nullable Exemption flagged) {
        boolean stands = flagged != null && flagged.channel() == Exemption.Channel.STANDING;
        return stands && vouched != null ? new Party("tel:" + vouched, vouched, null) : null;
    }

    /// Hides the number, so that it can never reach a log line by accident.
    @Override
    public String toString() {
        return "Incoming[" + signalled.call() + "]";
    }
}
