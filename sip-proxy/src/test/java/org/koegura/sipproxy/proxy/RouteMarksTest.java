package org.koegura.sipproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Mark;

/// What our URIs say in Record-Route and Path, and who can make that up.
class RouteMarksTest {

    private final RouteMarks marks = new RouteMarks(secret(1));
    private final RouteMarks restarted = new RouteMarks(secret(1));
    private final RouteMarks forger = new RouteMarks(secret(2));

    private static Secret secret(int kind) {
        byte[] bytes = new byte[Secret.BYTES];
        Arrays.fill(bytes, (byte) kind);
        return new Secret(bytes);
    }

    private static WireMessage request(String uri, String callId, String toTag, String... fields) throws MessageFault {
        String text = "INVITE " + uri + " SIP/2.0\r\nCall-ID: " + callId + "\r\nTo: <sip:201@example.com>" + toTag
                + "\r\n" + String.join("\r\n", fields) + "\r\nContent-Length: 0\r\n\r\n";
        return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String route(String parameter) {
        return "Route: <sip:192.0.2.10:5060;lr;" + parameter + ">";
    }

    @Test
    void aDialogIsKnownAgainAfterARestartAndOnlyItself() throws Exception {
        String passage = marks.passage("c@example.com", new Random(1));
        Mark mark = new Mark(null, passage, false);
        assertThat(restarted.isInDialog(mark, request("sip:x@192.0.2.1", "c@example.com", ";tag=b")))
                .isTrue();
        assertThat(restarted.isInDialog(mark, request("sip:x@192.0.2.1", "other@example.com", ";tag=b")))
                .as("another call")
                .isFalse();
        assertThat(restarted.isInDialog(mark, request("sip:x@192.0.2.1", "c@example.com", "")))
                .as("a new dialog")
                .isFalse();
        assertThat(forger.isInDialog(mark, request("sip:x@192.0.2.1", "c@example.com", ";tag=b")))
                .as("a mark of another secret")
                .isFalse();
    }

    @Test
    void aDialogThatIsNoCallHasAMarkToo() throws Exception {
        String passage = marks.dialog("subscription@example.com");
        assertThat(marks.dialog("subscription@example.com")).isEqualTo(passage);
        WireMessage notify =
                request("sip:x@192.0.2.1", "subscription@example.com", ";tag=b", route("passage=" + passage));
        assertThat(restarted.vouchFor(notify)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "sip:201@192.0.2.101:5062;ob, true",
        "sip:other@192.0.2.101:5062, true",
        "sip:201@192.0.2.101, false",
        "sip:201@192.0.2.102:5062, false",
        "tel:201, false"
    })
    void aPathLeadsToTheContactThatItWasMadeForAndNowhereElse(String uri, boolean there) throws Exception {
        String telephone =
                marks.telephone(request("sip:x", "r@example.com", "", "Contact: <sip:201@192.0.2.101:5062>"));
        Mark mark = new Mark(telephone, null, false);
        WireMessage invite = request(uri, "c@example.com", "", route("telephone=" + telephone));
        assertThat(restarted.isForTelephone(mark, invite)).isEqualTo(there);
        assertThat(restarted.vouchFor(invite)).isEqualTo(there);
        assertThat(forger.vouchFor(invite)).isFalse();
    }

    @Test
    void eachContactOfARegisterHasItsOwnProof() throws Exception {
        String telephone = marks.telephone(request(
                "sip:x",
                "r@example.com",
                "",
                "Contact: <sip:a@192.0.2.101>, <sip:a@[2001:db8::1]:5070;transport=tcp>"));
        Mark mark = new Mark(telephone, null, false);
        for (String uri : new String[] {"sip:a@192.0.2.101:5060", "sip:a@[2001:DB8::1]:5070"}) {
            assertThat(marks.isForTelephone(mark, request(uri, "c@example.com", "")))
                    .as(uri)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"telephone", "telephone=", "telephone=.", "passage=", "passage=0123456789abcdef0123456789abcdef"})
    void whatAnybodyCanWriteSaysNothing(String parameter) throws Exception {
        assertThat(marks.vouchFor(request("sip:201@192.0.2.101", "c@example.com", ";tag=b", route(parameter))))
                .isFalse();
    }

    @Test
    void aRegisterWithoutAContactMakesNoMarkForAnybody() throws Exception {
        for (String contact : new String[] {"Contact: *", "Subject: none", "Contact: <sip:unclosed"}) {
            String telephone = marks.telephone(request("sip:x", "r@example.com", "", contact));
            assertThat(marks.isForTelephone(
                            new Mark(telephone, null, false), request("sip:x@192.0.2.101", "c@example.com", "")))
                    .as(contact)
                    .isFalse();
        }
    }
}
