package org.koegura.rtpcapture.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeMatcherTest {

    private static final Set<String> CODES = Set.of("*511", "*512", "*513", "*572");

    /// What becomes of keys: `(…)` for a code, what is released as it is, `<…` for what is held at
    /// last.
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "123, 123",
        "*, <*",
        "*5, <*5",
        "*511, (*511)",
        "*9, *9",
        "*51, <*51",
        "*519, *519",
        "*514, *514",
        "**511, *(*511)",
        "*5*511, *5(*511)",
        "*51*9, *51*9",
        "*511*512, (*511)(*512)",
        "9*511, 9(*511)",
        "*5#, *5#",
        "***, **<*",
        "*5111, (*511)1",
        "*572, (*572)",
    })
    void keysAreHeldAsLongAsTheyMayBecomeACodeAndNoLonger(String keys, String becomes) {
        assertThat(told(new CodeMatcher(CODES), keys)).isEqualTo(becomes);
    }

    @Test
    void withoutCodesNothingIsHeld() {
        assertThat(told(new CodeMatcher(Set.of()), "*511")).isEqualTo("*511");
    }

    @Test
    void whatIsForgottenBelongsToNothing() {
        CodeMatcher matcher = new CodeMatcher(CODES);
        assertThat(told(matcher, "*51")).isEqualTo("<*51");
        matcher.forget();
        assertThat(told(matcher, "1")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*5A", "*51 ", "12345678901234567"})
    void otherSignsAreNoCode(String code) {
        assertThatThrownBy(() -> new CodeMatcher(Set.of(code))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noCodeIsTheBeginningOfAnother() {
        assertThatThrownBy(() -> new CodeMatcher(Set.of("*51", "*511"))).isInstanceOf(IllegalArgumentException.class);
    }

    private static String told(CodeMatcher matcher, String keys) {
        StringBuilder told = new StringBuilder();
        StringBuilder held = new StringBuilder();
        for (int i = 0; i < keys.length(); i++) {
            char key = keys.charAt(i);
            held.append(key);
            CodeMatcher.Decided decided = matcher.press(key);
            told.append(held, 0, decided.released());
            held.delete(0, decided.released());
            if (decided.code() != null) {
                assertThat(held).hasToString(decided.code());
                told.append('(').append(held).append(')');
                held.setLength(0);
            }
        }
        assertThat(matcher.held()).isEqualTo(held.length());
        return held.isEmpty() ? told.toString() : told + "<" + held;
    }
}
