package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;

/// Decides where a request goes (RFC 3261 §16.3 to §16.6), by its Route and its Request-URI alone: a telephone's
/// preloaded Route, our own Record-Route and our own Path all lead here, after a restart too.
///
/// Names are looked up as addresses; NAPTR and SRV (RFC 3263) are not asked yet.
public final class Router {

    private static final int DEFAULT_PORT = 5060;

    private final OwnAddress own;
    private final HostNames names;
    private final @Nullable InetSocketAddress upstream;

    /// Made once, at the start.
    ///
    /// @param upstream registrar or PBX for requests whose Request-URI names us; null where there is none
    public Router(OwnAddress own, HostNames names, @Nullable InetSocketAddress upstream) {
        this.own = own;
        this.names = names;
        this.upstream = upstream;
    }

    /// Blocks where a name must be looked up.
    ///
    /// @param request as received, checked
    public Routing route(WireMessage request) throws MessageFault {
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
        List<NameAddress> left = message.addresses("route");
        SipUri top = left.isEmpty() ? null : SipUri.parse(left.getFirst().uri());
        if (top != null && isOurs(top)) {
            mark = Mark.of(top);
            message = edited(message, ProxyEdits::removeTopRoute);
        }
        return onward(message, mark);
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

    private Routing onward(WireMessage message, Mark mark) throws MessageFault {
        List<NameAddress> routes = message.addresses("route");
        String uri =
                routes.isEmpty() ? message.request().uri() : routes.getFirst().uri();
        SipUri target = SipUri.parse(uri);
        if (target == null) {
            boolean number = SipUri.schemeOf(uri).equals("tel");
            return number && upstream != null
                    ? new Routing.Onward(message, upstream, mark)
                    : new Routing.Refused(416, "Unsupported URI Scheme");
        }
        if (!target.scheme().equals("sip") || !overUdp(target)) {
            return new Routing.Refused(480, "No Transport But UDP Here");
        }
        InetSocketAddress destination = resolve(target);
        if (destination == null) {
            // in a closed network the domain of the telephones often has no name server: then upstream knows it
            return upstream != null && routes.isEmpty()
                    ? new Routing.Onward(message, upstream, mark)
                    : new Routing.Refused(500, "Destination Unresolvable");
        }
        if (!routes.isEmpty() || !own.is(destination)) {
            return new Routing.Onward(message, destination, mark);
        }
        if (target.user().isEmpty() && !message.request().method().equals("REGISTER")) {
            return new Routing.ForUs();
        }
        return upstream == null ? new Routing.Refused(404, "Not Found") : new Routing.Onward(message, upstream, mark);
    }

    private static boolean overUdp(SipUri uri) {
        String transport = uri.parameter("transport");
        return transport == null || transport.toLowerCase(Locale.ROOT).equals("udp");
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
