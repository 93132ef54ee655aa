package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.VirtualClock;

/// Trap 22 on the wire: the session timer is what the last 2xx to an INVITE or UPDATE says.
class SessionTimerTest {

    private static final String CALL = "timed@example.com";
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-28T00:00:00Z"));
    private final ProxyBench bench = ProxyBench.timed(clock);

    SessionTimerTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
    }

    private Dialogue established(String timer) {
        String invite = bench.invite(CALL);
        bench.registrar.send(
                SipPeer.response(invite, "200 OK", "b", timer + Dialogue.SDP, ProxyBench.sdp(5000)), bench.address());
        Dialogue up = new Dialogue(bench, CALL, invite, bench.telephone.receive("SIP/2.0 200 "));
        up.callerAsks("ACK", 1, "", "");
        bench.registrar.receive("ACK ");
        return up;
    }

    private void silent(Duration silence) {
        bench.session().events().silent(silence.toMillis());
    }

    /// The callee refreshes; the caller agrees, or not.
    private void refreshed(Dialogue up, int number, String status, String timer) {
        up.calleeAsks("UPDATE", number, "Session-Expires: 1800;refresher=uac\r\n", "");
        up.callerAnswers(bench.telephone.receive("UPDATE "), status, timer, "");
        bench.registrar.receive("SIP/2.0 " + status.substring(0, 3));
    }

    private EndReason ended() {
        await().until(() -> bench.lastResult() != null);
        return bench.ledger.all().getLast().reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Session-Expires: 1800;refresher=uas\r\n", "x: 1800\r\n"})
    void aCallThatIsRefreshedNoMoreIsClosedWhenItsIntervalIsOverAndItsMediaAreSilent(String timer) {
        Dialogue up = established("Require: timer\r\n" + timer);
        clock.advance(HALF_AN_HOUR.minusSeconds(10));
        refreshed(up, 1, "200 OK", timer);
        clock.advance(HALF_AN_HOUR.minusMinutes(29));
        silent(Duration.ofMinutes(31)); // it was refreshed a minute ago
        clock.advance(Duration.ofMinutes(29));
        silent(Duration.ofMinutes(1)); // the media flow again
        refreshed(up, 2, "500 Server Internal Error", "");
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
        silent(Duration.ofMinutes(6));
        assertThat(ended()).isEqualTo(EndReason.SESSION_EXPIRED);
    }

    @Test
    void aTimerThatIsAgreedOnNoMoreOrCannotBeReadIsNone() {
        Dialogue up = established("Session-Expires: 90\r\n");
        refreshed(up, 1, "200 OK", "Session-Expires: soon\r\n");
        clock.advance(Duration.ofHours(1));
        silent(Duration.ofMinutes(6));
        assertThat(ended()).isEqualTo(EndReason.MEDIA_SILENT);
    }
}
