package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionsTest {

    private final Extensions extensions = new Extensions(List.of("2xx", "0990100*", "+81990100xxx"));

    @ParameterizedTest
    @CsvSource({
        "201, true",
        "20, false",
        "2011, false",
        "2x1, false",
        "0990100, true",
        "0990-100-(77), true",
        "099010, false",
        "+81990100123, true",
        "81990100123, false",
        "unknown, false",
        "'', false"
    })
    void anIdentityIsInsideExactlyWhereItMatchesAPattern(String number, boolean inside) {
        assertThat(extensions.match(number)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "2*1", "2 1", "[0-9]", "2xx,3xx", ".*", "012345678901234567890123456789012"})
    void whatIsNoPatternIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Extensions(List.of(text)));
    }

    @Test
    void withoutPatternsNobodyIsAskedFor() {
        assertThat(Extensions.ANY.isSet()).isFalse();
        assertThat(extensions.isSet()).isTrue();
    }
}
