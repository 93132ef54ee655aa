package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallOutcome;

/// Trap 32: a registrar that keeps no Path gets a Contact of ours for each telephone.
class ContactRegistrationTest {

    private static final String FROM_TO = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";

    private @Nullable ProxyBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = ProxyBench.byContact(0, null);
    }

    @AfterEach
    void close() {
        bench().close();
    }

    private ProxyBench bench() {
        return Objects.requireNonNull(bench);
    }

    /// The REGISTER as it reaches the registrar.
    ///
    /// @param contacts header lines
    private String registered(String callId, String contacts) {
        String sent = bench().request(
                        bench().telephone,
                        "REGISTER sip:" + bench().registrar.hostPort(),
                        callId,
                        "1 REGISTER",
                        FROM_TO,
                        "")
                .replaceFirst("Contact: [^\r]*\r\n", contacts);
        bench().telephone.send(sent, bench().address());
        return bench().registrar.receive("REGISTER ");
    }

    /// The registrar confirms it with these header lines; what the telephone sees of it.
    private String confirmed(String register, String lines) {
        bench().registrar.send(SipPeer.response(register, "200 OK", "r", lines, ""), bench().address());
        return bench().telephone.receive("SIP/2.0 200 OK");
    }

    private static String uri(String contact) {
        return contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
    }

    /// The registrar calls that URI.
    private void call(String uri, String callId) {
        String lines = SipPeer.lines(
                "From: <sip:0990111@example.com>;tag=c", "To: <sip:201@example.com>", "Content-Type: application/sdp");
        bench().registrar
                .send(
                        bench().request(
                                        bench().registrar,
                                        "INVITE " + uri,
                                        callId,
                                        "1 INVITE",
                                        lines,
                                        ProxyBench.sdp(4100)),
                        bench().address());
    }

    @Test
    void theRegistrarGetsOurAddressAndTheTelephoneSeesItsOwnContactAgainWithItsOwnExpires() {
        String own = "sip:201@" + bench().telephone.hostPort() + ";ob";
        String parameters = ";expires=120;+sip.instance=\"<urn:uuid:0>\";q=0.5";
        String register = registered("c1", "Contact: \"Two, zero one\" <" + own + ">" + parameters + "\r\n");
        String contact = SipPeer.one(register, "Contact");
        assertThat(contact)
                .startsWith("\"Two, zero one\" <sip:koegura-")
                .contains("@" + bench().hostPort() + ">")
                .endsWith(parameters)
                .doesNotContain(bench().telephone.hostPort());
        assertThat(SipPeer.all(register, "Path")).isEmpty();
        String others = "Contact: <sip:201@192.0.2.77:5060>;expires=9\r\n";
        String gruu = ";expires=60;pub-gruu=\"sip:201@example.com;gr=urn:uuid:0\"";
        String told = confirmed(register, others + "Contact: <" + uri(contact) + ">" + gruu + "\r\n");
        assertThat(SipPeer.all(told, "Contact"))
                .containsExactly("<sip:201@192.0.2.77:5060>;expires=9", "<" + own + ">" + gruu);
        assertThat(bench().count("koegura.sip.registered.without.path")).isZero();
    }

    @Test
    void aCallToThatContactReachesTheTelephoneAtItsOwnAndIsOneFromOutside() {
        String own = "sip:201@" + bench().telephone.hostPort() + ";line=1";
        String register = registered("c2", "Contact: <" + own + ">\r\n");
        String contact = uri(SipPeer.one(register, "Contact"));
        confirmed(register, "Contact: <" + contact + ">;expires=60\r\n");
        call(contact, "in");
        String received = bench().telephone.receive("INVITE " + own + " SIP/2.0");
        assertThat(received).doesNotContain("koegura-");
        String more = "Contact: <" + own + ">\r\nContent-Type: application/sdp\r\n";
        bench().telephone
                .send(SipPeer.response(received, "200 OK", "b", more, ProxyBench.sdp(4000)), bench().address());
        bench().registrar.receive("SIP/2.0 100 ");
        bench().registrar.receive("SIP/2.0 200 OK");
        assertThat(bench().proxy
                        .liveCalls()
                        .list()
                        .getFirst()
                        .facts()
                        .direction()
                        .name())
                .isEqualTo("INBOUND");
    }

    @Test
    void theSameContactIsTheSameAgainSoThatARefreshIsOneAlsoAfterARestart() throws Exception {
        String own = "Contact: <sip:201@" + bench().telephone.hostPort() + ">\r\n";
        String before = uri(SipPeer.one(registered("c3", own), "Contact"));
        int port = bench().address().getPort();
        bench().close();
        bench = ProxyBench.byContact(port, null);
        String again = "Contact: <sip:201@" + bench().telephone.hostPort() + ">\r\n";
        assertThat(uri(SipPeer.one(registered("c4", again), "Contact")))
                .as("another telephone's")
                .isNotEqualTo(before);
        call(before, "after");
        bench().registrar.receive("SIP/2.0 100 ");
        assertThat(uri(SipPeer.one(registered("c5", own), "Contact")))
                .as("the first one's, by a proxy that never saw it")
                .isEqualTo(before);
    }

    @Test
    void aContactOfOursThatWeNeverWroteIsRefusedAndCounted() {
        String register =
                registered("c6", "Contact: <sip:201@" + bench().telephone.hostPort() + ">\r\n");
        String contact = uri(SipPeer.one(register, "Contact"));
        int at = contact.indexOf("koegura-") + 12;
        String forged = contact.substring(0, at) + (contact.charAt(at) == 'A' ? 'B' : 'A') + contact.substring(at + 1);
        call(forged, "forged");
        bench().registrar.receive("SIP/2.0 403 ");
        assertThat(bench().count("koegura.sip.refused", "reason", "forged")).isEqualTo(1);
        assertThat(bench().telephone.next(100)).isEmpty();
        assertThat(bench().lastResult()).isNotEqualTo(CallOutcome.Result.COMPLETE);
    }

    @Test
    void aTelephoneThatUnregistersEverythingDoesSo() {
        String register = registered("c7", "Contact: *\r\nExpires: 0\r\n");
        assertThat(SipPeer.one(register, "Contact")).isEqualTo("*");
        assertThat(SipPeer.all(register, "Path")).isEmpty();
        confirmed(register, "");
    }

    @Test
    void aTelephoneCanTakeBackAnothersBindingInEitherWriting() {
        String other = "sip:201@192.0.2.77:5060";
        String register = registered("c8", "Contact: <" + other + ">\r\n");
        String ours = uri(SipPeer.one(register, "Contact"));
        assertThat(SipPeer.one(registered("c9", "Contact: <" + other + ">;expires=0\r\n"), "Contact"))
                .isEqualTo("<" + ours + ">;expires=0");
        assertThat(SipPeer.one(registered("c10", "Contact: <" + ours + ">;expires=0\r\n"), "Contact"))
                .isEqualTo("<" + ours + ">;expires=0");
    }

    @Test
    void aContactTooLongForOneOfOursPassesWithPathAndIsCounted() {
        String own = "<sip:201@" + bench().telephone.hostPort() + ";x=" + "1".repeat(200) + ">";
        String register = registered("c11", "Contact: " + own + "\r\n");
        assertThat(SipPeer.one(register, "Contact")).isEqualTo(own);
        assertThat(SipPeer.all(register, "Path")).hasSize(1);
        assertThat(bench().count("koegura.sip.contacts.too.long")).isEqualTo(1);
    }

    @Test
    void aBareContactAndSeveralOnOneLineAreEachReplaced() {
        String at = bench().telephone.hostPort();
        String register = registered(
                "c12", "Contact: sip:201@" + at + ";expires=60 , <sip:202@" + at + ">;q=1\r\nm: tel:+81300000000\r\n");
        List<String> contacts = SipPeer.all(register, "Contact");
        assertThat(contacts.getFirst()).matches("<sip:koegura-[^>]*>;expires=60 , <sip:koegura-[^>]*>;q=1");
        assertThat(register).contains("m: tel:+81300000000\r\n");
    }

    /// With neither Path nor a Contact of ours in it, calls would go to whatever the registrar made of it, past us.
    @ParameterizedTest
    @ValueSource(strings = {"<sip:201@127.0.0.1", "<sip:201@[::1>", "*, <sip:201@127.0.0.1>"})
    void aContactThatNobodyCanReadIsRefusedAndRegistersNothing(String contact) {
        String sent = bench().request(
                        bench().telephone,
                        "REGISTER sip:" + bench().registrar.hostPort(),
                        "c13",
                        "1 REGISTER",
                        FROM_TO,
                        "")
                .replaceFirst("Contact: [^\r]*", "Contact: " + contact);
        bench().telephone.send(sent, bench().address());
        assertThat(bench().telephone.receive("SIP/2.0 400 ").lines().findFirst().orElseThrow())
                .containsIgnoringCase("contact");
        assertThat(bench().registrar.next(100)).isEmpty();
    }
}
