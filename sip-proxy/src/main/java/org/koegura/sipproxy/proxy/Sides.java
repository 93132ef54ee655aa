package org.koegura.sipproxy.proxy;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;

/// Who of a call is inside and who is outside (J5, ADR 0003, ADR 0014).
///
/// On the telephone side whoever uses us as its outbound proxy is inside, and whoever comes by way of a
/// registrar is
/// outside. On the trunk side whoever is beyond the trunk is outside. Where the site has extension
/// patterns, an
/// identity must match one besides: in every doubt a party is outside.
///
/// @param direction who calls whom
/// @param caller leg of whoever sent the INVITE
/// @param fixed why this passage must not be recorded; null where nothing says so yet
/// @param revoked the first passage of the same call, which must not be recorded either once this one is
///     answered; null
///     for none
/// @param revokedWhy the reason for that; null exactly where `revoked` is
record Sides(
        Direction direction,
        Leg caller,
        @Nullable Unrecorded fixed,
        @Nullable Passage revoked,
        @Nullable Unrecorded revokedWhy) {

    /// How an INVITE passes.
    ///
    /// @param telephone it goes to a telephone that registered through us, as our own Path says
    /// @param fromOutside it comes from a registrar or the trunk
    /// @param leadsOut it goes to the trunk
    record Way(boolean telephone, boolean fromOutside, boolean leadsOut) {

        boolean inbound() {
            return !leadsOut && (telephone || fromOutside);
        }
    }

    /// @param enclosing its first passage, where it passes us a second time
    static Sides of(Way way, Identities identities, @Nullable Passage enclosing) {
        Direction direction = way.inbound() ? Direction.INBOUND : Direction.OUTBOUND;
        Leg caller = way.inbound() ? Leg.OUTSIDE : Leg.INSIDE;
        if (enclosing == null) {
            return new Sides(direction, caller, identities.forbids(caller), null, null);
        }
        Unrecorded why = null;
        if (way.telephone() && enclosing.caller() == Leg.INSIDE) {
            why = Unrecorded.INTERNAL; // R6: a telephone of ours calls a telephone of ours
        } else if (way.leadsOut() && enclosing.caller() == Leg.OUTSIDE) {
            why = Unrecorded.NO_INSIDE_PARTY; // came in and goes out again: the second party could not be told
        }
        return new Sides(direction, caller, Unrecorded.SPIRAL, why == null ? null : enclosing, why);
    }

    /// What the identities say to that.
    ///
    /// @param known whether the site has extension patterns
    /// @param callerMatches whether the caller's identity matches one
    /// @param calleeMatches whether the callee's does
    record Identities(boolean known, boolean callerMatches, boolean calleeMatches) {

        /// An outside caller's identity proves nothing: anybody can claim an extension.
        @Nullable
        Unrecorded forbids(Leg caller) {
            boolean outbound = caller == Leg.INSIDE;
            if (!known) {
                return null;
            }
            if (outbound && callerMatches && calleeMatches) {
                return Unrecorded.INTERNAL;
            }
            return (outbound ? callerMatches : calleeMatches) ? null : Unrecorded.NO_INSIDE_PARTY;
        }
    }

    /// The party on a leg, as From and To of the INVITE say.
    Party party(Leg leg, WireMessage invite) throws MessageFault {
        return party(leg == caller ? invite.from().uri() : invite.to().uri());
    }

    static Party party(String uri) {
        String address = SipUri.addressOfRecord(uri);
        return address.isBlank() || address.length() > 1024 ? Party.UNKNOWN : new Party(address);
    }
}
