package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.message.MessageSamples.head;
import static org.koegura.sipproxy.message.MessageSamples.invite;
import static org.koegura.sipproxy.message.MessageSamples.message;
import static org.koegura.sipproxy.message.MessageSamples.text;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RepliesTest {

    @Test
    void aResponseRepeatsTheFieldsOfItsRequestAsTheyStand() throws MessageFault {
        WireMessage request = message(
                "BYE sip:b@b.example SIP/2.0",
                "v :SIP/2.0/UDP a.example ;branch=z9hG4bK1,\r\n SIP/2.0/UDP c.example",
                "V: SIP/2.0/UDP d.example",
                "f:\t\"A, \\\"\"<sip:a@a.example>;tag=1",
                "t: sip:b@b.example",
                "Subject: nobody needs it",
                "i: 1",
                "CSEQ: 0007\r\n BYE",
                "Timestamp: 5");
        WireMessage response = Replies.response(request, 404, "Not Found", "9", List.of("Retry-After: 5"));
        assertThat(text(response))
                .isEqualTo(text(head(
                        "SIP/2.0 404 Not Found",
                        "v :SIP/2.0/UDP a.example ;branch=z9hG4bK1,\r\n SIP/2.0/UDP c.example",
                        "V: SIP/2.0/UDP d.example",
                        "f:\t\"A, \\\"\"<sip:a@a.example>;tag=1",
                        "t: sip:b@b.example;tag=9",
                        "i: 1",
                        "CSEQ: 0007\r\n BYE",
                        "Retry-After: 5",
                        "Content-Length: 0")));
    }

    @Test
    void aToThatHasATagKeepsIt() throws MessageFault {
        WireMessage request = message("BYE sip:b SIP/2.0", "Via: SIP/2.0/UDP a", "To: <sip:b@b>;tag=8");
        assertThat(Replies.response(request, 481, "No Such Call", "9", List.of())
                        .to()
                        .tag())
                .isEqualTo("8");
    }

    @Test
    void aTryingHasNoTagOfOursAndRepeatsTheTimestamp() throws MessageFault {
        WireMessage trying = Replies.response(invite("Timestamp: 5"), 100, "Trying", "", List.of());
        assertThat(trying.to().tag()).isEmpty();
        assertThat(trying.value("timestamp")).isEqualTo("5");
    }

    @Test
    void aRequestThatIsWrongCanStillBeAnswered() throws MessageFault {
        WireMessage request = message(
                "INVITE sip:b SIP/2.0", "Via: SIP/2.0/UDP a", "To: \"open <sip:b@b>", "From: sip:1@a", "From: sip:2@a");
        WireMessage response = Replies.response(request, 400, "Bad Request", "9", List.of());
        assertThat(response.value("to")).isEqualTo("\"open <sip:b@b>");
        assertThat(response.count("from")).isEqualTo(1);
        assertThat(response.count("cseq")).isZero();
    }

    @Test
    void aCancelHasOnlyTheTopmostViaOfItsInviteAndItsRoutes() throws MessageFault {
        WireMessage sent = message(
                "INVITE sip:b@b.example SIP/2.0",
                "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2 , SIP/2.0/UDP a.example;branch=z9hG4bK1",
                "Route: <sip:r.example;lr>",
                "f: <sip:a@a.example>;tag=1",
                "To: <sip:b@b.example>",
                "Call-ID: 1",
                "CSeq: 0012 INVITE",
                "Content-Type: application/sdp",
                "Content-Length: 0");
        assertThat(text(Replies.cancel(sent, List.of("Reason: SIP;cause=200"))))
                .isEqualTo(text(head(
                        "CANCEL sip:b@b.example SIP/2.0",
                        "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2",
                        "Max-Forwards: 70",
                        "Route: <sip:r.example;lr>",
                        "f: <sip:a@a.example>;tag=1",
                        "To: <sip:b@b.example>",
                        "Call-ID: 1",
                        "CSeq: 12 CANCEL",
                        "Reason: SIP;cause=200",
                        "Content-Length: 0")));
    }

    @Test
    void theAckOfARefusalHasTheResponsesTag() throws MessageFault {
        WireMessage ack = Replies.errorAck(invite(), "77");
        assertThat(ack.request().method()).isEqualTo("ACK");
        assertThat(ack.to().tag()).isEqualTo("77");
        assertThat(ack.topVia().branch()).isEqualTo("z9hG4bK1");
        assertThat(ack.cseq()).isEqualTo(new CSeq(1, "ACK"));
        assertThat(Replies.errorAck(invite(), "").to().tag()).isEmpty();
    }
}
