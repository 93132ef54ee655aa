package org.koegura.sipproxy.proxy;

import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Routing;
import org.koegura.sipproxy.transport.Hop;

/// Between PBX and trunk: whom we send on for, and to whom. Whoever is unknown there may call the PBX, as a
/// second SBC of the carrier does, and nobody else: otherwise anybody could use the PBX's trunk, or hide
/// behind us.
///
/// Safe from any thread.
final class Relays {

    private final Neighbours neighbours;
    private final Telephones telephones;
    private final RouteMarks marks;

    Relays(Neighbours neighbours, Telephones telephones, RouteMarks marks) {
        this.neighbours = neighbours;
        this.telephones = telephones;
        this.marks = marks;
    }

    /// Whether a request may go where it wants to.
    ///
    /// @param request as it came
    boolean mayGoOn(WireMessage request, Hop source, Routing.Onward onward) throws MessageFault {
        return !neighbours.isStranger(source)
                || onward.destinations().stream().allMatch(neighbours::isUpstream)
                || marks.isInDialog(onward.mark(), request)
                || telephones.isSender(request, source.address().getAddress());
    }
}
