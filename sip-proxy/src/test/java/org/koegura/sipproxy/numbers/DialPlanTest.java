package org.koegura.sipproxy.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.sipproxy.numbers.DialledNumber.Showing;

/// Every writing of a number in Japan means one number in international form (J4), and what is none stays as it is.
class DialPlanTest {

    private static final DialPlan PLAN = new DialPlan("0");

    @ParameterizedTest
    @CsvSource({
        "0990100123, +81990100123",
        "0-990-100-123, +81990100123",
        "tel:0990100123;phone-context=+81, +81990100123",
        "TEL:+81-990-100-123, +81990100123",
        "tel:+810990100123, +81990100123",
        "tel:+81(0)990100123, +81990100123",
        "sip:0990100123@pbx.example;user=phone, +81990100123",
        "sip:+81990100123@pbx.example;user=phone, +81990100123",
        "sip:%2B81990100123@pbx.example, +81990100123",
        "sips:0990100123;phone-context=+81@pbx.example;user=phone, +81990100123",
        "sip:0990100123;phone-context=pbx.example@pbx.example, +81990100123",
        "sip:0990100123:secret@pbx.example:5070;transport=tcp, +81990100123",
        "00990100123, +81990100123",
        "1840990100123, +81990100123",
        "1860990100123, +81990100123",
        "01840990100123, +81990100123",
        "18400990100123, +81990100123",
        "05000000123, +815000000123",
        "09000000123, +819000000123",
        "08000000123, +818000000123",
        "07000000123, +817000000123",
        "02000000123, +812000000123",
        "0120000123, +81120000123",
        "08000000123, +818000000123",
        "010 1 202 555 0123, +12025550123",
        "01081990100123, +81990100123",
        "0010 1 202 555 0123, +12025550123",
        "tel:2025550123;phone-context=+1, +12025550123",
        "tel:100123;phone-context=+81-990, +81990100123",
        "tel:+44 1632 960123;phone-context=+81, +441632960123"
    })
    void oneNumberHasManyWritings(String written, String e164) {
        assertThat(PLAN.read(written).e164()).isEqualTo(e164);
    }

    @ParameterizedTest
    @CsvSource({
        "201",
        "110",
        "0990123",
        "09901234567",
        "0000000000",
        "sip:anonymous@anonymous.invalid",
        "sip:pbx.example",
        "tel:",
        "tel:0990100123;phone-context=+1",
        "tel:+0990100123",
        "urn:service:sos",
        "mailto:0990100123",
        "０９９０１００１２３",
        "sip:0990100123x@pbx.example",
        "184",
        "*61",
        "%ZZ",
    })
    void whatIsNoNumberStaysAsItIs(String written) {
        assertThat(PLAN.read(written).e164()).isNull();
    }

    @Test
    void aPrefixThatTheSiteDoesNotHaveIsPartOfTheNumber() {
        assertThat(DialPlan.NONE.read("00990100123").e164()).isNull();
        assertThat(new DialPlan("9").read("90990100123").e164()).isEqualTo("+81990100123");
        assertThat(new DialPlan("9").read("0990100123").e164()).isEqualTo("+81990100123");
        assertThatThrownBy(() -> new DialPlan("12345")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DialPlan("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWasWrittenIsKeptAndWhat184AsksForToo() {
        DialledNumber withheld = PLAN.read("sip:0-184-0990-100-123@pbx.example");
        assertThat(withheld)
                .isEqualTo(new DialledNumber("01840990100123", "0990100123", "+81990100123", Showing.WITHHELD));
        assertThat(PLAN.read("1860990100123").showing()).isEqualTo(Showing.SHOWN);
        assertThat(PLAN.read("0990100123").showing()).isEqualTo(Showing.USUAL);
        assertThat(PLAN.read("201")).isEqualTo(new DialledNumber("201", "201", null, Showing.USUAL));
    }

    @Property
    void everyTextIsReadAndWhatItGivesMeansItself(@ForAll("texts") String text, @ForAll("prefixes") String prefix) {
        DialPlan plan = new DialPlan(prefix);
        @Nullable String e164 = plan.read(text).e164();
        if (e164 != null) {
            assertThat(e164).matches("\\+[1-9][0-9]{6,14}");
            assertThat(plan.read(e164).e164()).isEqualTo(e164);
            assertThat(plan.read("tel:" + e164).e164()).isEqualTo(e164);
            assertThat(plan.read("sip:" + e164 + "@pbx.example;user=phone").e164())
                    .isEqualTo(e164);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> digits =
                Arbitraries.strings().withChars("0123456789+-().").ofMaxLength(24);
        Arbitrary<String> before = Arbitraries.of("", "tel:", "sip:", "0", "184", "0186", "010", "+81", "sip:%2B");
        Arbitrary<String> after = Arbitraries.of(
                "", "@pbx.example", ";phone-context=+81", ";phone-context=+1", ";phone-context=x@y", "%");
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(40),
                Combinators.combine(before, digits, after).as((a, b, c) -> a + b + c));
    }

    @Provide
    Arbitrary<String> prefixes() {
        return Arbitraries.of("", "0", "9", "00", "184", "0990");
    }
}
