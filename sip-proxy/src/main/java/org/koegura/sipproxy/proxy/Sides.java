package org.koegura.sipproxy.proxy;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Unrecorded;

/// Who of a call is inside and who is outside (J5, ADR 3, ADR 14).
///
/// On the telephone side whoever uses us as its outbound proxy is inside, and whoever comes by way of a
/// registrar is outside. On the trunk side the PBX and the telephones that registered with it through
/// us are inside; everybody else is outside, strangers too. Where the site has extension patterns, an
/// identity must match one besides: in every doubt a party is outside.
///
/// @param caller leg of whoever sent the INVITE
/// @param fixed why this passage must not be recorded; null where nothing says so yet
/// @param internal whether it is internal (R6) where it is answered behind the PBX, and does not go out
///     again
/// @param first the first passage of the same call, where this is a second one; else null
/// @param leavesFirst whether an answer to this passage comes from somebody outside
/// @param revokes why the first passage must not be recorded once this one is answered; null where it
///     may
record Sides(
        Leg caller,
        @Nullable Unrecorded fixed,
        boolean internal,
        @Nullable Passage first,
        boolean leavesFirst,
        @Nullable Unrecorded revokes) {

    /// Who sent an INVITE.
    enum From {
        /// A telephone that uses us as its outbound proxy, or the PBX on the trunk side.
        INSIDE,
        /// The trunk, a registrar for a telephone of ours, or a stranger.
        OUTSIDE
    }

    /// Whom an INVITE leads to.
    enum To {
        /// A telephone that registered through us, as our own Path says.
        TELEPHONE,
        /// Registrar or PBX.
        UPSTREAM,
        /// Anybody else.
        ANYWHERE
    }

    /// How an INVITE passes.
    ///
    /// @param trunkSide whether the proxy stands between a PBX and a trunk
    record Way(boolean trunkSide, From from, To to) {

        /// On the telephone side the Request-URI says nothing of where a call ends: the registrar
        /// decides.
        private boolean leadsOut() {
            return trunkSide && to == To.ANYWHERE;
        }
    }

    /// @param first its first passage, where it passes us a second time
    static Sides of(Way way, Identities identities, @Nullable Passage first) {
        Leg caller = way.from() == From.INSIDE ? Leg.INSIDE : Leg.OUTSIDE;
        if (first == null) {
            return new Sides(caller, forbids(way, identities), isInternal(way, identities), null, false, null);
        }
        Unrecorded why = null;
        if (way.to() == To.TELEPHONE && first.caller() == Leg.INSIDE) {
            why = Unrecorded.INTERNAL; // R6: a telephone of ours calls a telephone of ours
        } else if (way.leadsOut() && first.caller() == Leg.OUTSIDE) {
            why = Unrecorded.NO_INSIDE_PARTY; // came in and goes out again: the second party could not be told
        }
        return new Sides(caller, Unrecorded.SPIRAL, false, first, way.leadsOut(), why);
    }

    /// A caller that withholds its number is where its way in says: else staff could keep its calls
    /// unrecorded.
    private static @Nullable Unrecorded forbids(Way way, Identities identities) {
        boolean open = !identities.known();
        boolean inside = switch (way.from()) {
            case INSIDE -> open || !identities.callerNamed() || identities.callerMatches();
            // an outside caller's identity proves nothing: anybody can claim an extension
            case OUTSIDE -> !way.leadsOut() && (open || identities.calleeMatches());
        };
        return inside ? null : Unrecorded.NO_INSIDE_PARTY;
    }

    /// An extension that calls an extension by way of the PBX. Only a Request-URI says whom it is meant
    /// for, and only the answer says whether somebody else took it: see [Passage]. On the telephone
    /// side the second passage tells.
    private static boolean isInternal(Way way, Identities identities) {
        return way.trunkSide()
                && way.from() == From.INSIDE
                && way.to() == To.UPSTREAM
                && identities.known()
                && identities.callerMatches()
                && identities.dialledMatches();
    }

    /// The same, where it calls for help or is a call back (N11): nothing of it is kept, in neither passage.
    Sides emergency() {
        return new Sides(
                caller,
                fixed == Unrecorded.SPIRAL ? fixed : Unrecorded.EMERGENCY,
                false,
                first,
                leavesFirst,
                first == null ? null : Unrecorded.EMERGENCY);
    }

    /// The same, where policy says that nothing is kept of a call that leads here: a second passage says so of the
    /// first.
    Sides leaving(Unrecorded why) {
        return first == null
                ? new Sides(caller, fixed == null ? why : fixed, internal, null, leavesFirst, revokes)
                : new Sides(caller, fixed, internal, first, leavesFirst, revokes == null ? why : revokes);
    }

    /// Who calls whom.
    Direction direction() {
        return caller == Leg.INSIDE ? Direction.OUTBOUND : Direction.INBOUND;
    }
}
