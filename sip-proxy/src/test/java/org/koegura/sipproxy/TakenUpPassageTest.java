package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.FakeMediaPlane;

/// A call on the wire that another process began: its parties speak as they were let speak there.
class TakenUpPassageTest {

    private static final String CALL = "taken.up@example.com";
    private static final String KEYS =
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";

    private static String sealed(int port) {
        return ProxyBench.sdp(port).replace("RTP/AVP", "RTP/SAVP") + KEYS;
    }

    /// Up there, and taken up here.
    private static Dialogue takenUp(ProxyBench bench) throws Exception {
        Dialogue up = Dialogue.establish(bench, CALL);
        CallId call = bench.proxy.liveCalls().list().getFirst().facts().call();
        FakeMediaPlane.Session media = bench.media.of(call);
        media.events().moved(media.checkpoint());
        await().until(() -> bench.checkpoints.of(call) != null);
        bench.dies(Objects.requireNonNull(bench.checkpoints.of(call)));
        return up;
    }

    @Test
    void whereSrtpIsNeverSpokenAnOfferOfItIsRefusedInATakenUpCallAsInAnyOther() throws Exception {
        try (ProxyBench bench =
                new ProxySetup().upstream().speaking(SrtpProfile.NEVER).open()) {
            Dialogue up = takenUp(bench);
            up.callerAsks("UPDATE", 2, Dialogue.SDP, sealed(4000));
            assertThat(bench.telephone.receive("SIP/2.0 488 ")).contains("CSeq: 2 UPDATE");
            up.calleeAsks("UPDATE", 1, Dialogue.SDP, sealed(5000));
            assertThat(bench.registrar.receive("SIP/2.0 488 ")).contains("CSeq: 1 UPDATE");

            up.callerAsks("UPDATE", 3, Dialogue.SDP, ProxyBench.sdp(4100));
            String plain = bench.registrar.receive("UPDATE ");
            assertThat(Dialogue.audioPort(plain)).isEqualTo(Dialogue.audioPort(up.invite()));
            CallId call = bench.proxy.liveCalls().list().getFirst().facts().call();
            await().until(() -> bench.checkpoints.of(call) != null);
            CallCheckpoint again = Objects.requireNonNull(bench.checkpoints.of(call));
            assertThat(again.dialog().forms())
                    .as("what the next process is told")
                    .isEqualTo(new CallCheckpoint.Forms(SrtpProfile.NEVER, SrtpProfile.NEVER, false));
        }
    }

    @Test
    void whereNothingIsSetItPassesAsItIs() throws Exception {
        try (ProxyBench bench = new ProxySetup().upstream().open()) {
            Dialogue up = takenUp(bench);
            up.callerAsks("UPDATE", 2, Dialogue.SDP, sealed(4000));
            assertThat(SipPeer.body(bench.registrar.receive("UPDATE "))).contains(KEYS);
        }
    }
}
