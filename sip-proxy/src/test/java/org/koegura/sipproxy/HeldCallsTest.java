package org.koegura.sipproxy;

import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.MediaSession;

/// At 500 calls/s what is held of each for half a minute decides how long all wait for the collector.
final class HeldCallsTest {

    /// An INVITE is remembered for 32 s after its answer, a BYE's client transaction for 5 s.
    private static final Duration WELL_BEFORE = Duration.ofSeconds(20);

    @Test
    void ofACallThatIsOverNothingIsHeldWhileItsInviteIsRemembered() throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            String ok = answered(bench, "held@example.com");
            CallId call = bench.proxy.liveCalls().list().getFirst().facts().call();
            bench.telephone.send(bench.inDialog("BYE", "held@example.com", 2, ok, "", ""), bench.address());
            String bye = bench.registrar.receive("BYE ");
            bench.registrar.send(SipPeer.response(bye, "200 OK", "b", "", ""), bench.address());
            bench.telephone.receive("SIP/2.0 200 OK");
            await().until(() -> bench.lastResult() != null);
            WeakReference<MediaSession> media = bench.media.letGo(call);
            await().atMost(WELL_BEFORE).until(() -> {
                System.gc();
                return media.get() == null;
            });
        }
    }

    private static String answered(ProxyBench bench, String callId) {
        String invite = bench.invite(callId);
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(bench.inDialog("ACK", callId, 1, ok, "", ""), bench.address());
        bench.registrar.receive("ACK sip:0990123@");
        return ok;
    }
}
