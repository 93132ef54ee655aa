package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.ListIterator;
import javax.sip.SipException;
import javax.sip.SipStack;
import javax.sip.address.Hop;
import javax.sip.address.Router;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/// Tells the stack where a request goes: there where the proxy decided. The stack's own router is never asked.
///
/// Public with this constructor because the stack makes it by its name.
public final class HopRouter implements Router {

    public HopRouter(SipStack stack, @Nullable String outboundProxy) {}

    @Override
    public @Nullable Hop getOutboundProxy() {
        return null;
    }

    /// Deprecated by JAIN-SIP itself, and never called.
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    @Override
    public ListIterator<?> getNextHops(Request request) {
        return Collections.emptyListIterator();
    }

    @Override
    public Hop getNextHop(Request request) throws SipException {
        org.koegura.sipproxy.transport.Hop destination =
                request instanceof WireRequest wire ? wire.destination() : null;
        if (destination == null) {
            throw new SipException("no destination was decided");
        }
        InetSocketAddress address = destination.address();
        return new HopImpl(
                address.getAddress().getHostAddress(),
                address.getPort(),
                destination.protocol().parameter());
    }
}
