package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.message.MessageSamples.bytes;
import static org.koegura.sipproxy.message.MessageSamples.invite;
import static org.koegura.sipproxy.message.MessageSamples.message;
import static org.koegura.sipproxy.message.MessageSamples.text;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxyEditsTest {

    private static String edited(WireMessage message, Consumer<ProxyEdits> edit) {
        ProxyEdits edits = new ProxyEdits(message);
        edit.accept(edits);
        return text(edits.render());
    }

    private static InetSocketAddress from(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static String received(String via, InetSocketAddress source) throws MessageFault {
        WireMessage marked = ProxyEdits.receivedFrom(message("OPTIONS sip:b SIP/2.0", "v:" + via), source, false);
        String text = text(marked);
        return text.substring(text.indexOf("v:") + 2, text.indexOf("\r\n\r\n"));
    }

    @Test
    void whatCameFromWhereItsViaSaysIsNotMarked() throws MessageFault {
        assertThat(received("SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1", from("192.0.2.1", 9)))
                .isEqualTo("SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SIP/2.0/UDP a.example;branch=x          | SIP/2.0/UDP a.example;branch=x;received=192.0.2.1",
                "SIP/2.0/UDP 192.0.2.1;rport             | SIP/2.0/UDP 192.0.2.1;rport=40000;received=192.0.2.1",
                "SIP/2.0/UDP 192.0.2.1;rport;branch=x    | SIP/2.0/UDP"
                        + " 192.0.2.1;rport=40000;branch=x;received=192.0.2.1",
                "SIP/2.0/UDP a;received=10.0.0.1;rport=1 | SIP/2.0/UDP a;received=192.0.2.1;rport=40000",
                "SIP/2.0/UDP a ; rport , SIP/2.0/UDP b   | SIP/2.0/UDP a ; rport=40000;received=192.0.2.1 ,"
                        + " SIP/2.0/UDP b",
            })
    void theTopmostViaSaysWhereARequestReallyCameFrom(String via, String marked) throws MessageFault {
        assertThat(received(via, from("192.0.2.1", 40_000))).isEqualTo(marked);
    }

    @Test
    void anAddressOfTheSixthVersionIsMarkedWithoutItsZoneAndBrackets() throws MessageFault {
        assertThat(received("SIP/2.0/UDP a", from("2001:db8::1", 1))).isEqualTo("SIP/2.0/UDP a;received=2001:db8::1");
        assertThat(ProxyEdits.bracketed(InetAddress.ofLiteral("::1"))).isEqualTo("[::1]");
    }

    @Test
    void ourViaAndAddressStandAboveAllOthers() throws MessageFault {
        String text = edited(invite("Record-Route: <sip:x.example;lr>"), edits -> {
            edits.pushVia("SIP/2.0/UDP p.example;branch=z9hG4bK2");
            edits.pushAddress("Record-Route", "sip:p.example;lr");
            edits.pushAddress("Path", "sip:p.example;lr");
        });
        assertThat(text)
                .contains("Via: SIP/2.0/UDP p.example;branch=z9hG4bK2\r\n")
                .contains("Record-Route: <sip:p.example;lr>\r\nRecord-Route: <sip:x.example;lr>\r\n")
                .contains("Path: <sip:p.example;lr>\r\n");
        assertThat(text.indexOf("p.example;branch")).isLessThan(text.indexOf("a.example;branch"));
    }

    @ParameterizedTest
    @CsvSource({"70,69", "0068,67", "1,0", "255,254"})
    void maxForwardsGoesDownByOne(String before, String after) throws MessageFault {
        assertThat(edited(invite("Max-Forwards:\t" + before + " "), ProxyEdits::decrementMaxForwards))
                .contains("\r\nMax-Forwards:\t" + after + " \r\n");
    }

    @Test
    void aMissingMaxForwardsIsAdded() throws MessageFault {
        assertThat(edited(invite(), ProxyEdits::decrementMaxForwards))
                .startsWith("INVITE sip:bob@b.example SIP/2.0\r\nMax-Forwards: 70\r\nVia:");
    }

    @Test
    void theTopmostValueGoesAndItsNeighboursStay() throws MessageFault {
        assertThat(edited(invite("Route: <sip:1;lr> , <sip:2;lr>"), ProxyEdits::removeTopRoute))
                .contains("\r\nRoute: <sip:2;lr>\r\n");
        assertThat(edited(invite("Route:\r\n <sip:1;lr>", "Route: <sip:2;lr>"), ProxyEdits::removeTopRoute))
                .contains("INVITE\r\nRoute: <sip:2;lr>\r\n")
                .doesNotContain("<sip:1;lr>");
        assertThat(edited(invite(), ProxyEdits::removeTopRoute)).isEqualTo(text(invite()));
        assertThat(edited(message("SIP/2.0 200 OK", "v: SIP/2.0/UDP a,SIP/2.0/UDP b"), ProxyEdits::removeTopVia))
                .isEqualTo("SIP/2.0 200 OK\r\nv: SIP/2.0/UDP b\r\n\r\n");
    }

    @Test
    void aStrictRouterBecomesTheRequestUriAndTheOldOneTheLastRoute() throws MessageFault {
        assertThat(edited(invite("Route: <sip:1> , <sip:2;lr>"), edits -> edits.giveRequestUriTo("sip:1")))
                .startsWith("INVITE sip:1 SIP/2.0\r\n")
                .contains("\r\nRoute: <sip:2;lr>, <sip:bob@b.example>\r\n");
        assertThat(edited(invite("Route: <sip:1>", "Route: <sip:2>"), edits -> edits.giveRequestUriTo("sip:1")))
                .startsWith("INVITE sip:1 SIP/2.0\r\n")
                .contains("\r\nRoute: <sip:2>, <sip:bob@b.example>\r\n")
                .doesNotContain("<sip:1>");
        assertThat(edited(invite("Route: <sip:1>"), edits -> edits.giveRequestUriTo("sip:1")))
                .startsWith("INVITE sip:1 SIP/2.0\r\n")
                .contains("\r\nRoute: <sip:bob@b.example>\r\n");
    }

    @Test
    void theRequestUriThatAStrictRouterMovedComesBack() throws MessageFault {
        assertThat(edited(
                        invite("Route: <sip:1> , <sip:bob@real.example>"),
                        edits -> edits.takeBackRequestUri("sip:bob@real.example")))
                .startsWith("INVITE sip:bob@real.example SIP/2.0\r\n")
                .contains("\r\nRoute: <sip:1>\r\n");
        assertThat(edited(invite("Route: <sip:bob@r>"), edits -> edits.takeBackRequestUri("sip:bob@r")))
                .startsWith("INVITE sip:bob@r SIP/2.0\r\n")
                .doesNotContain("Route");
    }

    @Test
    void anotherBodyBringsItsOwnLength() throws MessageFault {
        byte[] body = bytes("\0\u00ff\r\n");
        assertThat(edited(invite(), edits -> edits.replaceBody(body)))
                .endsWith("\r\nContent-Length: 4\r\n\r\n\0\u00ff\r\n");
        assertThat(edited(message("OPTIONS sip:b SIP/2.0", "To: sip:b"), edits -> edits.replaceBody(body)))
                .isEqualTo("OPTIONS sip:b SIP/2.0\r\nTo: sip:b\r\nContent-Length: 4\r\n\r\n\0\u00ff\r\n");
    }

    @Test
    void aLengthThatWasSaidTwiceIsCorrectedTwice() throws MessageFault {
        assertThat(edited(invite("l :  0 "), edits -> edits.replaceBody(bytes("xyz"))))
                .contains("\r\nl :  3 \r\nContent-Length: 3\r\n\r\nxyz");
    }
}
