package org.koegura.sipproxy.proxy;

import java.util.Set;
import org.koegura.sipproxy.admission.AdmissionMeters;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.StrangerLog;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Routing;
import org.koegura.sipproxy.transport.Hop;

/// Whom we send on for, and to whom.
///
/// Between PBX and trunk, who was let in and is neither of them may call the PBX, as a second SBC does, and nobody
/// else:
/// otherwise anybody could use the PBX's trunk, or hide behind us. On the telephones' side a registrar that nobody set,
/// and that is in none of the networks, may reach those who registered with it.
///
/// Safe from any thread.
final class Relays {

    /// What a stranger may send in its dialog to whoever it names. With anything else, an INVITE above all, the mark of
    /// one call would be a way to the carrier for ever.
    private static final Set<String> GO_BACK = Set.of("ACK", "BYE", "CANCEL", "INFO", "NOTIFY", "PRACK", "UPDATE");

    private final Neighbours neighbours;
    private final AdmissionSettings admission;
    private final Registrars registrars;
    private final Telephones telephones;
    private final RouteMarks marks;
    private final AdmissionMeters refusals;
    private final StrangerLog log;

    Relays(
            Neighbours neighbours,
            AdmissionSettings admission,
            Registrars registrars,
            Telephones telephones,
            RouteMarks marks,
            AdmissionMeters refusals,
            StrangerLog log) {
        this.neighbours = neighbours;
        this.admission = admission;
        this.registrars = registrars;
        this.telephones = telephones;
        this.marks = marks;
        this.refusals = refusals;
        this.log = log;
    }

    Neighbours neighbours() {
        return neighbours;
    }

    /// Whether whoever may not go on is told so.
    boolean answers(Hop source) {
        return admission.strangers() == AdmissionSettings.Strangers.REFUSE || !neighbours.isStranger(source);
    }

    /// Whether a request may go where it wants to.
    ///
    /// @param request as it came
    boolean mayGoOn(WireMessage request, Hop source, Routing.Onward onward) throws MessageFault {
        return neighbours.isTrunkSide() ? besideTrunk(request, source, onward) : atHome(request, source, onward);
    }

    /// One that may not was not sent on. An operator who forgot an address of the PBX finds it in the log.
    void refused(Hop source) {
        refusals.refused(AdmissionMeters.Refusal.RELAY);
        log.refused(source);
    }

    private boolean besideTrunk(WireMessage request, Hop source, Routing.Onward onward) throws MessageFault {
        return !neighbours.isStranger(source)
                || onward.destinations().stream().allMatch(neighbours::isUpstream)
                || (GO_BACK.contains(request.request().method()) && marks.isInDialog(onward.mark(), request))
                || telephones.isSender(request, source.address().getAddress());
    }

    private boolean atHome(WireMessage request, Hop source, Routing.Onward onward) throws MessageFault {
        return neighbours.isNeighbour(source)
                || admission.networks().contain(source.address().getAddress())
                || marks.isInDialog(onward.mark(), request)
                || marks.isForTelephone(onward.mark(), onward.request())
                || onward.destinations().stream().allMatch(hop -> registrars.serves(source, hop));
    }
}
