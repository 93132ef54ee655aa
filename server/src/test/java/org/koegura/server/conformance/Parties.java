package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;

/// Two user agents, and the product between them.
///
/// @param sip where the product is
/// @param way how the caller's first request finds the callee
record Parties(RawPeer caller, RawPeer callee, InetSocketAddress sip, Way way) {

    private static final String ROUTES = "Record-Route";

    /// Of a request outside of dialogs.
    ///
    /// @param uri whom it names
    /// @param routes Route header lines, each with its end
    record Way(String uri, String routes) {}

    /// One dialog as its two parties see it.
    ///
    /// @param invite what the callee got
    /// @param answer what the caller got for it
    record Call(String id, String invite, String answer) {}

    private static final String SDP = description(9);

    private static String description(int port) {
        String audio = "m=audio " + port + " RTP/AVP 0";
        return String.join("\r\n", "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", audio, "");
    }

    /// Its Contact.
    static String uri(RawPeer peer) {
        return "sip:x@" + peer.hostPort() + peer.protocol().parameter();
    }

    static String request(RawPeer from, String line, String branch, String id, String cseq, String lines) {
        return request(from, line, branch, id, cseq, lines, SDP);
    }

    private static String request(
            RawPeer from, String line, String branch, String id, String cseq, String lines, String sdp) {
        boolean described = line.startsWith("INVITE");
        return String.join(
                "\r\n",
                line + " SIP/2.0",
                "Via: SIP/2.0/" + from.protocol() + " " + from.hostPort() + ";branch=z9hG4bK" + branch + id + ";rport",
                "Max-Forwards: 70",
                lines + "Call-ID: " + id + "@example.com",
                "CSeq: " + cseq,
                "Contact: <" + uri(from) + ">",
                described ? "Content-Type: application/sdp" : "User-Agent: test",
                "Content-Length: " + (described ? sdp.length() : 0),
                "",
                described ? sdp : "");
    }

    private static String between(String fromTag, String toTag) {
        return "From: <sip:201@example.com>" + fromTag + "\r\nTo: <sip:0990123@example.com>" + toTag + "\r\n";
    }

    /// With every Via and Record-Route.
    static String response(String request, String status, String contact, String body) {
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

    private String invited(String id, String sdp) throws IOException, InterruptedException {
        String lines = between(";tag=a", "") + way.routes();
        caller.send(request(caller, "INVITE " + way.uri(), "i", id, "1 INVITE", lines, sdp), sip);
        caller.receive("SIP/2.0 100 ");
        return callee.receive("INVITE ");
    }

    /// The callee gets nothing; the caller is refused.
    void refused(String id, String status) throws IOException, InterruptedException {
        String lines = between(";tag=a", "") + way.routes();
        caller.send(request(caller, "INVITE " + way.uri(), "i", id, "1 INVITE", lines), sip);
        String refusal = caller.receiveFinal();
        assertThat(refusal).startsWith("SIP/2.0 " + status);
        String to = RawPeer.all(refusal, "To").getFirst();
        String acked = between(";tag=a", to.substring(to.indexOf(";tag="))) + way.routes();
        caller.send(request(caller, "ACK " + way.uri(), "i", id, "1 ACK", acked), sip);
    }

    Call ring(String id) throws IOException, InterruptedException {
        String invite = invited(id, SDP);
        callee.send(response(invite, "180 Ringing", uri(callee), ""), sip);
        return new Call(id, invite, caller.receive("SIP/2.0 180 "));
    }

    Call establish(String id) throws IOException, InterruptedException {
        return establish(id, SDP, SDP);
    }

    /// With media that each party awaits at a port of 127.0.0.1.
    Call establish(String id, int callerPort, int calleePort) throws IOException, InterruptedException {
        return establish(id, description(callerPort), description(calleePort));
    }

    /// With whole descriptions.
    Call establish(String id, String offer, String answer) throws IOException, InterruptedException {
        return answered(id, invited(id, offer), answer);
    }

    /// The same with something that is done while it rings.
    Call establish(String id, String offer, String answer, Callable<?> ringing) throws Exception {
        String invite = invited(id, offer);
        callee.send(response(invite, "180 Ringing", uri(callee), ""), sip);
        caller.receive("SIP/2.0 180 ");
        ringing.call();
        return answered(id, invite, answer);
    }

    private Call answered(String id, String invite, String answer) throws IOException, InterruptedException {
        callee.send(response(invite, "200 OK", uri(callee), answer), sip);
        Call call = new Call(id, invite, caller.receive("SIP/2.0 200 "));
        caller.send(request(caller, "ACK " + uri(callee), "a", id, "1 ACK", toCallee(call)), sip);
        callee.receive("ACK ");
        return call;
    }

    /// The caller offers anew in a dialog, and gets an answer.
    ///
    /// @return what the two of them got
    Call callerOffers(Call call, int cseq, String offer, String answer) throws IOException, InterruptedException {
        String line = "INVITE " + uri(callee);
        caller.send(request(caller, line, "re" + cseq, call.id, cseq + " INVITE", toCallee(call), offer), sip);
        String arrived = callee.receive(line);
        callee.send(response(arrived, "200 OK", uri(callee), answer), sip);
        caller.receive("SIP/2.0 100 ");
        Call changed = new Call(call.id, arrived, caller.receive("SIP/2.0 200 "));
        caller.send(request(caller, "ACK " + uri(callee), "a" + cseq, call.id, cseq + " ACK", toCallee(call)), sip);
        callee.receive("ACK ");
        return changed;
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

    private static String body(String message) {
        return message.substring(message.indexOf("\r\n\r\n") + 4);
    }

    /// An INVITE that the product sent on before it died is answered, and acknowledged.
    void calleeAccepts(Call ringing) throws IOException, InterruptedException {
        assertThat(body(ringing.invite)).as("what was offered before").doesNotContain("m=audio 9 ");
        callee.send(response(ringing.invite, "200 OK", uri(callee), SDP), sip);
        String ok = caller.receive("SIP/2.0 200 ");
        assertThat(RawPeer.all(ok, "Via")).hasSize(1);
        assertThat(body(ok)).as("the answer, past us (ADR 6)").isEqualTo(SDP);
        Call up = new Call(ringing.id, ringing.invite, ok);
        caller.send(request(caller, "ACK " + uri(callee), "a", up.id, "1 ACK", toCallee(up)), sip);
        callee.receive("ACK ");
    }

    /// Requests in a dialog from before the product died.
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
        String answer = from.receive("SIP/2.0 200 ");
        assertThat(answer).contains("CSeq: " + cseq + " " + method);
        if (method.equals("INVITE")) {
            List<String> said = List.of(body(arrived), body(answer));
            // a call that was answered just before the kill is not taken up, any other is
            assertThat(said.stream().filter(SDP::equals).count())
                    .as("offer and answer: as they were said, past us (ADR 6), or both by our ports (ADR 40)")
                    .isIn(0L, 2L);
            assertThat(said).allSatisfy(body -> assertThat(withoutPort(body)).isEqualTo(withoutPort(SDP)));
            from.send(request(from, "ACK " + uri(to), "ack" + cseq, call.id, cseq + " ACK", lines), sip);
            to.receive("ACK " + uri(to));
        }
    }

    private static String withoutPort(String description) {
        return description.replaceFirst("m=audio [0-9]+ ", "m=audio ");
    }

    /// Of an INVITE that the product sent on before it died.
    void callerCancels(Call call) throws IOException, InterruptedException {
        String lines = between(";tag=a", "") + way.routes();
        caller.send(request(caller, "CANCEL " + way.uri(), "i", call.id, "1 CANCEL", lines), sip);
        String cancel = callee.receive("CANCEL ");
        assertThat(branch(cancel)).as("branch of the CANCEL").isEqualTo(branch(call.invite));
        callee.send(response(cancel, "200 OK", uri(callee), ""), sip);
        caller.receive("SIP/2.0 200 ");
        callee.send(response(call.invite, "487 Request Terminated", uri(callee), ""), sip);
        caller.receive("SIP/2.0 487 ");
        String acked = between(";tag=a", ";tag=b") + way.routes();
        caller.send(request(caller, "ACK " + way.uri(), "i", call.id, "1 ACK", acked), sip);
        callee.receive("ACK ");
    }

    private static String branch(String message) {
        String via = RawPeer.all(message, "Via").getFirst();
        return via.substring(via.indexOf("branch="));
    }
}
