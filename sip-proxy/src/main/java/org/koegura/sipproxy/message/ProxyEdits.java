package org.koegura.sipproxy.message;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.koegura.sipproxy.message.Elements.Element;
import org.koegura.sipproxy.message.Parameters.Parameter;

/// The edits that RFC 3261 §16 asks of a proxy, one method each, all of one message and rendered once.
public final class ProxyEdits {

    private final WireEdit edit;
    private final WireMessage message;

    public ProxyEdits(WireMessage message) {
        this.message = message;
        this.edit = new WireEdit(message);
    }

    /// The message with every edit made.
    public WireMessage render() {
        return edit.render();
    }

    /// Notes in the topmost Via where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4).
    ///
    /// @param connected whether it came over a connection: then its port is noted in any case, because a response
    ///     goes back over that connection (§18.2.2), also when nothing but the Via remembers it
    public static WireMessage receivedFrom(WireMessage message, InetSocketAddress source, boolean connected)
            throws MessageFault {
        Via via = message.topVia();
        WireEdit edit = new WireEdit(message);
        String address = hostText(source.getAddress());
        Parameter rport = via.parameters().find("rport");
        String port = "=" + source.getPort();
        if (rport != null) {
            edit.replace(rport.nameTo(), rport.valueTo(), port);
        }
        Parameter received = via.parameters().find("received");
        if (received != null) {
            edit.replace(received.nameTo(), received.valueTo(), "=" + address);
        } else if (rport != null || !via.host().equals(bracketed(source.getAddress()))) {
            edit.insert(via.element().to(), ";received=" + address);
        }
        if (connected && rport == null) {
            edit.insert(via.element().to(), ";rport" + port);
        }
        return edit.render();
    }

    /// Our Via, above all others (§16.6 item 8).
    public void pushVia(String via) {
        HeaderField first = message.first("via");
        int at = first == null ? afterStartLine() : first.start();
        edit.insert(at, "Via: " + via + "\r\n");
    }

    /// An address of ours above all others of that header (§16.6 item 4, RFC 3327 §5.1); right after the start line
    /// where there is none yet. Ask for it after [#pushVia], and for the topmost of several first.
    ///
    /// @param written name of the header as it is to be written
    public void pushAddress(String written, String uri) {
        HeaderField first = message.first(HeaderField.canonical(written));
        edit.insert(first == null ? afterStartLine() : first.start(), written + ": <" + uri + ">\r\n");
    }

    /// §16.6 item 3: one less, or 70 where there was none.
    public void decrementMaxForwards() {
        HeaderField field = message.first("max-forwards");
        if (field == null) {
            edit.insert(afterStartLine(), "Max-Forwards: 70\r\n");
            return;
        }
        byte[] bytes = message.raw();
        int from = Octets.skipSpace(bytes, field.valueFrom(), field.valueTo());
        int to = Octets.trimSpace(bytes, from, field.valueTo());
        edit.replace(from, to, Integer.toString(Integer.parseInt(Octets.text(bytes, from, to)) - 1));
    }

    /// Takes out the topmost Route (§16.4).
    public void removeTopRoute() {
        removeTop("route");
    }

    /// Takes out the topmost Via of a response (§16.7 item 3).
    public void removeTopVia() {
        removeTop("via");
    }

    /// Takes out every field of that lower-case long name.
    public void removeAll(String name) {
        message.all(name).forEach(field -> edit.replace(field.start(), field.end(), ""));
    }

    private void removeTop(String name) {
        List<Element> elements = message.elements(name);
        if (!elements.isEmpty()) {
            edit.remove(elements.getFirst());
        }
    }

    /// Undoes what a strict router did (§16.4): the last Route becomes the Request-URI and leaves the list.
    public void takeBackRequestUri(String lastRoute) {
        List<Element> routes = message.elements("route");
        Element last = routes.getLast();
        if (last.alone()) {
            edit.remove(last);
        } else {
            edit.replace(routes.get(routes.size() - 2).to(), last.to(), "");
        }
        replaceRequestUri(lastRoute);
    }

    /// Does what a strict router next to us wants (§16.6 item 6): the first Route becomes the Request-URI and leaves
    /// the list, at the end of which the old Request-URI stands.
    public void giveRequestUriTo(String firstRoute) {
        List<Element> routes = message.elements("route");
        Element first = routes.getFirst();
        Element last = routes.getLast();
        String old = "<" + message.request().uri() + ">";
        if (routes.size() == 1) {
            edit.replace(first.from(), first.to(), old);
        } else {
            edit.remove(first);
            edit.insert(last.to(), ", " + old);
        }
        replaceRequestUri(firstRoute);
    }

    /// Another Request-URI.
    public void replaceRequestUri(String uri) {
        StartLine.Request line = message.request();
        edit.replace(line.uriFrom(), line.uriTo(), uri);
    }

    /// Another URI in an address of the message; its display name and parameters stay.
    public void replaceUri(NameAddress address, String uri) {
        edit.replace(address.uriFrom(), address.uriTo(), "<" + uri + ">");
    }

    /// Another value of a field; an empty one takes the field out.
    void replaceValue(HeaderField field, String value) {
        if (value.isEmpty()) {
            edit.replace(field.start(), field.end(), "");
        } else {
            edit.replace(field.valueFrom(), field.valueTo(), " " + value);
        }
    }

    /// Another body, with its own Content-Length.
    public void replaceBody(byte[] body) {
        byte[] bytes = message.raw();
        List<HeaderField> lengths = message.all("content-length");
        if (lengths.isEmpty()) {
            edit.insert(message.headEnd(), "Content-Length: " + body.length + "\r\n");
        }
        for (HeaderField length : lengths) { // all of them: one that was said twice is said twice
            int from = Octets.skipSpace(bytes, length.valueFrom(), length.valueTo());
            int to = Octets.trimSpace(bytes, from, length.valueTo());
            edit.replace(from, to, Integer.toString(body.length));
        }
        edit.replace(message.bodyFrom(), bytes.length, body);
    }

    /// Another status; of a response.
    public void replaceStatus(int status, String reason) {
        edit.replace(0, afterStartLine(), "SIP/2.0 " + status + " " + reason + "\r\n");
    }

    /// A session description, where there was no body.
    ///
    /// @param lines header lines that go with it
    public void describe(byte[] sdp, List<String> lines) {
        removeAll("content-type");
        lines.forEach(line -> edit.insert(message.headEnd(), line + "\r\n"));
        edit.insert(message.headEnd(), "Content-Type: application/sdp\r\n");
        replaceBody(sdp);
    }

    private int afterStartLine() {
        return message.fields().isEmpty()
                ? message.headEnd()
                : message.fields().getFirst().start();
    }

    /// An address as Via's `received` writes it: IPv6 without brackets, and without a zone.
    static String hostText(InetAddress address) {
        return NetUtil.toAddressString(address); // as RFC 5952 wants it
    }

    /// An address as a URI or a sent-by writes it: IPv6 in brackets.
    public static String bracketed(InetAddress address) {
        return address instanceof Inet6Address ? "[" + hostText(address) + "]" : hostText(address);
    }
}
