package org.koegura.sipproxy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.koegura.callmodel.LiveCall;
import org.koegura.sipproxy.transport.Hop;

/// The proxy between a PBX and a trunk, and somebody who is neither: what its tests have in common.
abstract class TrunkSide {

    static final String SDP = "Content-Type: application/sdp\r\n";

    final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    final SipPeer stranger = new SipPeer("127.0.0.9");
    ProxyBench bench = ProxyBench.trunkSide(Hop.udp(trunk.address()));

    TrunkSide() throws IOException, SipFault {}

    @AfterEach
    final void close() {
        bench.close();
        trunk.close();
        stranger.close();
    }

    final void withExtensions(String... patterns) throws IOException, SipFault {
        bench.close();
        bench = ProxyBench.trunkSide(Hop.udp(trunk.address()), patterns);
    }

    final LiveCall live() {
        await().until(() -> bench.proxy.live() > 0); // the 100 comes before the call
        return bench.proxy.liveCalls().list().getFirst();
    }

    final void invite(SipPeer from, String user, String callId, String parties) {
        from.send(
                bench.request(
                        from,
                        "INVITE sip:" + user + "@" + bench.hostPort(),
                        callId,
                        "1 INVITE",
                        parties + "Content-Type: application/sdp\r\n",
                        ProxyBench.sdp(4000)),
                bench.address());
        from.receive("SIP/2.0 100 ");
    }

    static String parties(String from, String to) {
        return "From: <sip:" + from + "@example.com>;tag=a\r\nTo: <sip:" + to + "@example.com>\r\n";
    }

    final void answer(SipPeer at, String invite) {
        at.send(SipPeer.response(invite, "200 OK", "b", SDP, ProxyBench.sdp(5000)), bench.address());
    }

    final void register(SipPeer telephone, String user, int seconds) {
        String parties = "From: <sip:" + user + "@example.com>;tag=a\r\nTo: <sip:" + user + "@example.com>\r\n";
        telephone.send(
                bench.request(
                        telephone,
                        "REGISTER sip:" + bench.hostPort(),
                        "reg-" + seconds + "@example.com",
                        "1 REGISTER",
                        parties + "Expires: " + seconds + "\r\n",
                        ""),
                bench.address());
        String register = bench.registrar.receive("REGISTER ");
        String contact = seconds == 0 ? "" : "Contact: <sip:x@" + telephone.hostPort() + ">;expires=60\r\n";
        bench.registrar.send(SipPeer.response(register, "200 OK", "r", contact, ""), bench.address());
        telephone.receive("SIP/2.0 200 ");
    }
}
