package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.AdmissionSettings.Strangers;
import org.koegura.sipproxy.admission.Networks;

/// Anybody can answer a REGISTER: what whoever does so is believed, where nobody set it as the registrar.
class LearntRegistrarTest {

    private static final String ASSERTED = "P-Asserted-Identity: <sip:mayor@example.com>\r\n";

    /// Answers registrations of its own.
    private final SipPeer learnt = new SipPeer("127.0.0.9");

    private final SipPeer accomplice = new SipPeer("127.0.0.8");
    private ProxyBench bench = new ProxyBench();

    LearntRegistrarTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        learnt.close();
        accomplice.close();
    }

    /// @return the REGISTER as it came to the registrar
    private String register(SipPeer telephone, SipPeer registrar, String contact) {
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
        String sent = bench.request(
                telephone,
                "REGISTER sip:" + registrar.hostPort(),
                "reg-" + telephone.hostPort() + "@example.com",
                "1 REGISTER",
                parties,
                "");
        telephone.send(
                sent.replaceFirst("Contact: [^\r]*", "Contact: <sip:x@" + contact + ">;expires=60"), bench.address());
        String register = registrar.receive("REGISTER ");
        String bound = "Contact: " + SipPeer.one(register, "Contact") + "\r\n";
        registrar.send(SipPeer.response(register, "200 OK", "r", bound, ""), bench.address());
        telephone.receive("SIP/2.0 200 ");
        return register;
    }

    private void invite(SipPeer from, String uri, String more) {
        String line = "INVITE " + uri;
        String lines = ProxyBench.FROM_TO + more + "Content-Type: application/sdp\r\n";
        from.send(
                bench.request(from, line, "learnt@example.com", "1 INVITE", lines, ProxyBench.sdp(4000)),
                bench.address());
    }

    private Direction direction() {
        await().until(() -> bench.proxy.live() > 0);
        return bench.proxy.liveCalls().list().getFirst().facts().direction();
    }

    @Test
    void itsOwnTelephonesAreCalledFromOutsideAndHearWhatItAsserts() {
        register(bench.telephone, learnt, bench.telephone.hostPort());
        invite(learnt, "sip:201@" + bench.telephone.hostPort(), ASSERTED);
        assertThat(bench.telephone.receive("INVITE ")).contains(ASSERTED);
        assertThat(direction()).isEqualTo(Direction.INBOUND);
    }

    /// Else whoever it calls would be inside, and be recorded without hearing a notice.
    @Test
    void toEverybodyElseItIsATelephoneWhichAssertsNothing() {
        register(accomplice, learnt, accomplice.hostPort());
        invite(learnt, "sip:0990123@" + bench.registrar.hostPort(), ASSERTED);
        assertThat(bench.registrar.receive("INVITE ")).doesNotContain("P-Asserted-Identity");
        assertThat(direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(bench.proxy.liveCalls().list().getFirst().unrecorded())
                .as("or the registrar of one that registered before our start, with somebody outside")
                .isEqualTo(Unrecorded.NO_INSIDE_PARTY);
    }

    @Test
    void whereTheRegistrarIsSetNoOtherAssertsAnything() throws Exception {
        bench.close();
        bench = new ProxyBench(10, 0, true);
        register(bench.telephone, learnt, bench.telephone.hostPort());
        invite(learnt, "sip:201@" + bench.telephone.hostPort(), ASSERTED);
        assertThat(bench.telephone.receive("INVITE ")).doesNotContain("P-Asserted-Identity");
        assertThat(direction()).as("in the doubt the caller is told").isEqualTo(Direction.INBOUND);
    }

    @Test
    void whoeverIsNeitherRegistrarNorNeighbourAssertsNothing() {
        invite(accomplice, "sip:201@" + bench.telephone.hostPort(), ASSERTED);
        assertThat(bench.telephone.receive("INVITE ")).doesNotContain("P-Asserted-Identity");
    }

    /// A Path is proven for whatever Contact a telephone wrote, and for the city's own way out, too.
    @Test
    void thePathOfAContactThatLeadsToTheRegistrarMakesNoCallerAnOutsideOne() throws Exception {
        bench.close();
        bench = new ProxyBench(10, 0, true);
        String path = SipPeer.one(register(accomplice, learnt, bench.registrar.hostPort()), "Path");
        invite(accomplice, "sip:0990123@" + bench.registrar.hostPort(), "Route: " + path + "\r\n");
        bench.registrar.receive("INVITE sip:0990123@");
        assertThat(direction()).isEqualTo(Direction.OUTBOUND);
    }

    @Test
    void oneOutsideOfTheNetworksReachesItsOwnTelephonesAndNobodyElse() throws Exception {
        bench.close();
        bench = ProxyBench.guarded(
                0, new AdmissionSettings(Networks.parse("127.0.0.1"), Strangers.REFUSE, 1_000, 1_000));
        register(bench.telephone, learnt, bench.telephone.hostPort());
        invite(learnt, "sip:0990123@" + accomplice.hostPort(), "");
        learnt.receive("SIP/2.0 403 ");
        assertThat(bench.count("koegura.sip.refused", "reason", "relay")).isEqualTo(1);
        invite(learnt, "sip:201@" + bench.telephone.hostPort(), "");
        bench.telephone.receive("INVITE sip:201@");
    }
}
