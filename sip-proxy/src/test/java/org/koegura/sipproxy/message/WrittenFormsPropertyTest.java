package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Elements.Element;

/// URIs and Via values are read by hand as these regular expressions, slower and easier to check, say.
class WrittenFormsPropertyTest {

    private static final Pattern URI = Pattern.compile("(sips?):(?:([^@<>\\s\"]*)@)?"
            + "(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?((?:;[^?<>\\s\"]*)?)(?:\\?[^<>\\s\"]*)?");

    private static final Pattern VIA = Pattern.compile(
            "SIP\\s*/\\s*[^\\s/;]+\\s*/\\s*([^\\s/;]+)\\s+(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(?:\\s*:\\s*(\\d{1,5}))?",
            Pattern.CASE_INSENSITIVE);

    @Property(tries = 20_000)
    void aUriIsReadAsTheExpressionSays(@ForAll("uris") String text) {
        int colon = text.indexOf(':');
        Matcher said = URI.matcher(
                colon < 0 ? text : text.substring(0, colon).toLowerCase(Locale.ROOT) + text.substring(colon));
        SipUri read = SipUri.parse(text);
        if (!said.matches() || port(said.group(4)) > 65535) {
            assertThat(read).isNull();
            return;
        }
        String user = said.group(2) == null ? "" : said.group(2).replaceFirst("(?s):.*", "");
        assertThat(read)
                .isEqualTo(new SipUri(
                        said.group(1),
                        user,
                        said.group(3).toLowerCase(Locale.ROOT),
                        port(said.group(4)),
                        said.group(5)));
    }

    @Property(tries = 20_000)
    void aViaIsReadAsTheExpressionSays(@ForAll("vias") String text) throws MessageFault {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int semicolon = text.indexOf(';');
        Matcher said = VIA.matcher(Octets.unfolded(bytes, 0, semicolon < 0 ? bytes.length : semicolon));
        Element element = new Element(
                new HeaderField("Via", 0, 0, bytes.length, bytes.length), 0, bytes.length, bytes.length, true);
        if (!said.matches() || port(said.group(3)) > 65535) {
            assertThatThrownBy(() -> Via.parse(bytes, element)).isInstanceOf(MessageFault.class);
            return;
        }
        Via read = Via.parse(bytes, element);
        assertThat(read.transport()).isEqualTo(said.group(1));
        assertThat(read.host()).isEqualTo(said.group(2));
        assertThat(read.port()).isEqualTo(port(said.group(3)));
    }

    private static int port(@Nullable String digits) {
        return digits == null ? -1 : Integer.parseInt(digits);
    }

    @Provide
    Arbitrary<String> uris() {
        return joined(
                "sip:",
                "SIPS:",
                "sip",
                ":",
                "@",
                "201",
                "a:b",
                "host.example",
                "[2001:db8::1]",
                "[",
                "]",
                ":5060",
                ":",
                ":70000",
                ":123456",
                ";lr",
                ";transport=udp",
                ";x=a@b",
                "?h=v",
                "<",
                " ",
                "\"",
                "%20",
                "tel:",
                "é");
    }

    @Provide
    Arbitrary<String> vias() {
        return joined(
                "SIP/2.0/UDP ",
                "sip / 2.0 / TLS ",
                "SIP",
                "/",
                "2.0",
                "TCP",
                " ",
                "\t",
                "host.example",
                "192.0.2.1",
                "[2001:db8::1]",
                "[",
                ":5060",
                " : 5060",
                ":",
                ":70000",
                ";branch=z9hG4bK1",
                ";rport",
                ",",
                "é");
    }

    private static Arbitrary<String> joined(String... parts) {
        return Arbitraries.of(List.of(parts))
                .list()
                .ofMaxSize(7)
                .map(list -> list.stream().collect(Collectors.joining()));
    }
}
