package org.koegura.sipproxy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A call that is up on a [ProxyBench], as its two user agents know it: who asks whom, by which route.
///
/// @param invite what the callee got
/// @param ok what the caller got for it
record Dialogue(ProxyBench bench, String callId, String invite, String ok) {

    static final String SDP = "Content-Type: application/sdp\r\n";

    private static final Pattern AUDIO_PORT = Pattern.compile("(?m)^m=audio (\\d+)");

    /// Calls from port 4000, answers from port 5000, acknowledges.
    static Dialogue establish(ProxyBench bench, String callId) {
        String invite = bench.invite(callId);
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        Dialogue up = new Dialogue(bench, callId, invite, bench.telephone.receive("SIP/2.0 200 "));
        up.callerAsks("ACK", 1, "", "");
        bench.registrar.receive("ACK ");
        return up;
    }

    void callerAsks(String method, long cseq, String lines, String body) {
        bench.telephone.send(bench.inDialog(method, callId, cseq, ok, lines, body), bench.address());
    }

    void calleeAsks(String method, long cseq, String lines, String body) {
        String parties = "Route: " + SipPeer.one(invite, "Record-Route") + "\r\n"
                + "From: <sip:0990123@example.com>;tag=b\r\nTo: <sip:201@example.com>;tag=a\r\n";
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        method + " sip:x@" + bench.telephone.hostPort(),
                        callId,
                        cseq + " " + method,
                        parties + lines,
                        body),
                bench.address());
    }

    /// The caller answers what it was asked.
    void callerAnswers(String request, String status, String lines, String body) {
        bench.telephone.send(SipPeer.response(request, status, "a", lines, body), bench.address());
    }

    /// The callee answers what it was asked.
    void calleeAnswers(String request, String status, String lines, String body) {
        bench.registrar.send(SipPeer.response(request, status, "b", lines, body), bench.address());
    }

    /// The port of the audio in a message's description.
    static int audioPort(String message) {
        Matcher port = AUDIO_PORT.matcher(SipPeer.body(message));
        if (!port.find()) {
            throw new AssertionError("no audio in\n" + message);
        }
        return Integer.parseInt(port.group(1));
    }

    /// A description without what a proxy may write anew: the port of the audio, and the version of the whole.
    static String untouched(String sdp) {
        return AUDIO_PORT.matcher(sdp.replaceFirst("(?m)^o=.*\r\n", "")).replaceAll("m=audio");
    }
}
