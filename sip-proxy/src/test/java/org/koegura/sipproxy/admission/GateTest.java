package org.koegura.sipproxy.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.VirtualClock;
import org.koegura.sipproxy.admission.AdmissionSettings.Strangers;
import org.koegura.sipproxy.admission.Gate.Verdict;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.transport.Hop;

/// Who is let in, and whose call for help no limit holds for.
class GateTest {

    private static final int RATE = 2;

    private static final Hop PBX = hop("192.0.2.20");
    private static final Hop TRUNK = hop("198.51.100.1");
    private static final Hop STRANGER = hop("203.0.113.5");

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-02T00:00:00Z"));
    private final Set<String> repeated = new HashSet<>();

    private static Hop hop(String address) {
        return Hop.udp(new InetSocketAddress(InetAddress.ofLiteral(address), 5060));
    }

    private Gate gate(@Nullable Neighbour trunk) {
        return gate(Neighbour.at(PBX), trunk);
    }

    private Gate gate(Neighbour upstream, @Nullable Neighbour trunk) {
        return new Gate(
                new AdmissionSettings(Networks.parse("192.0.2.0/28"), Strangers.REFUSE, RATE, 1_000),
                new Neighbours(upstream, trunk),
                new Gate.Acquaintance() {
                    @Override
                    public boolean vouchFor(WireMessage request) {
                        return false;
                    }

                    @Override
                    public boolean isRegistrar(Hop source) {
                        return false;
                    }

                    @Override
                    public boolean isRepeated(WireMessage invite) {
                        return repeated.contains(invite.callId());
                    }
                },
                request -> request.request().uri().equals("sip:110@example.com"),
                new AdmissionMeters(new SimpleMeterRegistry()),
                new StrangerLog(trunk != null, clock),
                clock);
    }

    private static WireMessage invite(String user, String callId) throws MessageFault {
        String text = "INVITE sip:" + user + "@example.com SIP/2.0\r\nTo: <sip:x@example.com>\r\nCall-ID: " + callId
                + "\r\nContent-Length: 0\r\n\r\n";
        return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// How many of a hundred are let in.
    private static int letIn(Gate gate, Hop from, String user, String callId) throws MessageFault {
        int in = 0;
        for (int i = 0; i < 100; i++) {
            in += gate.of(invite(user, callId), from) instanceof Verdict.Admitted ? 1 : 0;
        }
        return in;
    }

    /// Else strangers could use up what is kept free for the calls for help of a city.
    @Test
    void aCallForHelpIsExemptWhereItsSenderIsKnownAndNotOfAStranger() throws Exception {
        Gate beside = gate(Neighbour.at(TRUNK));
        assertThat(beside.of(invite("110", "1"), PBX)).isEqualTo(new Verdict.Admitted(true));
        assertThat(beside.of(invite("110", "2"), STRANGER)).isInstanceOf(Verdict.Refused.class);
        assertThat(beside.of(invite("201", "3"), PBX)).isEqualTo(new Verdict.Admitted(false));
        assertThat(letIn(beside, STRANGER, "110", "4")).isZero();
        assertThat(letIn(beside, TRUNK, "110", "5")).isEqualTo(100);
    }

    /// The PBX trusts what comes from us as it trusts its trunk.
    @Test
    void besideTheTrunkAStrangerReachesThePbxNoMoreThanAnybodyElse() throws Exception {
        Gate beside = gate(Neighbour.at(TRUNK));
        assertThat(beside.of(invite("201", "1"), STRANGER)).isEqualTo(new Verdict.Refused(403, "Forbidden", List.of()));
        assertThat(beside.of(invite("201", "2"), hop("192.0.2.1"))).isEqualTo(new Verdict.Admitted(false));
    }

    /// A final 403 would cost the first calls after a power cut, when name servers are slow.
    @Test
    void whoMayBeANeighbourWhoseNameIsNotKnownYetMayTryAgainSoon() throws Exception {
        Neighbour unfound = new Neighbour(
                List.of(new Server(new Sought("sip.example.com", -1, null, false), 0, 1)),
                _ -> new Found(List.of(), false, false));
        Verdict again = new Verdict.Refused(503, "Service Unavailable", List.of("Retry-After: 10"));
        assertThat(gate(Neighbour.at(PBX), unfound).of(invite("201", "1"), STRANGER))
                .isEqualTo(again);
        assertThat(gate(unfound, null).of(invite("201", "2"), STRANGER)).isEqualTo(again);
    }

    @Test
    void onTheTelephonesSideAStrangerIsRefusedWhateverItCalls() throws Exception {
        Gate home = gate(null);
        assertThat(home.of(invite("110", "1"), STRANGER)).isInstanceOf(Verdict.Refused.class);
        assertThat(home.of(invite("110", "2"), hop("192.0.2.1"))).isEqualTo(new Verdict.Admitted(true));
    }
}
