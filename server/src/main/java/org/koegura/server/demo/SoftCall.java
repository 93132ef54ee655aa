package org.koegura.server.demo;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One call of a telephone: a dialog (RFC 3261 §12) and its speech.
///
/// The telephone's reader thread feeds it; whoever owns the telephone drives it.
final class SoftCall implements AutoCloseable {

    private static final Pattern MEDIA = Pattern.compile("(?m)^m=audio (\\d+) RTP/AVP\\b");
    private static final Pattern CONNECTION = Pattern.compile("(?m)^c=IN IP4 (\\S+)");

    private final SipEndpoint endpoint;
    private final String contact;
    final RtpTalk talk;

    /// The INVITE, as sent or as received.
    final SipMessage invite;

    private final boolean caller;
    private final String localTag;
    private final InetSocketAddress firstHop;
    private final BlockingQueue<Boolean> acknowledged = new LinkedBlockingQueue<>(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    /// The message that completes the dialog: the peer's 2xx for a caller, our INVITE's own headers for a callee.
    private volatile @Nullable SipMessage answer;

    private volatile @Nullable SipMessage ack;

    SoftCall(
            SipEndpoint endpoint,
            String contact,
            RtpTalk talk,
            SipMessage invite,
            boolean caller,
            String localTag,
            InetSocketAddress firstHop) {
        this.endpoint = endpoint;
        this.contact = contact;
        this.talk = talk;
        this.invite = invite;
        this.caller = caller;
        this.localTag = localTag;
        this.firstHop = firstHop;
    }

    /// Callee: says that it rings.
    void ring() {
        endpoint.respond(tagged("180 Ringing"), firstHop);
    }

    /// Callee: is busy.
    void refuse() {
        endpoint.respond(tagged("486 Busy Here"), firstHop);
        end();
    }

    /// Callee: answers, repeating the 2xx until its ACK comes (RFC 3261 §13.3.1.4). False where none came.
    boolean answer() throws InterruptedException {
        SipMessage ok = tagged("200 OK").plus("Contact", contact).withSdp(sdp(talk, endpoint));
        answer = ok;
        talk.talkTo(mediaOf(invite));
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SipEndpoint.GIVE_UP_MILLIS);
        int waitMillis = SipEndpoint.T1_MILLIS;
        while (System.nanoTime() < deadlineNanos) {
            endpoint.respond(ok, firstHop);
            if (acknowledged.poll(waitMillis, TimeUnit.MILLISECONDS) != null) {
                return true;
            }
            waitMillis = Math.min(waitMillis * 2, SipEndpoint.T2_MILLIS);
        }
        return false;
    }

    private SipMessage tagged(String statusLine) {
        SipMessage response = invite.response(statusLine);
        return response.without("To").plus("To", invite.header("To") + ";tag=" + localTag);
    }

    /// Caller: the 2xx came; acknowledges it and starts to talk.
    void confirmed(SipMessage ok) {
        answer = ok;
        ack = inDialog("ACK", cseqOf(invite));
        endpoint.send(ack, nextHop());
        talk.talkTo(mediaOf(ok));
    }

    /// A repeated 2xx: its ACK was lost.
    void confirmAgain() {
        SipMessage sent = ack;
        if (sent != null) {
            endpoint.send(sent, nextHop());
        }
    }

    void takeAck() {
        acknowledged.offer(true);
    }

    void takeBye(SipMessage bye, InetSocketAddress source) {
        endpoint.respond(bye.response("200 OK"), source);
        end();
    }

    /// Hangs up; true where the peer confirmed it.
    boolean hangUp() throws InterruptedException {
        SipMessage bye = inDialog("BYE", cseqOf(invite) + 1);
        SipMessage response = endpoint.request(bye, nextHop()).last();
        end();
        return response != null && response.status() == 200;
    }

    boolean awaitEnd(long waitMillis) throws InterruptedException {
        return ended.await(waitMillis, TimeUnit.MILLISECONDS);
    }

    boolean isOver() {
        return ended.getCount() == 0;
    }

    private void end() {
        talk.close();
        ended.countDown();
    }

    boolean is(SipMessage message) {
        return message.header("Call-ID").equals(invite.header("Call-ID"));
    }

    private SipMessage inDialog(String method, long cseq) {
        SipMessage established = established();
        String local = caller ? invite.header("From") : established.header("To");
        String remote = caller ? established.header("To") : invite.header("From");
        SipMessage peer = caller ? established : invite;
        String target = SipMessage.uriOf(peer.header("Contact"));
        SipMessage request = new SipMessage(method + " " + target + " SIP/2.0")
                .plus("Via", endpoint.via(endpoint.newBranch()))
                .plus("Max-Forwards", "70");
        for (String route : routes()) {
            request = request.plus("Route", route);
        }
        return request.plus("From", local)
                .plus("To", remote)
                .plus("Call-ID", invite.header("Call-ID"))
                .plus("CSeq", cseq + " " + method);
    }

    /// The route set (RFC 3261 §12.1): as recorded for a callee, the other way round for a caller.
    private List<String> routes() {
        return caller ? established().all("Record-Route").reversed() : invite.all("Record-Route");
    }

    private InetSocketAddress nextHop() {
        List<String> routes = routes();
        SipMessage peer = caller ? established() : invite;
        String uri = SipMessage.uriOf(routes.isEmpty() ? peer.header("Contact") : routes.getFirst());
        return new InetSocketAddress(SipMessage.hostOf(uri), SipMessage.portOf(uri));
    }

    private SipMessage established() {
        SipMessage established = answer;
        if (established == null) {
            throw new IllegalStateException("the call was not answered yet");
        }
        return established;
    }

    private static long cseqOf(SipMessage message) {
        return Long.parseLong(message.header("CSeq").split("\\s+", 2)[0]);
    }

    static String sdp(RtpTalk talk, SipEndpoint endpoint) {
        String host = endpoint.address().getHostAddress();
        return String.join(
                "\r\n",
                "v=0",
                "o=- 1 1 IN IP4 " + host,
                "s=-",
                "c=IN IP4 " + host,
                "t=0 0",
                "m=audio " + talk.port() + " RTP/AVP 0",
                "a=rtpmap:0 PCMU/8000",
                "a=ptime:20",
                "a=sendrecv",
                "");
    }

    private static InetSocketAddress mediaOf(SipMessage message) {
        Matcher media = MEDIA.matcher(message.body());
        Matcher connection = CONNECTION.matcher(message.body());
        if (!media.find() || !connection.find()) {
            throw new IllegalArgumentException("no audio in the session description");
        }
        return new InetSocketAddress(connection.group(1), Integer.parseInt(media.group(1)));
    }

    @Override
    public void close() {
        end();
    }
}
