package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.transport.Hop;

/// Nothing goes round in a circle (RFC 3261 §16.3 item 4), and who passes twice for a reason does.
class LoopTest {

    private static String message(ProxyBench bench, String method, String to, String more) {
        return bench.request(
                bench.telephone,
                method + " sip:201@" + bench.registrar.hostPort(),
                "loop@example.com",
                "7 " + method,
                "From: <sip:202@example.com>;tag=a\r\nTo: <sip:201@example.com>" + to + "\r\n" + more,
                "");
    }

    /// The registrar sends what it got back to us, with a Via of its own.
    private static void sendBack(ProxyBench bench, String received, String branch) {
        bench.registrar.send(
                received.replaceFirst(
                        "\r\n",
                        "\r\nVia: SIP/2.0/UDP " + bench.registrar.hostPort() + ";branch=z9hG4bK" + branch + "\r\n"),
                bench.address());
    }

    @ParameterizedTest
    @CsvSource({"MESSAGE, ''", "OPTIONS, ''", "BYE, ;tag=b", "INFO, ;tag=b"})
    void whatTheSamePeerSentBeforeForTheSameRequestUriEndsWith482WhateverItsMethod(String method, String to)
            throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            bench.telephone.send(message(bench, method, to, ""), bench.address());
            sendBack(bench, bench.registrar.receive(method + " "), "one");
            String second = bench.registrar.receive(method + " "); // a spiral may be meant
            sendBack(bench, second, "two");
            bench.registrar.receive("SIP/2.0 482 ");
        }
    }

    @Test
    void whoStandsTwiceInADialogMaySendItsRequestsHereTwice() throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            String us = "<sip:" + bench.hostPort() + ";lr>";
            String them = "<sip:" + bench.registrar.hostPort() + ";lr>";
            String routes = "Route: " + String.join(", ", us, them, us, them, us, them) + "\r\n";
            bench.telephone.send(message(bench, "BYE", ";tag=b", routes), bench.address());
            for (int pass = 0; pass < 2; pass++) {
                String received = bench.registrar.receive("BYE ");
                String own = "Route: " + them + ", ";
                assertThat(received).contains(own);
                sendBack(bench, received.replace(own, "Route: "), "pass" + pass);
            }
            bench.registrar.receive("BYE ");
        }
    }

    @Test
    void anAckThatGoesRoundIsDroppedAndCounted() throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            bench.telephone.send(message(bench, "ACK", ";tag=b", ""), bench.address());
            sendBack(bench, bench.registrar.receive("ACK "), "one");
            sendBack(bench, bench.registrar.receive("ACK "), "two");
            await().until(() -> bench.count("koegura.sip.dropped", "reason", "loop") == 1);
        }
    }

    @Test
    void whoIsNeitherPbxNorTrunkAndMayNotGoOnIsMetWithSilenceWhereThatIsSet() throws Exception {
        try (SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
                SipPeer stranger = new SipPeer("127.0.0.9");
                ProxyBench bench = ProxyBench.guardedTrunkSide(
                        Hop.udp(trunk.address()),
                        new AdmissionSettings(
                                Networks.parse("127.0.0.9"), AdmissionSettings.Strangers.SILENCE, 1000, 1000))) {
            String wants = bench.request(
                    stranger,
                    "INVITE sip:0990123@" + trunk.hostPort(),
                    "stranger@example.com",
                    "1 INVITE",
                    ProxyBench.FROM_TO,
                    "");
            stranger.send(wants, bench.address());
            await().until(() -> bench.count("koegura.sip.refused", "reason", "relay") == 1);
            assertThat(stranger.next(300)).isEmpty();
            assertThat(trunk.next(100)).isEmpty();
        }
    }
}
