package org.koegura.sipproxy.routing;

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

    private static final Routing.Refused NO_TRANSPORT = new Routing.Refused(480, "No Such Transport Here");

    /// The name of a neighbour may be known in a moment; it is asked for again and again.
    private static final Routing.Refused NOT_FOUND_YET =
            new Routing.Refused(503, "Service Unavailable", List.of("Retry-After: 10"));

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
    /// address is tried where that fails, unless the telephone has other flows, and whoever calls it would try them
    /// (RFC 5626 §5.3).
    private Routing toTelephone(WireMessage message, Mark said, Hop source) throws MessageFault {
        Mark mark = said.tried() || flows.triesOthers(source.address().getAddress()) ? said : said.alone();
        if (!message.addresses("route").isEmpty()) {
            return onward(message, mark, source); // others stand between
        }
        Hop flow = flows.toward(mark, message);
        if (flow != null && isSecure(message.request().uri()) && flow.protocol() != Protocol.TLS) {
            return onward(message, mark, source);
        }
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
        String left = request.valueOrEmpty("max-forwards");
        return !left.isEmpty() && left.chars().allMatch(c -> c == '0');
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

    /// Those of the found that we can reach, each as the trunk has it.
    private List<Hop> spoken(List<Hop> found, boolean secure) {
        List<Hop> spoken = new ArrayList<>(found.size());
        for (Hop hop : found) {
            Hop known = neighbours.asTrunkHas(hop);
            boolean lacksTls = secure && !known.equals(hop);
            if (own.speaks(hop.protocol()) && !lacksTls && !spoken.contains(known)) {
                spoken.add(known);
            }
        }
        return spoken;
    }

    private Routing onward(WireMessage request, Mark mark, Hop source) throws MessageFault {
        WireMessage message = forStrictRouter(request);
        boolean strict = message != request;
        List<NameAddress> routes = message.addresses("route");
        String uri = strict || routes.isEmpty()
                ? message.request().uri()
                : routes.getFirst().uri();
        SipUri target = SipUri.parse(uri);
        // Within a dialog the hops are those that its beginning found: a Route over UDP stays one (§12.2.1.1).
        boolean begins = routes.isEmpty() || request.to().tag().isEmpty();
        boolean secure = isSecure(uri) || (begins && isSecure(request.request().uri()));
        if (target == null) {
            boolean nobodysHost = SipUri.schemeOf(uri).equals("tel") || EmergencyNumbers.isService(uri);
            Routing.Refused unknown = new Routing.Refused(416, "Unsupported URI Scheme");
            return nobodysHost ? across(message, mark, source, secure, unknown) : unknown;
        }
        if (Sought.isMalformed(target)) {
            return new Routing.Refused(400, "Malformed Host");
        }
        Sought sought = Sought.by(target, secure);
        if (sought == null || !locator.speaks(sought)) {
            return NO_TRANSPORT;
        }
        List<Hop> found = locator.locate(sought, lot(message));
        List<Hop> destinations = spoken(found, sought.secure());
        if (destinations.isEmpty() && !found.isEmpty()) {
            return NO_TRANSPORT;
        }
        if (destinations.isEmpty()) {
            // in a closed network the domain of the telephones often has no name server: then a neighbour knows it
            Routing.Refused unresolvable = new Routing.Refused(500, "Destination Unresolvable");
            return routes.isEmpty() ? across(message, mark, source, secure, unresolvable) : unresolvable;
        }
        if (!routes.isEmpty() || destinations.stream().noneMatch(hop -> own.is(hop.address()))) {
            return new Routing.Onward(message, asNeighbours(target, sought, destinations), mark);
        }
        if (target.user().isEmpty() && !message.request().method().equals("REGISTER")) {
            return new Routing.ForUs();
        }
        return across(message, mark, source, secure, new Routing.Refused(404, "Not Found"));
    }

    private static boolean isSecure(String uri) {
        return SipUri.schemeOf(uri).equals("sips");
    }

    /// To the neighbour across, over TLS alone where that is asked for (§26.2.2).
    ///
    /// @param otherwise what to answer where there is none
    private Routing across(WireMessage message, Mark mark, Hop source, boolean secure, Routing.Refused otherwise)
            throws MessageFault {
        Neighbour neighbour = neighbours.across(source);
        if (neighbour == null) {
            return otherwise;
        }
        List<Hop> drawn = neighbour.drawn(lot(message));
        if (drawn.isEmpty()) {
            return NOT_FOUND_YET;
        }
        List<Hop> hops = drawn.stream()
                .filter(hop -> !secure || hop.protocol() == Protocol.TLS)
                .toList();
        return hops.isEmpty() ? NO_TRANSPORT : new Routing.Onward(message, hops, mark);
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

    /// A URI that names a neighbour and no protocol means the one that the neighbour is reached over. One that writes
    /// out its address means the neighbour: over TLS it must show that it is whom the operator named.
    private List<Hop> asNeighbours(SipUri target, Sought sought, List<Hop> found) {
        boolean said = sought.secure() || target.parameter("transport") != null;
        return found.stream()
                .map(hop -> {
                    Hop neighbour = Objects.requireNonNullElse(neighbours.at(hop.address()), hop);
                    boolean same = neighbour.protocol() == hop.protocol();
                    return (same ? sought.isLiteral() : !said) ? neighbour : hop;
                })
                .toList();
    }

    private boolean isOurs(SipUri uri, RandomGenerator lot) {
        Sought sought = Sought.by(uri, false);
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
