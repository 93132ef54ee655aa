package org.koegura.sipproxy.proxy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.message.Brackets;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.RecordMarks;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.routing.Router;
import org.koegura.sipproxy.routing.Routing;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forwards what belongs to no transaction (RFC 3261 §16.11): the ACK of a 2xx, a 2xx that comes again or from another
/// fork, and whatever belongs to a request from before a restart.
final class StatelessForwarder {

    private static final Logger LOG = LoggerFactory.getLogger(StatelessForwarder.class);

    private final Transports transports;
    private final OwnAddress own;
    private final Router router;
    private final Relays relays;
    private final Onwards onwards;
    private final Passages passages;
    private final Branches branches;
    private final SipMeters meters;

    StatelessForwarder(
            Transports transports,
            OwnAddress own,
            Router router,
            Relays relays,
            Onwards onwards,
            Passages passages,
            Branches branches,
            SipMeters meters) {
        this.transports = transports;
        this.own = own;
        this.router = router;
        this.relays = relays;
        this.onwards = onwards;
        this.passages = passages;
        this.branches = branches;
        this.meters = meters;
    }

    /// An ACK, or a CANCEL whose INVITE is not known here. It is never answered: an ACK has no answer, and the CANCEL's
    /// comes from where it goes.
    void request(WireMessage request, Hop source) throws MessageFault {
        if (!(router.route(request, source) instanceof Routing.Onward onward)) {
            meters.dropped(SipMeters.Dropped.STRAY_REQUEST);
            return;
        }
        if (!relays.mayGoOn(request, source, onward)) {
            relays.refused(source);
            return;
        }
        if (passages.circles(request, source, relays.neighbours())) {
            meters.dropped(SipMeters.Dropped.LOOP);
            return;
        }
        Passage passage = passages.of(onward.mark(), request, source.address().getAddress());
        WireMessage carried = passage == null || passage.senderOf(request) != Leg.INSIDE
                ? onward.request()
                : RecordMarks.without(onward.request());
        Hop destination = onward.destination();
        Body body = passage == null
                ? new Body.Unchanged()
                : passage.request(carried, Passage.Hops.of(source, onward.destinations()));
        Onwards.Stay stay = Onwards.Stay.not(onward.mark());
        WireMessage sent = onwards.request(carried, source, destination, branches.of(request), stay, body);
        meters.requestOut(request.request().method());
        transports.send(sent.bytes(), destination, () -> LOG.debug("sip.stateless.unsent"));
    }

    /// A response for which no client transaction waits. Its second Via says where it goes; we wrote `received` there
    /// when the request came, so that an address always stands there.
    void response(WireMessage response, Hop source) throws MessageFault {
        List<Via> vias = response.vias();
        boolean ours = own.wrote(vias.getFirst()) && branches.wrote(response);
        Hop destination = ours ? destination(vias.get(1)) : null;
        if (destination == null || response.status() == 100) {
            meters.dropped(SipMeters.Dropped.STRAY_RESPONSE);
            return;
        }
        Passages.Invited invited = passages.ofBranch(vias.getFirst().branch());
        WireMessage told =
                invited == null || invited.answerer() != Leg.INSIDE ? response : RecordMarks.without(response);
        Body body = invited == null
                ? new Body.Unchanged()
                : invited.passage().response(told, invited.answerer(), Passage.Hops.of(source, List.of(destination)));
        meters.responseOut(response.cseq().method(), response.status());
        transports.respond(
                onwards.response(told, destination, body).bytes(),
                destination,
                vias.get(1).sentByPort(),
                () -> LOG.debug("sip.stateless.unsent"));
    }

    private static @Nullable Hop destination(Via via) {
        Protocol protocol = Protocol.named(via.transport());
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(Brackets.off(via.responseHost()));
        boolean single = address != null
                && !address.isMulticastAddress()
                && !address.isAnyLocalAddress()
                && !address.getHostAddress().equals("255.255.255.255");
        return single && protocol != null
                ? new Hop(protocol, new InetSocketAddress(address, via.responsePort()))
                : null;
    }
}
