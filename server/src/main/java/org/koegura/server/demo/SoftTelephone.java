package org.koegura.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A small SIP telephone over UDP (RFC 3261): registers, calls, is called, talks PCMU.
///
/// Its owner's thread drives it; one reader thread answers what needs an answer at once. It has few calls at a time.
final class SoftTelephone implements AutoCloseable {

    private static final int CALLS_MAX = 8;
    private static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS";

    private final String user;
    private final InetSocketAddress domain;
    private final InetSocketAddress proxy;
    private final RandomGenerator random;
    private final SipEndpoint endpoint;
    private final List<SoftCall> calls = new CopyOnWriteArrayList<>();
    private final BlockingQueue<SoftCall> incoming = new LinkedBlockingQueue<>(CALLS_MAX);

    /// @param user its number
    /// @param domain the registrar, which is also the host part of its address
    /// @param proxy where it sends everything; the registrar itself where there is no outbound proxy
    SoftTelephone(
            InetAddress address, String user, InetSocketAddress domain, InetSocketAddress proxy, RandomGenerator random)
            throws IOException {
        this.user = user;
        this.domain = domain;
        this.proxy = proxy;
        this.random = random;
        this.endpoint = new SipEndpoint(address, random, this::onRequest, this::onStray);
    }

    void start() {
        endpoint.start();
    }

    /// Registers for an hour; true where the registrar took it.
    boolean register() throws InterruptedException {
        String aor = "<" + uri(user) + ">";
        SipMessage request = request("REGISTER", "sip:" + hostPort(domain), 1, endpoint.token())
                .plus("From", aor + ";tag=" + endpoint.token())
                .plus("To", aor)
                .plus("Contact", contact())
                .plus("Supported", "path")
                .plus("Expires", "3600");
        SipMessage response = endpoint.request(request, proxy).last();
        return response != null && response.status() == 200;
    }

    /// Dials; `ringing` runs at the first 180 or 183. Null where the call was not answered.
    @Nullable
    SoftCall call(String number, Runnable ringing) throws IOException, InterruptedException {
        RtpTalk talk = new RtpTalk(endpoint.address(), random);
        talk.listen();
        String tag = endpoint.token();
        SipMessage invite = request("INVITE", uri(number), 1, endpoint.token())
                .plus("From", "<" + uri(user) + ">;tag=" + tag)
                .plus("To", "<" + uri(number) + ">")
                .plus("Contact", contact())
                .plus("Allow", ALLOW)
                .withSdp(SoftCall.sdp(talk, endpoint));
        SoftCall call = new SoftCall(endpoint, contact(), talk, invite, true, tag, proxy);
        calls.add(call);
        SipEndpoint.Transaction transaction = endpoint.request(invite, proxy);
        boolean rang = false;
        for (SipMessage response = transaction.next(SipEndpoint.GIVE_UP_MILLIS);
                response != null;
                response = transaction.next(SipEndpoint.GIVE_UP_MILLIS)) {
            if (!rang && response.status() > 100 && response.status() < 200) {
                rang = true;
                ringing.run();
            } else if (response.status() >= 200 && response.status() < 300) {
                call.confirmed(response);
                return call;
            } else if (response.status() >= 300) {
                break;
            }
        }
        call.close();
        calls.remove(call);
        return null;
    }

    /// The next incoming call, ringing; null where none comes in time.
    @Nullable
    SoftCall incoming(long waitMillis) throws InterruptedException {
        return incoming.poll(waitMillis, TimeUnit.MILLISECONDS);
    }

    private SipMessage request(String method, String uri, int cseq, String callId) {
        return new SipMessage(method + " " + uri + " SIP/2.0")
                .plus("Via", endpoint.via(endpoint.newBranch()))
                .plus("Max-Forwards", "70")
                .plus("Call-ID", callId)
                .plus("CSeq", cseq + " " + method);
    }

    private String uri(String number) {
        return "sip:" + number + "@" + hostPort(domain);
    }

    private String contact() {
        return "<sip:" + user + "@" + endpoint.hostPort() + ">";
    }

    static String hostPort(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void onRequest(SipMessage request, InetSocketAddress source) {
        SoftCall known =
                calls.stream().filter(call -> call.is(request)).findFirst().orElse(null);
        switch (request.method()) {
            case "INVITE" -> invited(request, source, known);
            case "ACK" -> {
                if (known != null) {
                    known.takeAck();
                }
            }
            case "BYE" -> {
                if (known == null) {
                    endpoint.respond(request.response("481 Call Does Not Exist"), source);
                } else {
                    known.takeBye(request, source);
                }
            }
            case "OPTIONS" -> endpoint.respond(request.response("200 OK").plus("Allow", ALLOW), source);
            default ->
                endpoint.respond(request.response("405 Method Not Allowed").plus("Allow", ALLOW), source);
        }
    }

    private void invited(SipMessage invite, InetSocketAddress source, @Nullable SoftCall known) {
        if (known != null) { // repeated: it rings already; its 2xx repeats by itself
            return;
        }
        endpoint.respond(invite.response("100 Trying"), source);
        calls.removeIf(SoftCall::isOver);
        try {
            RtpTalk talk = new RtpTalk(endpoint.address(), random);
            talk.listen();
            SoftCall call = new SoftCall(endpoint, contact(), talk, invite, false, endpoint.token(), source);
            calls.add(call);
            call.ring(); // before its owner can answer it
            if (calls.size() > CALLS_MAX || !incoming.offer(call)) {
                call.refuse();
                calls.remove(call);
            }
        } catch (IOException e) {
            endpoint.respond(invite.response("480 Temporarily Unavailable"), source);
        }
    }

    private void onStray(SipMessage response, InetSocketAddress source) {
        boolean repeatedAnswer = response.method().equals("INVITE") && response.status() / 100 == 2;
        if (repeatedAnswer) {
            calls.stream().filter(call -> call.is(response)).forEach(SoftCall::confirmAgain);
        }
    }

    @Override
    public void close() {
        calls.forEach(SoftCall::close);
        endpoint.close();
    }
}
