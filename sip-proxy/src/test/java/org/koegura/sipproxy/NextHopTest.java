package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a request goes that names nobody whom we can find, a strict router, or ourselves.
class NextHopTest {

    @SuppressWarnings("NullAway.Init") // set before each
    private ProxyBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ProxyBench(100, 0, true);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void ask(String line, String callId, String lines) {
        bench.telephone.send(
                bench.request(bench.telephone, line, callId, "1 OPTIONS", ProxyBench.FROM_TO + lines, ""),
                bench.address());
    }

    private void askWithoutAHopLeft(String uri) {
        bench.telephone.send(
                bench.request(bench.telephone, "OPTIONS " + uri, uri, "1 OPTIONS", ProxyBench.FROM_TO, "")
                        .replace("Max-Forwards: 70", "Max-Forwards: 0"),
                bench.address());
    }

    @Test
    void inANetworkWithoutANameServerTheNeighbourTakesWhatNamesADomain() {
        ask("OPTIONS sip:202@city.example", "closed@example.com", "");
        bench.registrar.receive("OPTIONS sip:202@city.example ");
    }

    @Test
    void aStrictRouterAfterUsIsTheRequestUriAndTheOldOneEndsTheRoute() {
        String strict = "sip:" + bench.registrar.hostPort();
        String us = "Route: <sip:" + bench.hostPort() + ";lr>\r\n";
        ask("OPTIONS sip:202@city.example", "one@example.com", us + "Route: <" + strict + ">\r\n");
        assertThat(SipPeer.all(bench.registrar.receive("OPTIONS " + strict + " "), "Route"))
                .containsExactly("<sip:202@city.example>");
        ask("OPTIONS sip:202@city.example", "two@example.com", us + "Route: <" + strict + ">, <sip:192.0.2.7;lr>\r\n");
        assertThat(SipPeer.all(bench.registrar.receive("OPTIONS " + strict + " "), "Route"))
                .containsExactly("<sip:192.0.2.7;lr>, <sip:202@city.example>");
    }

    @Test
    void whoAsksUsWithoutAHopLeftIsAnsweredByUs() {
        askWithoutAHopLeft("sip:" + bench.hostPort());
        bench.telephone.receive("SIP/2.0 200 ");
    }

    @Test
    void whoAsksSomebodyElseWithoutAHopLeftHasTooManyHops() {
        askWithoutAHopLeft("sip:202@" + bench.hostPort());
        bench.telephone.receive("SIP/2.0 483 ");
        askWithoutAHopLeft("sip:" + bench.registrar.hostPort());
        bench.telephone.receive("SIP/2.0 483 ");
        assertThat(bench.registrar.next(100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".", ".example", "a.example.."})
    void aHostThatCanBeNoneIsTheFaultOfWhoWroteIt(String host) {
        ask("OPTIONS sip:202@" + host, host, "");
        bench.telephone.receive("SIP/2.0 400 ");
    }

    @Test
    void aLabelThatIsTooLongIsTheFaultOfWhoWroteIt() {
        ask("OPTIONS sip:202@" + "a".repeat(64) + ".example", "long", "");
        bench.telephone.receive("SIP/2.0 400 ");
        ask("OPTIONS sip:202@" + "a.".repeat(127) + "example", "longer", "");
        bench.telephone.receive("SIP/2.0 400 ");
        ask("OPTIONS sip:202@" + "a".repeat(63) + ".example", "right", "");
        bench.registrar.receive("OPTIONS sip:202@aaa");
    }

    /// Its hops are those that its beginning found, over UDP here, also where a party's Contact is `sips:`.
    @Test
    void withinADialogARouteOverUdpStaysOneWhateverTheRequestUriAsksFor() {
        String routes = "Route: <sip:" + bench.hostPort() + ";lr>, <sip:" + bench.registrar.hostPort() + ";lr>\r\n";
        String bye = bench.request(
                        bench.telephone,
                        "BYE sips:202@city.example",
                        "dialog@example.com",
                        "2 BYE",
                        ProxyBench.FROM_TO + routes,
                        "")
                .replaceFirst("(To: [^\r]*)", "$1;tag=b");
        bench.telephone.send(bye, bench.address());
        bench.registrar.receive("BYE sips:202@city.example ");
    }

    @Test
    void aStrayRouteOverUdpTakesNoRequestThatBeginsSomethingAwayFromTls() {
        String routes = "Route: <sip:" + bench.hostPort() + ";lr>, <sip:" + bench.registrar.hostPort() + ";lr>\r\n";
        ask("OPTIONS sips:202@city.example", "stray@example.com", routes);
        bench.telephone.receive("SIP/2.0 480 ");
        assertThat(bench.registrar.next(100)).isEmpty();
    }
}
