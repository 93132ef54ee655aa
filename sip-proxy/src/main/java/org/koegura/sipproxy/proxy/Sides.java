package org.koegura.sipproxy.proxy;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Mark;

/// Who of a call is inside and who is outside (J5), on the telephone side (ADR 0003): whoever uses us as its outbound
/// proxy is inside; whoever comes by way of a registrar is outside, and is told.
///
/// @param direction who calls whom
/// @param caller leg of whoever sent the INVITE
/// @param fixed why this passage must not be recorded; null where nothing says so yet
/// @param internalOf the first passage of the same call, which becomes internal when this one is answered; else null
record Sides(
        Direction direction,
        Leg caller,
        @Nullable Unrecorded fixed,
        @Nullable Passage internalOf) {

    /// @param mark what our own Route said: a telephone is called that registered through us, or nothing
    /// @param source where the INVITE came from
    /// @param enclosing its first passage, where it passes us a second time
    static Sides of(Mark mark, InetSocketAddress source, Registrars registrars, @Nullable Passage enclosing) {
        boolean inbound = mark.telephone() || registrars.isOne(source);
        Direction direction = inbound ? Direction.INBOUND : Direction.OUTBOUND;
        Leg caller = inbound ? Leg.OUTSIDE : Leg.INSIDE;
        if (enclosing == null) {
            return new Sides(direction, caller, null, null);
        }
        boolean internal = mark.telephone() && enclosing.caller() == Leg.INSIDE;
        return new Sides(direction, caller, Unrecorded.SPIRAL, internal ? enclosing : null);
    }

    /// The party on a leg, as From and To of the INVITE say.
    Party party(Leg leg, WireMessage invite) throws MessageFault {
        String uri = leg == caller ? invite.from().uri() : invite.to().uri();
        String address = SipUri.addressOfRecord(uri);
        return address.isBlank() || address.length() > 1024 ? Party.UNKNOWN : new Party(address);
    }
}
