package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// Decides where a request goes (RFC 3261 §16.3 to §16.6), by its Route and its Request-URI alone: a telephone's
/// preloaded Route, our own Record-Route and our own Path all lead here, after a restart too.
///
/// Names are looked up as addresses; NAPTR and SRV (RFC 3263) are not asked yet.
public final class Router {

    private static final int DEFAULT_PORT = 5060;

    private final OwnAddress own;
    private final HostNames names;
    private final Neighbours neighbours;

    /// Made once, at the start.
    public Router(OwnAddress own, HostNames names, Neighbours neighbours) {
        this.own = own;
        this.names = names;
        this.neighbours = neighbours;
    }

    /// Blocks where a name must be looked up.
    ///
    /// @param request as received, checked
    /// @param source whom it came from
    public Routing route(WireMessage request, Hop source) throws MessageFault {
        Routing.Refused refused = refusal(request);
        if (refused != null) {
            return refused;
        }
        Mark mark = Mark.NONE;
        WireMessage message = request;
        List<NameAddress> routes = message.addresses("route");
        SipUri target = SipUri.parse(message.request().uri());
        // §16.4: a strict router put our Record-Route where the Request-URI belongs
        if (target != null && !routes.isEmpty() && !Mark.of(target).isNone() && isOurs(target)) {
            mark = Mark.of(target);
            message = edited(
                    message, edits -> edits.takeBackRequestUri(routes.getLast().uri()));
        }
        Mark top = ourTopRoute(message);
        if (top != null) {
            mark = top;
            message = edited(message, ProxyEdits::removeTopRoute);
        }
        if (mark.paired() && ourTopRoute(message) != null) {
            message = edited(message, ProxyEdits::removeTopRoute);
        }
        return onward(message, mark, source);
    }

    private @Nullable Mark ourTopRoute(WireMessage message) throws MessageFault {
        List<NameAddress> routes = message.addresses("route");
        SipUri top = routes.isEmpty() ? null : SipUri.parse(routes.getFirst().uri());
        return top != null && isOurs(top) ? Mark.of(top) : null;
    }

    /// §16.3, items 3 and 5, as far as they need no peer. A Max-Forwards of 0 is nobody's to go on, ours neither.
    private static Routing.@Nullable Refused refusal(WireMessage request) {
        if (request.valueOrEmpty("max-forwards").matches("0+")) {
            return new Routing.Refused(483, "Too Many Hops");
        }
        List<String> required = request.elementTexts("proxy-require");
        boolean answerable = !request.request().method().equals("ACK")
                && !request.request().method().equals("CANCEL");
        if (!required.isEmpty() && answerable) { // of the others it is ignored (§8.2.2.3)
            return new Routing.Refused(420, "Bad Extension", List.of("Unsupported: " + String.join(", ", required)));
        }
        return null;
    }

    private Routing onward(WireMessage message, Mark mark, Hop source) throws MessageFault {
        List<NameAddress> routes = message.addresses("route");
        String uri =
                routes.isEmpty() ? message.request().uri() : routes.getFirst().uri();
        SipUri target = SipUri.parse(uri);
        Hop across = neighbours.across(source);
        if (target == null) {
            boolean number = SipUri.schemeOf(uri).equals("tel");
            return number && across != null
                    ? new Routing.Onward(message, across, mark)
                    : new Routing.Refused(416, "Unsupported URI Scheme");
        }
        Protocol protocol = protocol(target);
        if (protocol == null) {
            return new Routing.Refused(480, "No Such Transport Here");
        }
        InetSocketAddress destination = resolve(target);
        if (destination == null) {
            // in a closed network the domain of the telephones often has no name server: then a neighbour knows it
            return across != null && routes.isEmpty()
                    ? new Routing.Onward(message, across, mark)
                    : new Routing.Refused(500, "Destination Unresolvable");
        }
        if (!routes.isEmpty() || !own.is(destination)) {
            return new Routing.Onward(message, hop(target, protocol, destination), mark);
        }
        if (target.user().isEmpty() && !message.request().method().equals("REGISTER")) {
            return new Routing.ForUs();
        }
        return across == null ? new Routing.Refused(404, "Not Found") : new Routing.Onward(message, across, mark);
    }

    /// A URI that names a neighbour and no protocol means the one that the neighbour is reached over.
    private Hop hop(SipUri target, Protocol protocol, InetSocketAddress destination) {
        Hop neighbour = target.parameter("transport") == null ? neighbours.at(destination) : null;
        return neighbour == null ? new Hop(protocol, destination) : neighbour;
    }

    /// Without a parameter UDP (RFC 3263 §4.1); null for what we do not speak, TLS among it.
    private static @Nullable Protocol protocol(SipUri uri) {
        String transport = uri.parameter("transport");
        return !uri.scheme().equals("sip") ? null : transport == null ? Protocol.UDP : Protocol.named(transport);
    }

    private boolean isOurs(SipUri uri) {
        InetSocketAddress address = resolve(uri);
        return address != null && own.is(address);
    }

    private @Nullable InetSocketAddress resolve(SipUri uri) {
        InetAddress address = names.address(uri.host());
        return address == null ? null : new InetSocketAddress(address, uri.port() < 0 ? DEFAULT_PORT : uri.port());
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
