package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Stage;
import org.koegura.sipproxy.call.FakeMediaPlane;

/// Codes that are dialled alone are answered by us, arm the next call of an entitled extension, and go
/// nowhere (F2).
class CodeCallTest extends DialledCodes {

    @Test
    void theCodeIsAnsweredWithAToneAndHungUp() {
        String ok = dialled("*511");
        assertThat(SipPeer.all(ok, "Via")).hasSize(1);
        assertThat(SipPeer.body(ok)).contains("m=audio 30000 RTP/AVP 0\r\n", "c=IN IP4 127.0.0.1\r\n");
        assertThat(tone().done()).containsExactly("expect 4000");
        ask("ACK", ok, "1");
        String bye = bench.telephone.receive("BYE sip:x@" + bench.telephone.hostPort());
        assertThat(SipPeer.one(bye, "From")).isEqualTo(SipPeer.one(ok, "To"));
        assertThat(SipPeer.one(bye, "To")).isEqualTo("<sip:201@example.com>;tag=a");
        assertThat(tone().done()).containsExactly("expect 4000", "speak PCMU", "close");
        bench.telephone.send(SipPeer.response(bye, "200 OK", "", "", ""), bench.address());
        assertThat(bench.telephone.next(700)).as("nothing is sent again").isEmpty();
        assertThat(bench.count("koegura.telephone.codes", "feature", "exempt-1", "outcome", "armed"))
                .isEqualTo(1);
        JournalEntry armed = last("exemption.armed");
        assertThat(armed.actor()).isEqualTo("extension:201");
        assertThat(armed.details())
                .containsAllEntriesOf(Map.of("ground", "1", "channel", "telephone", "stage", "before_call"))
                .containsKey("until");
        assertThat(bench.proxy.liveCalls().list()).as("it is no call").isEmpty();
    }

    @Test
    void theNextCallOfThatExtensionIsExemptAndTheOneAfterItIsNot() {
        arm("*512");
        assertThat(basisOf("201")).isInstanceOfSatisfying(CaptureBasis.Exempted.class, basis -> {
            assertThat(basis.stage()).isEqualTo(Stage.BEFORE_CALL);
            assertThat(basis.exemption().ground().number()).isEqualTo(2);
            assertThat(basis.exemption().author()).isEqualTo("extension:201");
            assertThat(basis.exemption().channel()).isEqualTo(Exemption.Channel.TELEPHONE);
        });
        assertThat(last("exemption.in-force").details())
                .containsAllEntriesOf(Map.of("ground", "2", "channel", "telephone", "stage", "before_call"));
        assertThat(bench.count("koegura.exemptions", "ground", "2", "channel", "telephone", "stage", "before_call"))
                .isEqualTo(1);
        assertThat(basisOf("201")).isNull();
    }

    @Test
    void aCallOfAnotherExtensionDoesNotUseItUp() {
        arm("*511");
        assertThat(basisOf("202")).isNull();
        assertThat(basisOf("201")).isInstanceOf(CaptureBasis.Exempted.class);
    }

    /// Whoever only claims to be 201, from another machine, uses nothing up, and its keys are no codes.
    @Test
    void aCallFromAnotherAddressIsNoCallOfThatTelephone() throws Exception {
        arm("*511");
        try (SipPeer elsewhere = new SipPeer("127.0.0.9")) {
            String id = "o-elsewhere@example.com";
            String invite = calls(elsewhere, id, "201");
            bench.respond(invite, "100 Trying", ""); // or it comes again, and is taken for another
            assertThat(media(id).done()).noneMatch(act -> act.startsWith("heedCodes"));
            assertThat(bench.gauge("koegura.telephone.armed")).isEqualTo(1);
        }
        assertThat(basisOf("201")).isInstanceOf(CaptureBasis.Exempted.class);
    }

    /// It is called from outside by whoever was sent on from 201: its own telephone is not.
    @Test
    void aCallThatNames201InToAloneIsNoCallOfThatTelephone() {
        arm("*511");
        called("i-202@example.com", "c202");
        assertThat(media("i-202@example.com").done()).noneMatch(act -> act.startsWith("heedCodes"));
        assertThat(bench.gauge("koegura.telephone.armed")).isEqualTo(1);
        called("i-201@example.com", "c201");
        assertThat(media("i-201@example.com").done()).anyMatch(act -> act.startsWith("heedCodes [*5"));
        assertThat(bench.gauge("koegura.telephone.armed")).isZero();
    }

    /// An inbound call to a Contact, with 201 in To.
    private void called(String id, String contact) {
        String parties = "From: <sip:0120000001@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        "INVITE sip:" + contact + "@" + bench.telephone.hostPort(),
                        id,
                        "1 INVITE",
                        "Route: " + path + "\r\n" + parties + TYPE,
                        ProxyBench.sdp(4000)),
                bench.address());
        bench.telephone.receive("INVITE sip:" + contact);
        bench.registrar.receive("SIP/2.0 100 ");
    }

    private FakeMediaPlane.Session media(String id) {
        await().until(() -> bench.proxy.liveCalls().list().stream()
                .anyMatch(call -> call.facts().sipCallId().equals(id)));
        return bench.media.of(bench.proxy.liveCalls().list().stream()
                .filter(call -> call.facts().sipCallId().equals(id))
                .findFirst()
                .orElseThrow()
                .facts()
                .call());
    }

    /// Whoever has heard no tone has no exemption: it is in force from the ACK on.
    @Test
    void withoutAnAckNothingIsArmed() {
        String ok = dialled("*511");
        assertThat(bench.gauge("koegura.telephone.armed")).isZero();
        assertThat(basisOf("201")).isNull();
        ask("ACK", ok, "1");
        bench.telephone.receive("BYE ");
        assertThat(bench.gauge("koegura.telephone.armed")).isEqualTo(1);
        assertThat(basisOf("201")).isInstanceOf(CaptureBasis.Exempted.class);
    }

    @Test
    void nobodyIsSentToACode() {
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:0990123@example.com>;tag=b\r\n";
        String refer = "Refer-To: <sip:%2A%35%311@example.com>\r\n";
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        "REFER sip:0990123@" + bench.registrar.hostPort(),
                        "refer@example.com",
                        "2 REFER",
                        parties + refer,
                        ""),
                bench.address());
        bench.telephone.receive("SIP/2.0 403 ");
    }

    /// RFC 3261 §22.2: whoever is challenged sends the same call again.
    @Test
    void aCallThatIsChallengedIsTheSameCallWhenItComesAgain() {
        arm("*511");
        String id = "o-challenged@example.com";
        bench.telephone.send(bench.outbound(id, "1 INVITE"), bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String first = bench.registrar.receive("INVITE sip:0990123@");
        bench.registrar.send(
                SipPeer.response(first, "407 Proxy Authentication Required", "c", "", ""), bench.address());
        bench.telephone.receive("SIP/2.0 407 ");
        bench.registrar.receive("ACK ");
        await().until(() -> bench.proxy.liveCalls().list().isEmpty());
        bench.telephone.send(bench.outbound(id, "2 INVITE"), bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE sip:0990123@");
        bench.respond(again, "200 OK", ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        await().until(() -> bench.proxy.liveCalls().list().getFirst().stage() == Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(basisOf("201")).as("another call").isNull();
    }

    @Test
    void groundThreeHasTheTextThatIsSet() {
        arm("*513");
        assertThat(last("exemption.armed").details()).containsEntry("text", "by order 17 of 2026");
        assertThat(basisOf("201"))
                .isInstanceOfSatisfying(
                        CaptureBasis.Exempted.class,
                        basis -> assertThat(basis.exemption().text()).isEqualTo("by order 17 of 2026"));
    }

    @Test
    void whoIsNotEntitledIsRefusedAndNothingIsSentOn() {
        bench.telephone.send(dial(bench.telephone, "*511", "202", "", ProxyBench.sdp(4000)), bench.address());
        bench.telephone.receive("SIP/2.0 403 ");
        assertThat(last("code.refused").subject()).isEqualTo("extension:202");
        assertThat(last("code.refused").details())
                .isEqualTo(new TreeMap<>(Map.of("feature", "exempt-1", "why", "not_entitled")));
        assertThat(bench.count("koegura.telephone.codes", "outcome", "not_entitled"))
                .isEqualTo(1);
        assertThat(basisOf("202")).isNull();
    }

    /// Whoever only claims to be 201, from another machine, is nobody.
    @Test
    void whoIsNotRegisteredThereIsRefused() throws Exception {
        try (SipPeer elsewhere = new SipPeer("127.0.0.9")) {
            elsewhere.send(dial(elsewhere, "*511", "201", "", ProxyBench.sdp(4000)), bench.address());
            elsewhere.receive("SIP/2.0 403 ");
        }
        String preferred = "P-Preferred-Identity: <sip:202@example.com>\r\n";
        bench.telephone.send(dial(bench.telephone, "*511", "203", preferred, ProxyBench.sdp(4000)), bench.address());
        bench.telephone.receive("SIP/2.0 403 ");
        assertThat(bench.count("koegura.telephone.codes", "outcome", "not_inside"))
                .isEqualTo(2);
        assertThat(bench.journal.acts()).doesNotContain("exemption.armed");
        assertThat(basisOf("201")).isNull();
    }

    @Test
    void fromOutsideNobodyArmsAnything() {
        String invite = dial(bench.registrar, "*511", "201", "", ProxyBench.sdp(4000))
                .replace(
                        "INVITE sip:*511@" + bench.registrar.hostPort(),
                        "INVITE sip:*511@" + bench.telephone.hostPort());
        bench.registrar.send(invite, bench.address());
        bench.registrar.receive("SIP/2.0 403 ");
        assertThat(bench.journal.acts()).containsOnly("code.refused");
        assertThat(bench.telephone.next(100)).isEmpty();
    }

    @Test
    void aCodeThatAsksForNothingBeforeACallIsRefused() {
        bench.telephone.send(dial(bench.telephone, "*541", "201", "", ProxyBench.sdp(4000)), bench.address());
        bench.telephone.receive("SIP/2.0 404 ");
    }

    @Test
    void whatNoToneCanBeHeardInIsRefusedAndArmsNothing() {
        String savp = ProxyBench.sdp(4000).replace("RTP/AVP", "RTP/SAVP");
        bench.telephone.send(dial(bench.telephone, "*511", "201", "", savp), bench.address());
        bench.telephone.receive("SIP/2.0 488 ");
        await().untilAsserted(() -> assertThat(tone().done()).containsExactly("close"));
        assertThat(bench.journal.acts()).containsExactly("code.refused");
    }

    @Test
    void withoutTheJournalNothingIsArmed() {
        bench.journal.fail();
        bench.telephone.send(dial(bench.telephone, "*511", "201", "", ProxyBench.sdp(4000)), bench.address());
        bench.telephone.receive("SIP/2.0 503 ");
        await().untilAsserted(() -> assertThat(tone().done()).containsExactly("close"));
        assertThat(bench.gauge("koegura.telephone.armed")).isZero();
    }

    @Test
    void otherLinesOfTheOfferAreDeclinedAndEscapedCodesAreCodes() {
        String two = ProxyBench.sdp(4000) + "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
        bench.telephone.send(dial(bench.telephone, "%2A5%311", "201", "", two), bench.address());
        assertThat(SipPeer.body(bench.telephone.receive("SIP/2.0 200 "))).contains("m=video 0 RTP/AVP 96\r\n");
    }

    /// RFC 3261 §13.3.1.4, and §13.2.2.4 for the ACK that is repeated.
    @Test
    void theAnswerIsRepeatedUntilItIsAcknowledged() {
        String ok = dialled("*511");
        assertThat(bench.telephone.next(800)).isEqualTo(ok);
        assertThat(bench.telephone.next(1_500)).isEqualTo(ok);
        ask("ACK", ok, "1");
        bench.telephone.receive("BYE ");
        ask("ACK", ok, "1");
        assertThat(tone().done()).containsExactly("expect 4000", "speak PCMU", "close");
    }

    @Test
    void aRepeatedInviteIsAbsorbedAndACancelThatCameLateIsAnswered() {
        String invite = dial(bench.telephone, "*511", "201", "", ProxyBench.sdp(4000));
        bench.telephone.send(invite, bench.address());
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        bench.telephone.send(invite, bench.address());
        String cancel = invite.replace("INVITE sip", "CANCEL sip")
                .replace("1 INVITE", "1 CANCEL")
                .replaceFirst("Content-Type[^\r]*\r\n", "")
                .replaceFirst("(?s)Content-Length: .*", "Content-Length: 0\r\n\r\n");
        bench.telephone.send(cancel, bench.address());
        assertThat(bench.telephone.receive("SIP/2.0 200 ")).contains("1 CANCEL");
        assertThat(bench.media.tones()).hasSize(1);
        // the CANCEL is answered first (RFC 3261 §9.2)
        await().untilAsserted(
                        () -> assertThat(bench.journal.acts()).containsExactly("exemption.armed", "exemption.lapsed"));
        assertThat(last("exemption.lapsed").details()).containsEntry("why", "unheard");
        ask("ACK", ok, "1");
        bench.telephone.receive("BYE ");
        assertThat(bench.media.tones().getLast().done()).containsExactly("expect 4000", "close");
        assertThat(bench.gauge("koegura.telephone.armed")).isZero();
    }

    @Test
    void whoHangsUpFirstIsAnsweredAndItsPortsAreFree() {
        String ok = dialled("*511");
        ask("BYE", ok, "2");
        assertThat(bench.telephone.receive("SIP/2.0 200 ")).contains("2 BYE");
        assertThat(tone().done()).containsExactly("expect 4000", "close");
        assertThat(last("exemption.lapsed").details()).containsEntry("why", "unheard");
        assertThat(bench.count("koegura.telephone.codes", "feature", "exempt-1", "outcome", "unheard"))
                .isEqualTo(1);
        assertThat(bench.gauge("koegura.telephone.armed")).isZero();
        assertThat(bench.telephone.next(700))
                .as("our answer is not repeated any more")
                .isEmpty();
    }

    @Test
    void nothingChangesWithinIt() {
        String ok = dialled("*511");
        for (Map.Entry<String, String> each :
                List.of(Map.entry("UPDATE", "488"), Map.entry("INFO", "501"), Map.entry("OPTIONS", "200"))) {
            ask(each.getKey(), ok, "2");
            bench.telephone.receive("SIP/2.0 " + each.getValue());
        }
    }
}
