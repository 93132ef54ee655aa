package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.koegura.sipproxy.message.MessageSamples.bytes;
import static org.koegura.sipproxy.message.MessageSamples.invite;
import static org.koegura.sipproxy.message.MessageSamples.message;
import static org.koegura.sipproxy.message.MessageSamples.text;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.sipproxy.message.MessageFault.Reason;

final class WireMessageTest {

    private static MessageFault faultOf(String text) {
        return catchThrowableOfType(MessageFault.class, () -> WireMessage.parse(bytes(text)));
    }

    @Test
    void compactFormsAreReadLikeLongOnes() throws MessageFault {
        WireMessage compact = message(
                "INVITE sip:bob@b.example SIP/2.0",
                "v: SIP/2.0/UDP a.example;branch=z9hG4bK1",
                "f: <sip:alice@a.example>;tag=1",
                "t: <sip:bob@b.example>",
                "i: 1@a.example",
                "CSeq: 1 INVITE",
                "m: <sip:alice@a.example>",
                "l: 0");
        assertThat(compact.topVia().branch()).isEqualTo("z9hG4bK1");
        assertThat(compact.from().tag()).isEqualTo("1");
        assertThat(compact.to().uri()).isEqualTo("sip:bob@b.example");
        assertThat(compact.callId()).isEqualTo("1@a.example");
        assertThat(compact.addresses("contact")).hasSize(1);
        assertThat(text(compact)).contains("\r\nv: SIP/2.0/UDP").contains("\r\nl: 0\r\n");
    }

    @Test
    void aFoldedFieldIsReadAsOneLine() throws MessageFault {
        WireMessage folded = invite("Subject: one\r\n  two \r\n\tthree");
        assertThat(folded.value("subject")).isEqualTo("one two three");
        assertThat(text(folded)).contains("Subject: one\r\n  two \r\n\tthree\r\n");
    }

    @Test
    void anEmptyFieldIsThereAndEmpty() throws MessageFault {
        WireMessage message = invite("Allow-Events:", "Supported: ,, ,");
        assertThat(message.value("allow-events")).isEmpty();
        assertThat(message.elementTexts("supported")).isEmpty();
        assertThat(message.value("event")).isNull();
    }

    @Test
    void quotedAndBracketedCommasDoNotSplitAValue() throws MessageFault {
        WireMessage message = invite(
                "Contact: \"Smith, \\\" , J\" <sip:j,s@c.example;x=\"a>,<sip:d@d.example>;q=\"1,2\" , sip:e@e.example");
        assertThat(message.elementTexts("contact"))
                .containsExactly(
                        "\"Smith, \\\" , J\" <sip:j,s@c.example;x=\"a>",
                        "<sip:d@d.example>;q=\"1,2\"",
                        "sip:e@e.example");
        assertThat(message.addresses("contact").stream().map(NameAddress::uri))
                .containsExactly("sip:j,s@c.example;x=\"a", "sip:d@d.example", "sip:e@e.example");
    }

    @Test
    void severalFieldsAndSeveralValuesOfAFieldKeepTheirOrder() throws MessageFault {
        WireMessage message = invite("Route: <sip:1.example;lr> , <sip:2.example;lr>", "ROUTE : <sip:3.example;lr>");
        assertThat(message.addresses("route").stream().map(NameAddress::uri))
                .containsExactly("sip:1.example;lr", "sip:2.example;lr", "sip:3.example;lr");
        assertThat(message.count("route")).isEqualTo(2);
    }

    @Test
    void lineEndsBeforeAMessageAreSkippedAndOctetsAfterItCutOff() throws MessageFault {
        byte[] inner = MessageSamples.inviteBytes();
        WireMessage message = WireMessage.parse(bytes("\r\n\r\n" + text(inner) + "INVITE sip:other@x SIP/2.0\r\n"));
        assertThat(message.bytes()).isEqualTo(inner);
    }

    @Test
    void aBodyWithoutALengthIsTheRestOfTheDatagram() throws MessageFault {
        WireMessage message =
                WireMessage.parse(bytes("MESSAGE sip:b@b.example SIP/2.0\r\nTo: sip:b@b.example\r\n\r\n\0\r\r\n"));
        assertThat(message.body()).containsExactly(0, '\r', '\r', '\n');
    }

    @Test
    void aBodyIsBinary() throws MessageFault {
        byte[] body = new byte[256];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        String head = "MESSAGE sip:b@b.example SIP/2.0\r\nl: 256\r\n\r\n";
        assertThat(WireMessage.parse(bytes(head + text(body))).body()).isEqualTo(body);
    }

    @Test
    void aLengthThatIsSaidTwiceAlikeIsTaken() throws MessageFault {
        WireMessage message = WireMessage.parse(bytes("MESSAGE sip:b SIP/2.0\r\nContent-Length: 1\r\nl: 1\r\n\r\nxyz"));
        assertThat(text(message.body())).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-999", "+1", "1 2", "0x1", "", "99999999999", "4", "1\r\nl: 2"})
    void aLengthThatIsNoneOrTooLargeOrContradictedIsRefused(String length) {
        MessageFault fault = faultOf("MESSAGE sip:b SIP/2.0\r\nContent-Length: " + length + "\r\n\r\nxyz");
        assertThat(fault.status()).isEqualTo(400);
        assertThat(fault.reason()).isEqualTo(Reason.FRAMING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "2147483648", "9999999999"})
    void aLengthThatNoMessageMayHaveIsToldSo(String length) {
        MessageFault fault = faultOf("MESSAGE sip:b SIP/2.0\r\nContent-Length: " + length + "\r\n\r\nxyz");
        assertThat(fault.status()).isEqualTo(513);
        assertThat(fault.reason()).isEqualTo(Reason.FRAMING);
    }

    @ParameterizedTest
    @CsvSource({
        "INVITE  sip:b@b.example SIP/2.0, 400, START_LINE",
        "INVITE sip:b@b.example  SIP/2.0, 400, START_LINE",
        "INVITE <sip:b@b.example> SIP/2.0, 400, START_LINE",
        "INVITE sip:b@b.example; lr SIP/2.0, 400, START_LINE",
        "INVITE sip:b@b.example, 400, START_LINE",
        "INVITE sip:b@b.example HTTP/1.1, 400, START_LINE",
        "INV(TE sip:b@b.example SIP/2.0, 400, START_LINE",
        "INVITE sip:b@b.example SIP/7.0, 505, VERSION",
        "INVITE sip:b@b.example SIP/2.00, 505, VERSION",
        "SIP/2.0 099 Low, 400, START_LINE",
        "SIP/2.0 700 High, 400, START_LINE",
        "SIP/2.0 4294967301 Long, 400, START_LINE",
        "SIP/2.0 20 Short, 400, START_LINE",
    })
    void aBadStartLineIsRefusedWithTheStatusThatTheRfcNames(String line, int status, Reason reason) {
        MessageFault fault = faultOf(line + "\r\nTo: sip:b@b.example\r\n\r\n");
        assertThat(fault.status()).isEqualTo(status);
        assertThat(fault.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIP/2.0 200 OK", "SIP/2.0 200 ", "SIP/2.0 200", "SIP/2.0 200 \u00d0\u009f"})
    void aReasonPhraseMayBeAnythingOrNothing(String line) throws MessageFault {
        assertThat(message(line, "To: sip:b@b.example").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No colon here",
                ": no name",
                "Bad name: x",
                "Bare-Lf: a\nb",
                "Bare-Cr: a\rb",
                "(: x",
            })
    void aFieldThatTwoReadersCouldReadInTwoWaysIsRefused(String line) {
        assertThat(faultOf("OPTIONS sip:b SIP/2.0\r\n" + line + "\r\n\r\n").reason())
                .isEqualTo(Reason.HEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\r\n", "\r\n\r\n", " ", "OPTIONS", "OPTIONS sip:b SIP/2.0\r\n", "\0", "\u0080\r\n\r\n"})
    void whatNeverEndsItsHeaderIsRefused(String text) {
        assertThat(faultOf(text)).isNotNull();
    }

    @Test
    void moreFieldsThanAnybodySendsAreRefusedButAFullMessageStillTakesOurVia() throws MessageFault {
        String[] many = new String[WireParser.FIELDS_MAX - 6];
        Arrays.fill(many, "X: y");
        ProxyEdits edits = new ProxyEdits(invite(many));
        edits.pushVia("SIP/2.0/UDP p.example;branch=z9hG4bK2");
        assertThat(edits.render().count("via")).isEqualTo(2);
        assertThat(faultOf(text(edits.render().bytes())).getMessage()).isEqualTo("Too Many Header Fields");
    }
}
