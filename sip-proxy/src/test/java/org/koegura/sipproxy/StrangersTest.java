package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Stage;

/// Whoever is neither PBX nor trunk, between the two (ADR 14, ADR 17): a telephone of the PBX, a second SBC of the
/// carrier, or somebody whom nobody knows.
class StrangersTest extends TrunkSide {

    StrangersTest() throws IOException, SipFault {}

    @Test
    void aSourceThatNobodyKnowsIsOutsideAndToldAsTheTrunkIs() {
        invite(stranger, "0990100", "second-sbc@example.com", parties("0990123", "0990100"));
        String atPbx = bench.registrar.receive("INVITE sip:0990100@" + bench.hostPort());
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
        assertThat(live().facts().outside().number()).isEqualTo("0990123");
        answer(bench.registrar, atPbx);
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    /// Else it could name a line that is never recorded, and be kept out of the recordings by its own word.
    @Test
    void whatAStrangerWritesIntoToDoesNotSayWhoIsCalled() {
        invite(stranger, "0990100", "claims@example.com", parties("0990123", "0990199"));
        bench.registrar.receive("INVITE sip:0990100@");
        assertThat(live().facts().inside().number()).isEqualTo("0990100");
    }

    @Test
    void aStrangerIsSentOnToThePbxAndToNobodyElse() {
        for (String method : List.of("INVITE", "REGISTER", "OPTIONS", "MESSAGE")) {
            String callId = method + "@example.com";
            String path = "Route: <sip:" + bench.hostPort() + ";lr;telephone=0123456789abcdef>\r\n";
            stranger.send(
                    bench.request(
                            stranger,
                            method + " sip:0990777@" + trunk.hostPort(),
                            callId,
                            "1 " + method,
                            parties("201", "0990777") + path,
                            ""),
                    bench.address());
            stranger.receive("SIP/2.0 403 ");
        }
        assertThat(trunk.next(100)).isEmpty();
        assertThat(bench.proxy.liveCalls().list()).isEmpty();
        assertThat(bench.count("koegura.sip.refused", "reason", "relay")).isEqualTo(4);
    }

    /// It may be an address of the PBX that nobody told us of.
    @Test
    void anAddressThatMayNotGoOnIsToldOnceWithWhatToDo() {
        try (KeptLog log = new KeptLog()) {
            for (String callId : List.of("one@example.com", "other@example.com")) {
                String message = "MESSAGE sip:0990777@" + trunk.hostPort();
                stranger.send(
                        bench.request(stranger, message, callId, "1 MESSAGE", parties("201", "0990777"), ""),
                        bench.address());
                stranger.receive("SIP/2.0 403 ");
            }
            assertThat(log.of("sip.stranger.refused"))
                    .singleElement()
                    .asString()
                    .startsWith("sip.stranger.refused source=127.0.0.9 next=")
                    .contains("sip.upstream");
        }
    }

    /// It lasts as long as our key: with it anybody who was ever called could call at the PBX's expense.
    @Test
    void theMarkOfADialogOpensAStrangerNoWayToTheTrunk() {
        String callId = "marked@example.com";
        invite(stranger, "0990100", callId, parties("0990123", "0990100"));
        String route = SipPeer.one(bench.registrar.receive("INVITE "), "Record-Route");
        for (String method : List.of("INVITE", "MESSAGE", "REFER")) {
            stranger.send(
                    bench.request(
                            stranger,
                            method + " sip:0990777@" + trunk.hostPort(),
                            callId,
                            "2 " + method,
                            "From: <sip:0990123@example.com>;tag=a\r\nTo: <sip:0990100@example.com>;tag=b\r\nRoute: "
                                    + route + "\r\n",
                            ""),
                    bench.address());
            stranger.receive("SIP/2.0 403 ");
        }
        assertThat(trunk.next(100)).isEmpty();
    }

    @Test
    void aStrangersAcknowledgementAndCancelGoNowhereEither() {
        for (String method : List.of("ACK", "CANCEL")) {
            stranger.send(
                    bench.request(
                            stranger,
                            method + " sip:0990777@" + trunk.hostPort(),
                            method + "@example.com",
                            "1 " + method,
                            parties("201", "0990777"),
                            ""),
                    bench.address());
        }
        await().until(() -> bench.count("koegura.sip.refused", "reason", "relay") == 2);
        assertThat(trunk.next(100)).isEmpty();
    }

    @Test
    void insideOfADialogAnotherAddressOfTheCarrierIsHeard() {
        invite(bench.registrar, "0990123", "second-sbc@example.com", parties("201", "0990123"));
        answer(trunk, trunk.receive("INVITE "));
        String ok = bench.registrar.receive("SIP/2.0 200 ");
        String route = "Route: " + SipPeer.one(ok, "Record-Route") + "\r\n";
        String reversed = "From: " + SipPeer.one(ok, "To") + "\r\nTo: " + SipPeer.one(ok, "From") + "\r\n";
        String bye = "BYE sip:x@" + bench.telephone.hostPort();
        stranger.send(
                bench.request(stranger, bye, "other@example.com", "1 BYE", reversed + route, ""), bench.address());
        stranger.receive("SIP/2.0 403 ");
        stranger.send(
                bench.request(stranger, bye, "second-sbc@example.com", "1 BYE", reversed + route, ""), bench.address());
        bench.telephone.receive(bye);
    }

    @Test
    void whatAStrangerSendsASecondTimeForTheSameNumberIsALoop() {
        invite(stranger, "0990100", "round@example.com", parties("0990123", "0990100"));
        String again = bench.registrar
                .receive("INVITE ")
                .replaceFirst(
                        "Via: ", "Via: SIP/2.0/UDP " + stranger.hostPort() + ";branch=z9hG4bKround;rport\r\nVia: ");
        stranger.send(again, bench.address());
        stranger.receive("SIP/2.0 100 ");
        stranger.receive("SIP/2.0 482 ");
        assertThat(bench.registrar.next(100)).doesNotStartWith("INVITE");
    }

    @Test
    void aTelephoneIsInsideFromTheMomentThatThePbxConfirmsItsRegistration() {
        register(bench.telephone, "201", 60);
        invite(bench.telephone, "0990123", "registered@example.com", parties("201", "0990123"));
        answer(bench.registrar, bench.registrar.receive("INVITE "));
        await().until(() -> live().stage() == Stage.NOTICE);
        assertThat(live().facts().direction()).isEqualTo(Direction.OUTBOUND);
    }

    @Test
    void whoElseSendsFromTheAddressOfATelephoneIsAStranger() {
        register(stranger, "201", 60);
        invite(stranger, "0990100", "other-name@example.com", parties("0990555", "0990100"));
        bench.registrar.receive("INVITE ");
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
    }

    @Test
    void aTelephoneThatWithholdsItsNumberIsInsideAllTheSame() {
        register(stranger, "201", 60);
        String withheld =
                SipPeer.lines("From: <sip:anonymous@anonymous.invalid>;tag=a", "To: <sip:0990123@example.com>");
        invite(stranger, "0990123", "withheld@example.com", withheld);
        bench.registrar.receive("INVITE ");
        assertThat(live().facts().direction()).isEqualTo(Direction.OUTBOUND);
    }

    @Test
    void aTelephoneThatRegistersNoMoreIsAStranger() {
        register(stranger, "201", 60);
        register(stranger, "201", 0);
        invite(stranger, "0990100", "gone@example.com", parties("201", "0990100"));
        bench.registrar.receive("INVITE ");
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
    }

    @Test
    void aRegistrationThatSomebodyElseThanThePbxConfirmsMakesNoTelephone() {
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
        stranger.send(
                bench.request(
                        stranger, "REGISTER sip:" + bench.hostPort(), "own@example.com", "1 REGISTER", parties, ""),
                bench.address());
        String register = bench.registrar.receive("REGISTER ");
        String contact = "Contact: <sip:x@" + stranger.hostPort() + ">;expires=60\r\n";
        trunk.send(SipPeer.response(register, "200 OK", "r", contact, ""), bench.address());
        stranger.receive("SIP/2.0 200 ");
        invite(stranger, "0990100", "not-ours@example.com", parties("201", "0990100"));
        bench.registrar.receive("INVITE ");
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
    }
}
