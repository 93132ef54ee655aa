package org.koegura.sipproxy.proxy;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;

/// Makes of a received message the one that goes on (RFC 3261 §16.6, §16.7 item 3): its bytes with our edits.
final class Onwards {

    /// Requests that begin a dialog, in which we want to stay.
    private static final Set<String> DIALOG_FORMING = Set.of("INVITE", "SUBSCRIBE", "REFER");

    private final OwnAddress own;
    private final RouteMarks marks;

    Onwards(OwnAddress own, RouteMarks marks) {
        this.own = own;
        this.marks = marks;
    }

    /// @param request as routed, less the Route that named us
    /// @param passage name of the call's passage; null where it belongs to none
    /// @param from whom it came from
    /// @param to whom it goes to
    WireMessage request(WireMessage request, Hop from, Hop to, String branch, @Nullable String passage, Body body)
            throws MessageFault {
        String method = request.request().method();
        ProxyEdits edits = new ProxyEdits(request);
        edits.pushVia(own.via(to.protocol(), branch));
        edits.decrementMaxForwards();
        if (method.equals("REGISTER")) {
            own.paths(marks.telephone(request), from.protocol(), to.protocol())
                    .forEach(uri -> edits.pushAddress("Path", uri));
        } else if (DIALOG_FORMING.contains(method) && request.to().tag().isEmpty()) {
            own.recordRoutes(passage, from.protocol(), to.protocol())
                    .forEach(uri -> edits.pushAddress("Record-Route", uri));
        }
        replace(edits, body);
        return edits.render();
    }

    /// A response, less our Via.
    WireMessage response(WireMessage response, Body body) {
        ProxyEdits edits = new ProxyEdits(response);
        edits.removeTopVia();
        replace(edits, body);
        return edits.render();
    }

    private static void replace(ProxyEdits edits, Body body) {
        if (body instanceof Body.Replaced(byte[] bytes)) {
            edits.replaceBody(bytes);
        }
    }
}
