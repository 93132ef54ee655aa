package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.address.GenericURI;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import java.net.InetSocketAddress;
import java.text.ParseException;
import java.util.Locale;
import java.util.Objects;
import javax.sip.InvalidArgumentException;
import org.koegura.sipproxy.message.Fingerprint;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// Makes the stack's views of wire messages: start line, topmost Via, From, To, Call-ID, CSeq, and no more.
///
/// The Via of a view is not the Via of the message. Its host and port are where responses go (RFC 3261 §18.2.2, RFC
/// 3581 §4), and its branch is a digest of all that §17.2.3 matches a request by: JAIN-SIP compares branches without
/// regard to case and to the sender, and walks through all transactions for a branch of RFC 2543. The method of a view
/// is INVITE, ACK or OPTIONS, for everything else: JAIN-SIP would treat NOTIFY, PRACK, BYE and others as an endpoint
/// does. A CANCEL is thus a transaction of its own, which it is (§9.2), with a branch of its own. The URIs of all views
/// are the same one: the stack looks at none of them, and keeps each view for as long as its transaction waits for
/// repeats, up to 32 s.
final class View {

    private static final String COOKIE = "z9hG4bK";

    private static final int KEY_BYTES = 16;

    private static final GenericURI URI = uri();
    private static final AddressImpl ADDRESS = address();

    private View() {}

    /// The view of a request that came from `source`.
    ///
    /// @param key of its server transaction
    static WireRequest received(WireMessage wire, Hop source, String key) throws MessageFault {
        InetSocketAddress back = back(wire.topVia(), source).address();
        WireRequest view = new WireRequest(wire, null);
        fillRequest(view, wire, via(source.protocol(), ProxyEdits.bracketed(back.getAddress()), back.getPort(), key));
        return view;
    }

    /// Where responses to a request go.
    ///
    /// @param top its topmost Via
    static Hop back(org.koegura.sipproxy.message.Via top, Hop source) {
        boolean sourcePort = source.protocol().isReliable() || top.asksForRport();
        return sourcePort
                ? source
                : new Hop(
                        source.protocol(),
                        new InetSocketAddress(source.address().getAddress(), top.responsePort()));
    }

    /// The view of a request of ours that goes to `destination`; its topmost Via is ours.
    static WireRequest sent(WireMessage wire, Hop destination) throws MessageFault {
        org.koegura.sipproxy.message.Via top = wire.topVia();
        WireRequest view = new WireRequest(wire, destination);
        fillRequest(view, wire, via(destination.protocol(), top.host(), top.responsePort(), clientKey(wire, top)));
        return view;
    }

    /// The view of a response that came to us; its topmost Via is ours.
    static WireResponse answered(WireMessage wire, Hop source) throws MessageFault {
        org.koegura.sipproxy.message.Via top = wire.topVia();
        WireResponse view = new WireResponse(wire, source);
        view.setStatusLine(statusLine(wire));
        Protocol protocol = Objects.requireNonNullElse(Protocol.named(top.transport()), Protocol.UDP);
        fill(view, wire, via(protocol, top.host(), top.responsePort(), clientKey(wire, top)));
        return view;
    }

    /// The view of a response that goes back the way `request` came.
    static WireResponse response(WireMessage wire, WireRequest request) throws MessageFault {
        WireResponse view = new WireResponse(wire, null);
        view.setStatusLine(statusLine(wire));
        fill(view, wire, request.getTopmostVia());
        return view;
    }

    /// What a request that matches the same server transaction has in common (RFC 3261 §17.2.3).
    static String matchKey(WireMessage wire, org.koegura.sipproxy.message.Via top) throws MessageFault {
        String branch = top.branch();
        if (branch != null && branch.startsWith(COOKIE) && branch.length() > COOKIE.length()) {
            return COOKIE
                    + Fingerprint.of(
                            KEY_BYTES, branch, top.host().toLowerCase(Locale.ROOT), Integer.toString(top.port()));
        }
        String method = wire.request().method();
        boolean ofInvite = method.equals("INVITE") || method.equals("ACK") || method.equals("CANCEL");
        return COOKIE
                + Fingerprint.of(
                        KEY_BYTES,
                        wire.request().uri(),
                        wire.from().tag(),
                        wire.callId(),
                        Long.toString(wire.cseq().number()),
                        ofInvite ? "INVITE" : method,
                        top.host() + ':' + top.port() + ';' + branch);
    }

    /// The key of the server transaction that a request belongs to.
    static String serverKey(WireMessage wire, org.koegura.sipproxy.message.Via top) throws MessageFault {
        return matchKey(wire, top) + suffix(wire.request().method());
    }

    /// The key of the client transaction that a message with our Via on top belongs to.
    static String clientKey(WireMessage wire, org.koegura.sipproxy.message.Via top) throws MessageFault {
        String branch = top.branch();
        return (branch == null ? COOKIE : branch) + suffix(wire.cseq().method());
    }

    private static String suffix(String method) {
        return method.equals("CANCEL") ? ".cancel" : "";
    }

    private static String method(String method) {
        return switch (method) {
            case "INVITE", "ACK" -> method;
            default -> "OPTIONS";
        };
    }

    private static Via via(Protocol protocol, String host, int port, String branch) {
        try {
            Via via = new Via();
            via.setTransport(protocol.name());
            via.setHost(host);
            via.setPort(port);
            via.setBranch(branch);
            return via;
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("a checked Via has no view", e);
        }
    }

    private static StatusLine statusLine(WireMessage wire) {
        StatusLine line = new StatusLine();
        line.setStatusCode(wire.status());
        line.setReasonPhrase("");
        return line;
    }

    private static void fillRequest(WireRequest view, WireMessage wire, Via via) throws MessageFault {
        RequestLine line = new RequestLine();
        line.setMethod(method(wire.request().method()));
        line.setUri(URI);
        view.setRequestLine(line);
        fill(view, wire, via);
        MaxForwards maxForwards = new MaxForwards();
        view.setMaxForwards(maxForwards);
    }

    private static void fill(SIPMessage view, WireMessage wire, Via via) throws MessageFault {
        try {
            CallID callId = new CallID();
            callId.setCallId(wire.callId().replace('@', '_'));
            CSeq cseq = new CSeq();
            cseq.setSeqNumber(wire.cseq().number());
            cseq.setMethod(method(wire.cseq().method()));
            From from = new From();
            from.setAddress(ADDRESS);
            tag(wire.from(), from::setTag);
            To to = new To();
            to.setAddress(ADDRESS);
            tag(wire.to(), to::setTag);
            view.addFirst(via);
            view.setCallId(callId);
            view.setCSeq(cseq);
            view.setFrom(from);
            view.setTo(to);
        } catch (ParseException | InvalidArgumentException | javax.sip.SipException e) {
            throw new IllegalStateException("a checked message has no view", e);
        }
    }

    private interface TagSetter {
        void set(String tag) throws ParseException;
    }

    /// A digest, because the stack refuses tags that are no tokens, and needs to know only whether they differ.
    private static void tag(NameAddress address, TagSetter setter) throws ParseException {
        if (!address.tag().isEmpty()) {
            setter.set(Fingerprint.of(KEY_BYTES, address.tag()));
        }
    }

    private static AddressImpl address() {
        AddressImpl address = new AddressImpl();
        address.setURI(URI);
        return address;
    }

    private static GenericURI uri() {
        try {
            return new GenericURI("sip:view.invalid");
        } catch (ParseException e) {
            throw new IllegalStateException("a URI", e);
        }
    }
}
