package org.koegura.sipproxy.proxy;

import java.util.Set;
import org.koegura.sipproxy.admission.AdmissionSettings;
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

    /// What a stranger may send in its dialog to whoever it names. With anything else, an INVITE above all, the mark of
    /// one call would be a way to the carrier for ever.
    private static final Set<String> GO_BACK = Set.of("ACK", "BYE", "CANCEL", "INFO", "NOTIFY", "PRACK", "UPDATE");

    private final Neighbours neighbours;
    private final AdmissionSettings.Strangers strangers;
    private final Telephones telephones;
    private final RouteMarks marks;

    /// @param strangers how they are met where they may not go on
    Relays(Neighbours neighbours, AdmissionSettings.Strangers strangers, Telephones telephones, RouteMarks marks) {
        this.neighbours = neighbours;
        this.strangers = strangers;
        this.telephones = telephones;
        this.marks = marks;
    }

    Neighbours neighbours() {
        return neighbours;
    }

    /// Whether whoever may not go on is told so.
    boolean answers(Hop source) {
        return strangers == AdmissionSettings.Strangers.REFUSE || !neighbours.isStranger(source);
    }

    /// Whether a request may go where it wants to.
    ///
    /// @param request as it came
    boolean mayGoOn(WireMessage request, Hop source, Routing.Onward onward) throws MessageFault {
        return !neighbours.isStranger(source)
                || onward.destinations().stream().allMatch(neighbours::isUpstream)
                || (GO_BACK.contains(request.request().method()) && marks.isInDialog(onward.mark(), request))
                || telephones.isSender(request, source.address().getAddress());
    }
}
