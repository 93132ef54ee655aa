package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.ProductProcess;
import org.koegura.server.peer.LoopbackPorts;

/// The plug is pulled in mid-call and the product starts again: it knows nothing of the dialogs, and everything in them
/// still finds its way in both directions, because their route sets say what routing needs (traps 1, 4, 5).
class RestartIT {

    private static final String ROUTES = "Record-Route";

    /// One dialog as its two parties see it.
    ///
    /// @param invite what the callee got
    /// @param answer what the caller got for it
    private record Call(String id, String invite, String answer) {}

    @ParameterizedTest
    @EnumSource(RawPeer.Protocol.class)
    void afterKill9EverythingInADialogFromBeforePassesBothWays(RawPeer.Protocol protocol, @TempDir Path folder)
            throws Exception {
        int block = LoopbackPorts.block(40);
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer caller = RawPeer.over(protocol);
                RawPeer callee = RawPeer.over(protocol)) {
            Parties parties = new Parties(caller, callee, sip);
            Call endedByCallee;
            Call endedByCaller;
            Call ringing;
            try (ProductProcess first = start(folder, block)) {
                endedByCallee = parties.establish("one");
                endedByCaller = parties.establish("two");
                ringing = parties.ring("three");
                first.process().signal("KILL");
                first.process().awaitExit(Duration.ofSeconds(20));
            }
            try (ProductProcess second = start(folder, block)) {
                parties.callerAsks(endedByCallee, "INVITE", 2);
                parties.calleeAsks(endedByCallee, "INVITE", 1);
                parties.callerCancels(ringing);
                parties.calleeAsks(endedByCallee, "BYE", 2);
                parties.callerAsks(endedByCaller, "BYE", 2);
                assertThat(second.process().isAlive()).isTrue();
            }
        }
    }

    private static ProductProcess start(Path folder, int block) {
        return ProductProcess.run(folder.resolve("data"), block, block + 4, block + 39);
    }

    /// The two user agents, and the product between them.
    private record Parties(RawPeer caller, RawPeer callee, InetSocketAddress sip) {

        private static final String SDP = String.join(
                "\r\n",
                "v=0",
                "o=- 1 1 IN IP4 127.0.0.1",
                "s=-",
                "c=IN IP4 127.0.0.1",
                "t=0 0",
                "m=audio 9 RTP/AVP 0",
                "");

        private String uri(RawPeer peer) {
            return "sip:x@" + peer.hostPort() + caller.protocol().parameter();
        }

        private String request(RawPeer from, String line, String branch, String id, String cseq, String lines) {
            boolean described = line.startsWith("INVITE");
            return String.join(
                    "\r\n",
                    line + " SIP/2.0",
                    "Via: SIP/2.0/" + from.protocol() + " " + from.hostPort() + ";branch=z9hG4bK" + branch + id
                            + ";rport",
                    "Max-Forwards: 70",
                    lines + "Call-ID: " + id + "@example.com",
                    "CSeq: " + cseq,
                    "Contact: <" + uri(from) + ">",
                    described ? "Content-Type: application/sdp" : "User-Agent: test",
                    "Content-Length: " + (described ? SDP.length() : 0),
                    "",
                    described ? SDP : "");
        }

        private static String between(String fromTag, String toTag) {
            return "From: <sip:201@example.com>" + fromTag + "\r\nTo: <sip:0990123@example.com>" + toTag + "\r\n";
        }

        /// With every Via and Record-Route.
        private static String response(String request, String status, String contact, String body) {
            StringBuilder text = new StringBuilder("SIP/2.0 " + status + "\r\n");
            for (String name : List.of("Via", ROUTES, "From", "Call-ID", "CSeq")) {
                RawPeer.all(request, name)
                        .forEach(value ->
                                text.append(name).append(": ").append(value).append("\r\n"));
            }
            String to = RawPeer.all(request, "To").getFirst();
            text.append("To: ").append(to).append(to.contains("tag=") ? "" : ";tag=b");
            text.append("\r\nContact: <").append(contact).append(">\r\n");
            text.append(body.isEmpty() ? "" : "Content-Type: application/sdp\r\n");
            return text + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        }

        private String invited(String id) throws IOException, InterruptedException {
            String route =
                    "Route: <sip:127.0.0.1:" + sip.getPort() + caller.protocol().parameter() + ";lr>\r\n";
            caller.send(
                    request(caller, "INVITE " + uri(callee), "i", id, "1 INVITE", between(";tag=a", "") + route), sip);
            caller.receive("SIP/2.0 100 ");
            return callee.receive("INVITE ");
        }

        Call ring(String id) throws IOException, InterruptedException {
            String invite = invited(id);
            callee.send(response(invite, "180 Ringing", uri(callee), ""), sip);
            return new Call(id, invite, caller.receive("SIP/2.0 180 "));
        }

        Call establish(String id) throws IOException, InterruptedException {
            String invite = invited(id);
            callee.send(response(invite, "200 OK", uri(callee), SDP), sip);
            Call call = new Call(id, invite, caller.receive("SIP/2.0 200 "));
            caller.send(request(caller, "ACK " + uri(callee), "a", id, "1 ACK", toCallee(call)), sip);
            callee.receive("ACK ");
            return call;
        }

        /// In the order of the caller's route set (RFC 3261 §12.1.2).
        private static String toCallee(Call call) {
            return route(RawPeer.all(call.answer, ROUTES).reversed()) + between(";tag=a", ";tag=b");
        }

        private static String toCaller(Call call) {
            return route(RawPeer.all(call.invite, ROUTES))
                    + "From: <sip:0990123@example.com>;tag=b\r\nTo: <sip:201@example.com>;tag=a\r\n";
        }

        private static String route(List<String> routes) {
            assertThat(routes).isNotEmpty();
            return "Route: " + String.join("\r\nRoute: ", routes) + "\r\n";
        }

        void callerAsks(Call call, String method, int cseq) throws IOException, InterruptedException {
            asks(caller, callee, call, method, cseq, toCallee(call));
        }

        void calleeAsks(Call call, String method, int cseq) throws IOException, InterruptedException {
            asks(callee, caller, call, method, cseq, toCaller(call));
        }

        /// The request arrives, its 2xx comes back, and, of an INVITE, the ACK arrives.
        private void asks(RawPeer from, RawPeer to, Call call, String method, int cseq, String lines)
                throws IOException, InterruptedException {
            String line = method + " " + uri(to);
            from.send(request(from, line, method + cseq, call.id, cseq + " " + method, lines), sip);
            String arrived = to.receive(line);
            assertThat(RawPeer.all(arrived, "Route")).isEmpty();
            to.send(response(arrived, "200 OK", uri(to), method.equals("INVITE") ? SDP : ""), sip);
            if (method.equals("INVITE")) {
                from.receive("SIP/2.0 100 ");
            }
            assertThat(from.receive("SIP/2.0 200 ")).contains("CSeq: " + cseq + " " + method);
            if (method.equals("INVITE")) {
                from.send(request(from, "ACK " + uri(to), "ack" + cseq, call.id, cseq + " ACK", lines), sip);
                to.receive("ACK " + uri(to));
            }
        }

        /// Of an INVITE that the product sent on before it died.
        void callerCancels(Call call) throws IOException, InterruptedException {
            String route =
                    "Route: <sip:127.0.0.1:" + sip.getPort() + caller.protocol().parameter() + ";lr>\r\n";
            String lines = between(";tag=a", "") + route;
            caller.send(request(caller, "CANCEL " + uri(callee), "i", call.id, "1 CANCEL", lines), sip);
            String cancel = callee.receive("CANCEL ");
            assertThat(branch(cancel)).as("branch of the CANCEL").isEqualTo(branch(call.invite));
            callee.send(response(cancel, "200 OK", uri(callee), ""), sip);
            caller.receive("SIP/2.0 200 ");
            callee.send(response(call.invite, "487 Request Terminated", uri(callee), ""), sip);
            caller.receive("SIP/2.0 487 ");
            String acked = between(";tag=a", ";tag=b") + route;
            caller.send(request(caller, "ACK " + uri(callee), "i", call.id, "1 ACK", acked), sip);
            callee.receive("ACK ");
        }

        private static String branch(String message) {
            String via = RawPeer.all(message, "Via").getFirst();
            return via.substring(via.indexOf("branch="));
        }
    }
}
