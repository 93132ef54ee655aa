package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.sipproxy.message.MessageSamples.message;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesTest {

    private static NameAddress from(String value) throws MessageFault {
        return message("OPTIONS sip:b@b.example SIP/2.0", "From: " + value).from();
    }

    @Test
    void parametersOfABareAddressAreTheHeadersAndThoseInBracketsAreTheUris() throws MessageFault {
        assertThat(from("sip:a@a.example;tag=1").tag()).isEqualTo("1");
        NameAddress bracketed = from("<sip:a@a.example;tag=2>;TAG = 1");
        assertThat(bracketed.uri()).isEqualTo("sip:a@a.example;tag=2");
        assertThat(bracketed.tag()).isEqualTo("1");
        assertThat(from("<sip:a@a.example>").tag()).isEmpty();
    }

    @Test
    void aDisplayNameMayHoldAnythingInItsQuotes() throws MessageFault {
        assertThat(from("\"<sip:x@x>;tag=9, \\\"\" <sip:a@a.example>;tag=1").uri())
                .isEqualTo("sip:a@a.example");
        assertThat(from("caller<sip:a@a.example>;tag=1").uri()).isEqualTo("sip:a@a.example");
        assertThat(from("Bell, Alexander <sip:a@a.example>;tag=1").tag()).isEqualTo("1");
    }

    @Test
    void aQuotedParameterKeepsItsSemicolons() throws MessageFault {
        Parameters parameters =
                from("<sip:a@a.example>;x=\"1;tag=2\";tag=3;;lone").parameters();
        assertThat(parameters.value("x")).isEqualTo("\"1;tag=2\"");
        assertThat(parameters.value("tag")).isEqualTo("3");
        assertThat(parameters.find("lone")).isNotNull();
        assertThat(parameters.value("lone")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"open <sip:a@a.example>", "<sip:a@a.example", "<sip:a@a.example> x", "nothing", ":x"})
    void whatIsNoAddressIsRefused(String value) {
        assertThatExceptionOfType(MessageFault.class).isThrownBy(() -> from(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sip:alice@a.example               | sip:alice@a.example",
                "SIP:alice@A.Example:5070;x=y?h=v  | sip:alice@a.example",
                "sips:alice:secret@a.example       | sip:alice@a.example",
                "sip:a.example                     | sip:a.example",
                "sip:+8150;phone-context=x@[2001:DB8::1] | sip:+8150;phone-context=x@[2001:db8::1]",
                "sip:sips%3Auser%40example.com@b.example | sip:sips%3Auser%40example.com@b.example",
                "tel:+81-50-0000-0000;ext=1        | tel:+815000000000",
                "soap.beep://192.0.2.103:3002      | soap.beep://192.0.2.103:3002",
            })
    void theAddressOfRecordIsSchemeUserAndHost(String uri, String record) {
        assertThat(SipUri.addressOfRecord(uri)).isEqualTo(record);
    }

    @Test
    void aUriIsReadInItsParts() {
        SipUri uri = Objects.requireNonNull(SipUri.parse("sip:bob@b.example:5070;LR;transport=UDP"));
        assertThat(uri).isEqualTo(new SipUri("sip", "bob", "b.example", 5070, ";LR;transport=UDP"));
        assertThat(uri.isLoose()).isTrue();
        assertThat(uri.parameter("Transport")).isEqualTo("UDP");
        assertThat(uri.parameter("maddr")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:",
                "sip:a b@c",
                "sip:a@b@c",
                "sip:a@b:99999",
                "sip:1;x=a@b:70000",
                "sip:a@b:x",
                "tel:+81",
                "x",
                "sip:a@[b"
            })
    void whatIsNoSipUriIsNull(String uri) {
        assertThat(SipUri.parse(uri)).isNull();
    }
}
