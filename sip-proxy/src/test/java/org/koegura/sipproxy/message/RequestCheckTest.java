package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.koegura.sipproxy.message.MessageSamples.bytes;
import static org.koegura.sipproxy.message.MessageSamples.head;
import static org.koegura.sipproxy.message.MessageSamples.invite;
import static org.koegura.sipproxy.message.MessageSamples.text;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestCheckTest {

    private static final String GOOD = String.join(
            "\r\n",
            "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1",
            "From: <sip:a@a.example>;tag=1",
            "To: <sip:b@b.example>",
            "Call-ID: 1@a.example",
            "CSeq: 1 BYE",
            "");

    private static WireMessage bye(String fields) throws MessageFault {
        return WireMessage.parse(bytes("BYE sip:b@b.example SIP/2.0\r\n" + fields + "\r\n"));
    }

    private static WireMessage ok(String fields) throws MessageFault {
        return WireMessage.parse(bytes("SIP/2.0 200 OK\r\n" + fields + "\r\n"));
    }

    @Test
    void aSoundRequestAndASoundResponsePass() throws MessageFault {
        RequestCheck.request(invite());
        RequestCheck.request(bye(GOOD + "Max-Forwards: 0\r\n"));
        RequestCheck.request(bye(GOOD + "Max-Forwards: 0255\r\n"));
        RequestCheck.response(ok(GOOD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Via", "From", "To", "Call-ID", "CSeq"})
    void whatEveryMessageNeedsMustBeThereOnceOnly(String name) throws MessageFault {
        String line =
                GOOD.lines().filter(one -> one.startsWith(name)).findFirst().orElseThrow() + "\r\n";
        for (WireMessage lacking : List.of(bye(GOOD.replace(line, "")), ok(GOOD.replace(line, "")))) {
            assertThat(faultOf(lacking)).as("without " + name).isNotNull();
        }
        if (!name.equals("Via")) {
            for (WireMessage doubled : List.of(bye(GOOD + line), ok(GOOD + line))) {
                assertThat(faultOf(doubled)).as("two of " + name).isNotNull();
            }
        }
    }

    private static MessageFault faultOf(WireMessage message) {
        return catchThrowableOfType(MessageFault.class, () -> {
            if (message.isRequest()) {
                RequestCheck.request(message);
            } else {
                RequestCheck.response(message);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CSeq: 1 BYE  | CSeq: 2147483648 BYE",
                "CSeq: 1 BYE  | CSeq: 36893488147419103232 BYE",
                "CSeq: 1 BYE  | CSeq: -1 BYE",
                "CSeq: 1 BYE  | CSeq: 1",
                "CSeq: 1 BYE  | CSeq: BYE",
                "CSeq: 1 BYE  | CSeq: 1 bye",
                "CSeq: 1 BYE  | CSeq: 1 INVITE",
                "CSeq: 1 BYE  | CSeq:",
                "Call-ID: 1@a.example | Call-ID:",
                "To: <sip:b@b.example> | To: \"open <sip:b@b.example>",
                "From: <sip:a@a.example> | From: nobody",
                "Via: SIP/2.0/UDP a.example | Via: SIP/2.0/UDP a.example,nonsense",
            })
    void whatCannotBeReadIsAnsweredWith400(String good, String bad) throws MessageFault {
        assertThat(faultOf(bye(GOOD.replace(good, bad))).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"256", "-1", "", "x", "70 70", "99999999999", "70\r\nMax-Forwards: 70"})
    void maxForwardsIsANumberUpTo255AndStandsOnce(String value) throws MessageFault {
        assertThat(faultOf(bye(GOOD + "Max-Forwards: " + value + "\r\n")).status())
                .isEqualTo(400);
        assertThatCode(() -> RequestCheck.response(ok(GOOD + "Max-Forwards: " + value + "\r\n")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INVITE sip:b@b.example SIP/7.0",
                "INVITE <sip:b@b.example> SIP/2.0",
                "INVITE  sip:b@b.example  SIP/2.0",
                "INVITE sip:b@b.example; lr SIP/2.0",
                "INVITE sip:b@b.example SIP/2.0  ",
                "INVITE SIP/2.0",
            })
    void aRequestWithABadFirstLineCanBeAnswered(String line) throws MessageFault {
        byte[] datagram = bytes(text(MessageSamples.inviteBytes()).replace("INVITE sip:bob@b.example SIP/2.0", line));
        assertThat(catchThrowableOfType(MessageFault.class, () -> WireMessage.parse(datagram)))
                .isNotNull();
        WireMessage salvaged = Objects.requireNonNull(RequestCheck.salvage(datagram));
        assertThat(salvaged.request().method()).isEqualTo("INVITE");
        assertThat(text(Replies.response(salvaged, 400, "Bad Request", "9", List.of())))
                .isEqualTo(text(head(
                        "SIP/2.0 400 Bad Request",
                        "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1",
                        "From: <sip:alice@a.example>;tag=1",
                        "To: <sip:bob@b.example>;tag=9",
                        "Call-ID: 1@a.example",
                        "CSeq: 1 INVITE",
                        "Content-Length: 0")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: -999", "l: 1", "No colon", "Bare: a\nb", "Bare: a\rb", "Content-Length: 70000"})
    void aRequestWithABadFieldOrLengthCanBeAnswered(String field) {
        byte[] datagram = MessageSamples.inviteBytes(field);
        assertThat(catchThrowableOfType(MessageFault.class, () -> WireMessage.parse(datagram)))
                .isNotNull();
        WireMessage salvaged = Objects.requireNonNull(RequestCheck.salvage(datagram));
        assertThat(salvaged.callId()).isEqualTo("1@a.example");
        assertThat(salvaged.count("via")).isEqualTo(1);
    }

    @Test
    void aRequestWhoseHeaderNeverEndsOrWhoseLinesEndInLineFeedsCanBeAnswered() throws MessageFault {
        String text =
                text(MessageSamples.inviteBytes("f: <sip:other@a.example>", "v: SIP/2.0/UDP c,\r\n SIP/2.0/UDP d"));
        for (String broken : List.of(text.substring(0, text.length() - 2), text.replace("\r\n", "\n"), "\r\n" + text)) {
            WireMessage salvaged = Objects.requireNonNull(RequestCheck.salvage(bytes(broken)));
            assertThat(salvaged.vias()).extracting(Via::host).containsExactly("a.example", "c", "d");
            assertThat(salvaged.from().uri()).as("the first of two").isEqualTo("sip:alice@a.example");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ACK sip:b@b.example SIP/7.0",
                "SIP/2.0 4294967301 better not",
                "SIP/7.0 200 OK",
                "GET / HTTP/1.1",
                "INVITE",
                "IN(ITE sip:b@b.example SIP/2.0",
            })
    void anAckAResponseAndWhatIsNoSipIsNeverAnswered(String line) {
        byte[] datagram = bytes(text(MessageSamples.inviteBytes()).replace("INVITE sip:bob@b.example SIP/2.0", line));
        assertThat(RequestCheck.salvage(datagram)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Via", "From", "To", "Call-ID", "CSeq"})
    void aBrokenRequestThatLacksWhatItsAnswerNeedsIsNotAnswered(String name) {
        String lacking = text(MessageSamples.inviteBytes("Content-Length: -1")).replace("\r\n" + name + ":", "\r\nX:");
        assertThat(RequestCheck.salvage(bytes(lacking))).isNull();
    }

    @Test
    void aBrokenRequestWithoutAReadableTopmostViaIsNotAnswered() {
        String nowhere =
                text(MessageSamples.inviteBytes("l: -1")).replace("Via: SIP/2.0/UDP a.example", "Via: nonsense");
        assertThat(RequestCheck.salvage(bytes(nowhere))).isNull();
    }
}
