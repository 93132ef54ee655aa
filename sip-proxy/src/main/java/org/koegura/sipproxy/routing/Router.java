package org.koegura.sipproxy.routing;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.EmergencyNumbers;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// Decides where a request goes (RFC 3261 §16.3 to §16.6), by its Route and its Request-URI alone: a telephone's
/// preloaded Route, our own Record-Route and our own Path all lead here, after a restart too.
///
/// Where several servers would do, the Call-ID draws among them: what belongs to one call takes one way, also
/// without a transaction and after a restart (RFC 3263 §4.4).
public final class Router {

    private final OwnAddress own;
    private final ServerLocator locator;
    private final Neighbours neighbours;
    private final ContactTokens contacts;
    private final Flows flows;

    /// Made once, at the start.
    public Router(OwnAddress own, ServerLocator locator, Neighbours neighbours, ContactTokens contacts, Flows flows) {
        this.own = own;
        this.locator = locator;
        this.neighbours = neighbours;
        this.contacts = contacts;
        this.flows = flows;
    }

    /// Blocks where a name must be looked up.
    ///
    /// @param request as received, checked
    /// @param source whom it came from
    public Routing route(WireMessage request, Hop source) throws MessageFault {
        if (isUsedUp(request)) {
            return asksOurselves(request) ? new Routing.ForUs() : new Routing.Refused(483, "Too Many Hops");
        }
        Routing.Refused refused = refusal(request);
        if (refused != null) {
            return refused;
        }
        Mark mark = Mark.NONE;
        WireMessage message = request;
        List<NameAddress> routes = message.addresses("route");
        SipUri target = SipUri.parse(message.request().uri());
        RandomGenerator lot = lot(message);
        // §16.4: a strict router put our Record-Route where the Request-URI belongs
        if (target != null && !routes.isEmpty() && !Mark.of(target).isNone() && isOurs(target, lot)) {
            mark = Mark.of(target);
            message = edited(
                    message, edits -> edits.takeBackRequestUri(routes.getLast().uri()));
        }
        Mark top = ourTopRoute(message, lot);
        if (top != null) {
            mark = top;
            message = edited(message, ProxyEdits::removeTopRoute);
        }
        if (mark.paired() && ourTopRoute(message, lot) != null) {
            message = edited(message, ProxyEdits::removeTopRoute);
        }
        SipUri contact = SipUri.parse(message.request().uri());
        if (contact != null && contacts.isOne(contact) && isOurs(contact, lot)) {
            ContactTokens.Registered registered = contacts.read(contact);
            return registered == null
                    ? new Routing.Forged()
                    : toTelephone(
                            edited(message, edits -> edits.replaceRequestUri(registered.uri())),
                            Mark.ofBinding(registered.name()),
                            source);
        }
        return toTelephone(message, mark, source);
    }

    /// Over the connection that a telephone registered or called over, where the mark names one that is open; its
    /// address is tried where that fails, unless the telephone has other flows (RFC 5626 §5.3).
    private Routing toTelephone(WireMessage message, Mark mark, Hop source) throws MessageFault {
        if (!message.addresses("route").isEmpty()) {
            return onward(message, mark, source); // others stand between
        }
        Hop flow = flows.toward(mark, message);
        boolean others = mark.telephone() != null && mark.outbound();
        if (flow == null) {
            return others && mark.flow() != null
                    ? new Routing.Refused(430, "Flow Failed")
                    : onward(message, mark, source);
        }
        List<Hop> destinations = new ArrayList<>(List.of(flow));
        if (!others && onward(message, mark, source) instanceof Routing.Onward byAddress) {
            byAddress.destinations().stream().filter(hop -> !hop.equals(flow)).forEach(destinations::add);
        }
        return new Routing.Onward(message, destinations, mark, true);
    }

    private @Nullable Mark ourTopRoute(WireMessage message, RandomGenerator lot) throws MessageFault {
        List<NameAddress> routes = message.addresses("route");
        SipUri top = routes.isEmpty() ? null : SipUri.parse(routes.getFirst().uri());
        return top != null && isOurs(top, lot) ? Mark.of(top) : null;
    }

    /// §16.3 item 3: what goes no further.
    private static boolean isUsedUp(WireMessage request) {
        return request.valueOrEmpty("max-forwards").matches("0+");
    }

    /// Whether somebody asks just us whether we are there: it is to go no further, and we are where it was to go
    /// (§11, trap 34).
    private boolean asksOurselves(WireMessage request) {
        SipUri target = SipUri.parse(request.request().uri());
        return request.request().method().equals("OPTIONS")
                && target != null
                && target.user().isEmpty()
                && isOurs(target, lot(request));
    }

    /// §16.3 item 5.
    private static Routing.@Nullable Refused refusal(WireMessage request) {
        List<String> required = request.elementTexts("proxy-require");
        boolean answerable = !request.request().method().equals("ACK")
                && !request.request().method().equals("CANCEL");
        if (!required.isEmpty() && answerable) { // of the others it is ignored (§8.2.2.3)
            return new Routing.Refused(420, "Bad Extension", List.of("Unsupported: " + String.join(", ", required)));
        }
        return null;
    }

    private Routing onward(WireMessage request, Mark mark, Hop source) throws MessageFault {
        WireMessage message = forStrictRouter(request);
        boolean strict = message != request;
        List<NameAddress> routes = message.addresses("route");
        String uri = strict || routes.isEmpty()
                ? message.request().uri()
                : routes.getFirst().uri();
        SipUri target = SipUri.parse(uri);
        List<Hop> across = across(message, source);
        if (target == null) {
            boolean nobodysHost = SipUri.schemeOf(uri).equals("tel") || EmergencyNumbers.isService(uri);
            return nobodysHost && !across.isEmpty()
                    ? new Routing.Onward(message, across, mark)
                    : new Routing.Refused(416, "Unsupported URI Scheme");
        }
        Sought sought = Sought.by(target);
        if (sought == null || !locator.speaks(sought)) {
            return new Routing.Refused(480, "No Such Transport Here");
        }
        List<Hop> found = locator.locate(sought, lot(message));
        List<Hop> destinations = found.stream()
                .filter(hop -> own.speaks(hop.protocol()))
                .map(hop -> named(hop, sought))
                .map(hop -> sought.secure() ? hop : neighbours.asTrunkHas(hop))
                .distinct()
                .toList();
        if (destinations.isEmpty() && !found.isEmpty()) {
            return new Routing.Refused(480, "No Such Transport Here");
        }
        if (destinations.isEmpty()) {
            // in a closed network the domain of the telephones often has no name server: then a neighbour knows it
            return !across.isEmpty() && routes.isEmpty()
                    ? new Routing.Onward(message, across, mark)
                    : new Routing.Refused(500, "Destination Unresolvable");
        }
        if (!routes.isEmpty() || destinations.stream().noneMatch(hop -> own.is(hop.address()))) {
            return new Routing.Onward(message, asNeighbours(target, destinations), mark);
        }
        if (target.user().isEmpty() && !message.request().method().equals("REGISTER")) {
            return new Routing.ForUs();
        }
        return across.isEmpty() ? new Routing.Refused(404, "Not Found") : new Routing.Onward(message, across, mark);
    }

    private List<Hop> across(WireMessage message, Hop source) {
        Neighbour neighbour = neighbours.across(source);
        return neighbour == null ? List.of() : neighbour.drawn(lot(message));
    }

    /// §16.6 item 6: a next hop that does not route loosely wants to be the Request-URI, and the Request-URI at the end
    /// of the Route.
    private static WireMessage forStrictRouter(WireMessage message) throws MessageFault {
        List<NameAddress> routes = message.addresses("route");
        SipUri next = routes.isEmpty() ? null : SipUri.parse(routes.getFirst().uri());
        return next == null || next.isLoose()
                ? message
                : edited(
                        message,
                        edits -> edits.giveRequestUriTo(routes.getFirst().uri()));
    }

    /// A URI that names a neighbour and no protocol means the one that the neighbour is reached over.
    private List<Hop> asNeighbours(SipUri target, List<Hop> found) {
        return target.parameter("transport") != null
                ? found
                : found.stream()
                        .map(hop -> Objects.requireNonNullElse(neighbours.at(hop.address()), hop))
                        .toList();
    }

    /// Over TLS the peer must show that it is whom the URI named, whatever server that led to (RFC 5922 §7.3).
    private static Hop named(Hop hop, Sought sought) {
        InetAddress address = hop.address().getAddress();
        boolean literal =
                sought.host().startsWith("[") || NetUtil.createInetAddressFromIpAddressString(sought.host()) != null;
        if (hop.protocol() != Protocol.TLS || literal) {
            return hop;
        }
        try {
            InetAddress known = InetAddress.getByAddress(sought.host(), address.getAddress());
            return new Hop(
                    Protocol.TLS, new InetSocketAddress(known, hop.address().getPort()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address is 4 or 16 octets", e);
        }
    }

    private boolean isOurs(SipUri uri, RandomGenerator lot) {
        Sought sought = Sought.by(uri);
        return sought != null && locator.locate(sought, lot).stream().anyMatch(hop -> own.is(hop.address()));
    }

    /// The same for every message of a call.
    private static RandomGenerator lot(WireMessage message) {
        return new SplittableRandom(message.callId().hashCode());
    }

    private interface Edit {
        void make(ProxyEdits edits);
    }

    private static WireMessage edited(WireMessage message, Edit edit) {
        ProxyEdits edits = new ProxyEdits(message);
        edit.make(edits);
        return edits.render();
    }
}
