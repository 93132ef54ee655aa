package org.koegura.sipproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.WireMessage;

/// Branches and To tags: the same for whoever has the secret, and nothing to guess for everybody else.
class BranchesTest {

    private static final String BELOW = "Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bKt;rport=5060;received=192.0.2.101";

    private final Branches branches = new Branches(secret(1));

    private static Secret secret(int kind) {
        byte[] bytes = new byte[Secret.BYTES];
        Arrays.fill(bytes, (byte) kind);
        return new Secret(bytes);
    }

    private static WireMessage request(String method) throws MessageFault {
        return message(method + " sip:0990123@192.0.2.20 SIP/2.0", method, BELOW);
    }

    private static WireMessage message(String start, String method, String vias) throws MessageFault {
        String text = String.join(
                "\r\n",
                start,
                vias,
                "From: <sip:201@example.com>;tag=a",
                "To: <sip:0990123@example.com>",
                "Call-ID: c@example.com",
                "CSeq: 1 " + method,
                "Content-Length: 0",
                "",
                "");
        return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static WireMessage answer(String branch, String below) throws MessageFault {
        return message(
                "SIP/2.0 200 OK", "INVITE", "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=" + branch + "\r\n" + below);
    }

    @Test
    void aRestartWithTheSameSecretGivesTheSameBranchAndTag() throws Exception {
        Branches restarted = new Branches(secret(1));
        assertThat(restarted.of(request("INVITE"))).isEqualTo(branches.of(request("INVITE")));
        assertThat(restarted.tag(request("INVITE"))).isEqualTo(branches.tag(request("INVITE")));
    }

    @Test
    void whoKnowsTheWholeRequestButNotTheSecretComesToAnotherBranchAndTag() throws Exception {
        Branches forger = new Branches(secret(2));
        assertThat(forger.of(request("INVITE"))).isNotEqualTo(branches.of(request("INVITE")));
        assertThat(forger.tag(request("INVITE"))).isNotEqualTo(branches.tag(request("INVITE")));
    }

    @Test
    void aCancelBearsTheBranchOfItsInvite() throws Exception {
        assertThat(branches.of(request("CANCEL"))).isEqualTo(branches.of(request("INVITE")));
    }

    @Test
    void aResponseToWhatWeSentIsKnownAfterARestart() throws Exception {
        String branch = branches.of(request("INVITE"));
        assertThat(new Branches(secret(1)).wrote(answer(branch, BELOW))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "z9hG4bK, ''",
        "z9hG4bKshort, ''",
        "SENT, Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKt;received=198.51.100.9",
        "SENT, ''",
        "SENT+, Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bKt"
    })
    void aResponseThatWeNeverAskedForIsNobodys(String branch, String below) throws Exception {
        String ours = branch.replace("SENT+", branches.of(request("INVITE")) + "0")
                .replace("SENT", branches.of(request("INVITE")));
        String vias = below.isEmpty() ? "Subject: none" : below;
        assertThat(branches.wrote(answer(ours, vias))).isFalse();
    }

    @Test
    void aBranchMadeWithAnotherSecretIsNotOurs() throws Exception {
        assertThat(branches.wrote(answer(new Branches(secret(2)).of(request("INVITE")), BELOW)))
                .isFalse();
    }
}
