package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.message.MessageSamples.bytes;
import static org.koegura.sipproxy.message.MessageSamples.text;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Trap 14: what no edit touches goes out as it came in, however oddly it was written.
final class TransparencyPropertyTest {

    private static final String VIA = "SIP/2.0/UDP a.example;branch=z9hG4bK1";

    /// Fields as JAIN-SIP would not print them: compact, folded, respaced, empty, of values it drops.
    @Provide
    Arbitrary<List<String>> fields() {
        Arbitrary<String> name = Arbitraries.of(
                "Allow-Events", "o", "s", "SUBJECT", "k", "Expires", "Authorization", "m", "x-Unknown'~", "Supported");
        Arbitrary<String> beforeColon = Arbitraries.of("", " ", "\t ");
        Arbitrary<String> value = Arbitraries.of(
                "",
                " ",
                "4294967295",
                "Bearer abc==",
                "\"q,\\\"uoted, <x>\" <sip:a,b@c.example>;p=\"1;2\" , sip:d@e.example",
                "one,two ,\tthree,, ",
                "folded\r\n  once\r\n\ttwice ",
                "\r\n at once",
                ";;,,;,;",
                "\u00e3\u0081\u0093\u0000\u007f");
        return Combinators.combine(name, beforeColon, value)
                .as((n, before, v) -> n + before + ":" + v)
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(64);
    }

    private static byte[] request(List<String> fields, byte[] body) {
        StringBuilder text =
                new StringBuilder("INVITE sip:bob@b.example;x=%41 SIP/2.0\r\nTO :\r\n <sip:bob@b.example>\r\n");
        for (int i = 0; i < fields.size(); i++) {
            text.append(fields.get(i)).append("\r\n");
            if (i == fields.size() / 2) {
                text.append("v : ").append(VIA).append(" ,SIP/2.0/TCP  c.example\r\n");
            }
        }
        text.append("Content-Length : ").append(body.length).append("\r\n\r\n");
        return bytes(text + text(body));
    }

    @Property
    void aMessageWithoutEditsIsItself(@ForAll("fields") List<String> fields, @ForAll("bodies") byte[] body)
            throws MessageFault {
        byte[] datagram = request(fields, body);
        WireMessage message = WireMessage.parse(datagram);
        assertThat(message.bytes()).isEqualTo(datagram);
        assertThat(new WireEdit(message).render().bytes()).isEqualTo(datagram);
        assertThat(message.body()).isEqualTo(body);
    }

    @Property
    void whatAProxyAddsCanBeTakenOutAgainAndLeavesTheBytesThatCame(
            @ForAll("fields") List<String> fields, @ForAll("bodies") byte[] body) throws MessageFault {
        byte[] datagram = request(fields, body);
        ProxyEdits edits = new ProxyEdits(WireMessage.parse(datagram));
        edits.pushVia("SIP/2.0/UDP p.example;branch=z9hG4bK2");
        edits.pushAddress("Record-Route", "sip:p.example;lr");
        edits.decrementMaxForwards();
        String onward = text(edits.render());
        for (String added : List.of(
                "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2\r\n",
                "Record-Route: <sip:p.example;lr>\r\n",
                "Max-Forwards: 70\r\n")) {
            assertThat(onward).containsOnlyOnce(added);
            onward = onward.replace(added, "");
        }
        assertThat(bytes(onward)).isEqualTo(datagram);
    }

    @Property
    void anotherBodyChangesTheLengthAndTheBodyOnly(
            @ForAll("fields") List<String> fields, @ForAll("bodies") byte[] body, @ForAll("bodies") byte[] other)
            throws MessageFault {
        ProxyEdits edits = new ProxyEdits(WireMessage.parse(request(fields, body)));
        edits.replaceBody(other);
        assertThat(edits.render().bytes()).isEqualTo(request(fields, other));
    }

    @Property
    void theMarkOfWhereARequestCameFromChangesTheTopmostViaOnly(
            @ForAll("fields") List<String> fields, @ForAll("bodies") byte[] body) throws MessageFault {
        if (fields.isEmpty()) {
            return;
        }
        byte[] datagram = request(fields, body);
        String marked = text(ProxyEdits.receivedFrom(WireMessage.parse(datagram), MessageSamples.source(), false));
        assertThat(bytes(marked.replace(VIA + ";received=192.0.2.1", VIA))).isEqualTo(datagram);
        assertThat(marked).contains(VIA + ";received=192.0.2.1 ,SIP/2.0/TCP  c.example");
    }

    @Property(tries = 5_000)
    void noOctetsRaiseAnythingButAFault(@ForAll("mangled") byte[] datagram) {
        RequestCheck.salvage(datagram);
        try {
            WireMessage message = WireMessage.parse(datagram);
            assertThat(text(datagram).strip()).startsWith(text(message).strip());
            if (message.isRequest()) {
                RequestCheck.request(message);
                MessageSamples.onward(message);
            } else {
                RequestCheck.response(message);
            }
        } catch (MessageFault refused) {
            assertThat(refused.status()).isIn(400, 505);
        }
    }

    /// Sound requests with a few octets changed, cut or put in.
    @Provide
    Arbitrary<byte[]> mangled() {
        Arbitrary<byte[]> octets = Arbitraries.of(
                        '\r', '\n', ' ', '"', '<', '>', ';', ',', ':', '=', '\\', '\0', '[', ']', '@', '9', '\u00ff')
                .map(octet -> new byte[] {(byte) octet.charValue()});
        Arbitrary<Mangling> mangling = Combinators.combine(
                        Arbitraries.integers().between(0, 230),
                        Arbitraries.integers().between(0, 3),
                        octets)
                .as(Mangling::new);
        return mangling.list().ofMinSize(1).ofMaxSize(4).map(all -> {
            String text = text(MessageSamples.inviteBytes("Max-Forwards: 70"));
            for (Mangling one : all) {
                text = one.of(text);
            }
            return bytes(text);
        });
    }

    // An array and not a copy of it: made for one test and never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Mangling(int at, int cut, byte[] with) {

        String of(String text) {
            int from = Math.min(at, text.length());
            return text.substring(0, from) + text(with) + text.substring(Math.min(from + cut, text.length()));
        }
    }
}
