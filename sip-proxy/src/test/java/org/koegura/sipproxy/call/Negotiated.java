package org.koegura.sipproxy.call;

import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.media.HoldWatch;
import org.koegura.sipproxy.negotiation.Agreement;
import org.koegura.sipproxy.negotiation.Transaction;

/// One inbound call whose messages a test lets pass: the caller is outside (192.0.2.20), the callee inside
/// (192.0.2.10).
/// A party's description is known by its port.
final class Negotiated {

    final HoldWatch hold = new HoldWatch();
    final FakeMediaPlane.Session media = new FakeMediaPlane(20)
            .open(
                    Calling.FACTS.call(),
                    new MailedMediaEvents(
                            new Mailbox(8, new CallMeters(new SimpleMeterRegistry(), Set.of())),
                            new LifeSigns(hold, CallSettings.defaults(), Clock.systemUTC()),
                            new Checkpoints(Calling.FACTS, new KeptCheckpoints()),
                            true));
    final Negotiation negotiation;

    /// What the next process would be told, the newest last.
    final List<Agreement> told = new ArrayList<>();

    Negotiated() {
        this(CallSettings.defaults());
    }

    Negotiated(CallSettings settings) {
        this(settings, _ -> false);
    }

    /// @param signalling whether SIP is spoken at an address
    Negotiated(CallSettings settings, Predicate<InetSocketAddress> signalling) {
        negotiation = new Negotiation(media, settings, signalling, true, hold, told::add, Calling.keys());
    }

    static String caller(int port, String... attributes) {
        return sdp("192.0.2.20", port, "0", attributes);
    }

    static String callee(int port, String... attributes) {
        return sdp("192.0.2.10", port, "0", attributes);
    }

    /// The body that goes on.
    String pass(Passing passing) {
        return switch (negotiation.pass(passing)) {
            case Body.Unchanged _ -> new String(passing.body(), StandardCharsets.ISO_8859_1);
            case Body.Replaced(var body) -> new String(body, StandardCharsets.ISO_8859_1);
            case Body.Early(var sdp, var _) -> new String(sdp, StandardCharsets.ISO_8859_1);
            case Body.Refuse refusal -> refusal.status() + " " + refusal.reason();
        };
    }

    /// A call that is up, agreed on the ports 1000 (callee) and 2000 (caller).
    Negotiated up() {
        pass(request(OUTSIDE, "INVITE", 1, "", caller(2000)));
        pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1000)));
        negotiation.won("a");
        pass(request(OUTSIDE, "ACK", 1, "a", ""));
        return this;
    }

    void timedOut(Leg requester, String method, long cseq) {
        negotiation.failed(new Transaction(method, cseq, requester), "a");
    }

    /// Where the media run: callee's port, then caller's; -1 for none.
    String ports() {
        return port(INSIDE) + "/" + port(OUTSIDE);
    }

    RemoteMedia agreed(Leg leg) {
        return Objects.requireNonNull(media.agreed(0, leg));
    }

    private int port(Leg leg) {
        RemoteMedia remote = media.agreed(0, leg);
        @Nullable InetSocketAddress rtp = remote == null ? null : remote.rtp();
        return rtp == null ? -1 : rtp.getPort();
    }
}
