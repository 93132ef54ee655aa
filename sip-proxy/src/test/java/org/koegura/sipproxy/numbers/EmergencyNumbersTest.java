package org.koegura.sipproxy.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A call for help is known in whatever way it is dialled (N11), and nothing else is taken for one.
class EmergencyNumbersTest {

    private static final EmergencyNumbers NUMBERS = new EmergencyNumbers(new DialPlan("0"), EmergencyNumbers.JAPAN);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:119@pbx.example",
                "sips:110@192.0.2.1:5061;transport=tls",
                "sip:118@pbx.example;user=phone",
                "sip:0119@pbx.example",
                "sip:184110@pbx.example",
                "sip:186119@pbx.example",
                "sip:0184110@pbx.example",
                "sip:1840110@pbx.example",
                "tel:119",
                "tel:119;phone-context=+81",
                "tel:1-1-9;phone-context=pbx.example",
                "sip:119;phone-context=+81@pbx.example;user=phone",
                "tel:+81119",
                "urn:service:sos",
                "urn:service:sos.fire",
                "URN:service:SOS.police",
            })
    void aCallForHelpIsKnown(String uri) {
        assertThat(NUMBERS.isOne(uri)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:1190@pbx.example",
                "sip:0990119@pbx.example",
                "sip:0118000123@pbx.example",
                "sip:201@119.example",
                "sip:119.example",
                "sip:911@pbx.example",
                "tel:+1119",
                "urn:service:counseling",
                "urn:service:sosx",
                "mailto:119@pbx.example",
                "sip:184@pbx.example",
            })
    void anythingElseIsNot(String uri) {
        assertThat(NUMBERS.isOne(uri)).isFalse();
    }

    @Test
    void theNumbersAreASetting() {
        EmergencyNumbers others = new EmergencyNumbers(DialPlan.NONE, Set.of("112"));
        assertThat(others.isOne("tel:112")).isTrue();
        assertThat(others.isOne("tel:119")).isFalse();
        assertThat(others.isOne("sip:0112@pbx.example"))
                .as("no outside-line prefix")
                .isFalse();
        assertThat(others.isOne("urn:service:sos")).isTrue();
        assertThatThrownBy(() -> new EmergencyNumbers(DialPlan.NONE, Set.of("1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void everyTextIsOneOrIsNot(@ForAll String text) {
        assertThat(NUMBERS.isOne(text)).isIn(true, false);
    }
}
