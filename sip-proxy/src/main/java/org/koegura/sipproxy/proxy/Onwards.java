package org.koegura.sipproxy.proxy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Mark;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;

/// Makes of a received message the one that goes on (RFC 3261 §16.6, §16.7 item 3): its bytes with our edits.
final class Onwards {

    /// Requests that begin a dialog, in which we want to stay.
    private static final Set<String> DIALOG_FORMING = Set.of("INVITE", "SUBSCRIBE", "REFER");

    /// What says who a caller is, besides From (RFC 3325 §9, and what was before it).
    private static final List<String> ASSERTED =
            List.of("p-asserted-identity", "p-preferred-identity", "remote-party-id");

    private final OwnAddress own;
    private final RegisteredContacts contacts;
    private final Neighbours neighbours;
    private final Registrars registrars;
    private final Telephones telephones;

    Onwards(
            OwnAddress own,
            RegisteredContacts contacts,
            Neighbours neighbours,
            Registrars registrars,
            Telephones telephones) {
        this.own = own;
        this.contacts = contacts;
        this.neighbours = neighbours;
        this.registrars = registrars;
        this.telephones = telephones;
    }

    /// What is known of a request's way: how it came, and what our Record-Route says where it begins a dialog.
    ///
    /// @param came what our own URI in its Route, or in its place, said
    /// @param passage name of the call's passage; null where it belongs to none
    /// @param byFlow whether it goes down the connection of the telephone that is called
    record Stay(Mark came, @Nullable String passage, boolean byFlow) {

        /// It begins none.
        static Stay not(Mark came) {
            return new Stay(came, null, false);
        }
    }

    /// @param request as routed, less the Route that named us
    /// @param from whom it came from
    /// @param to whom it goes to
    WireMessage request(WireMessage request, Hop from, Hop to, String branch, Stay stay, Body body)
            throws MessageFault {
        String method = request.request().method();
        ProxyEdits edits = new ProxyEdits(request);
        edits.pushVia(own.via(to, branch));
        edits.decrementMaxForwards();
        if (method.equals("REGISTER")) {
            contacts.edit(request, edits, from, to);
        } else if (DIALOG_FORMING.contains(method) && request.to().tag().isEmpty()) {
            Mark mark = Mark.ofRecordRoute(stay.passage(), contacts.flows(request, from, stay.byFlow() ? to : null));
            own.routes(mark, from, to, isSecure(request)).forEach(uri -> edits.pushAddress("Record-Route", uri));
        }
        boolean withheld = withhold(request, edits, to);
        if (!withheld && !mayAssert(stay.came(), from, to)) {
            edits.removeAll("p-asserted-identity"); // RFC 3325 §5; what it prefers to be called may pass
        }
        replace(edits, body);
        return edits.render();
    }

    /// Whether it asks for TLS all the way (RFC 3261 §16.6 item 4).
    private static boolean isSecure(WireMessage request) throws MessageFault {
        List<NameAddress> routes = request.addresses("route");
        return SipUri.schemeOf(request.request().uri()).equals("sips")
                || (!routes.isEmpty()
                        && SipUri.schemeOf(routes.getFirst().uri()).equals("sips"));
    }

    /// A response, less our Via.
    ///
    /// @param to whom its request came from
    WireMessage response(WireMessage response, Hop to, Body body) throws MessageFault {
        WireMessage told = response.cseq().method().equals("REGISTER") ? contacts.restored(response) : response;
        ProxyEdits edits = new ProxyEdits(told);
        edits.removeTopVia();
        withhold(told, edits, to);
        replace(edits, body);
        if (body instanceof Body.Early(byte[] sdp, List<String> lines)) { // trap 36
            edits.replaceStatus(183, "Session Progress");
            edits.describe(sdp, lines);
        }
        return edits.render();
    }

    /// RFC 3325 §7: an identity under `Privacy: id` stays among those who trust each other.
    private boolean withhold(WireMessage message, ProxyEdits edits, Hop to) {
        boolean withheld = CallerPrivacy.hidesAsserted(message) && !neighbours.trusts(to);
        if (withheld) {
            ASSERTED.forEach(edits::removeAll);
        }
        return withheld;
    }

    /// Whether whoever sent a request may say who calls: a neighbour may, and no telephone. Beyond the trunk
    /// everybody is taken for the carrier who did not register. Where no upstream is set, a registrar may
    /// towards its own telephones, and where `sip.path-contact` names it, by the Contact that it was given.
    private boolean mayAssert(Mark mark, Hop from, Hop to) {
        if (neighbours.trusts(from) || (mark.binding() != null && contacts.isGivenTo(from))) {
            return true;
        }
        if (neighbours.isTrunkSide()) {
            return !telephones.isAt(from.address().getAddress());
        }
        return neighbours.upstream() == null && registrars.serves(from, to);
    }

    /// With our addresses a description may be longer than any message may be.
    private static void replace(ProxyEdits edits, Body body) throws MessageFault {
        if (body instanceof Body.Replaced(byte[] bytes)) {
            if (bytes.length > WireMessage.BODY_OCTETS_MAX) {
                throw new MessageFault(513, MessageFault.Reason.FRAMING, "Message Too Large");
            }
            edits.replaceBody(bytes);
        }
    }
}
