package org.koegura.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dates in 令和 and ISO, and the choice of a language (U5).
class MomentTest {

    private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");

    @Test
    void anInstantIsShownInBothCalendarsOfTheCity() {
        Moment moment = Moment.of(Instant.parse("2026-11-24T15:04:05.678Z"), JAPAN);

        assertThat(moment.text(Language.JA)).isEqualTo("令和8年11月25日 00:04:05（2026-11-25 00:04:05）");
        assertThat(moment.text(Language.EN)).isEqualTo("2026-11-25 00:04:05 (令和8年11月25日 00:04:05)");
        assertThat(moment.machine()).isEqualTo("2026-11-25T00:04:05+09:00");
        assertThat(moment.clock()).isEqualTo("00:04:05");
    }

    @ParameterizedTest
    @CsvSource({
        "2019-04-30T14:59:59Z,平成31年4月30日 23:59:59",
        "2019-04-30T15:00:00Z,令和元年5月1日 00:00:00",
        "2019-12-31T14:59:59Z,令和元年12月31日 23:59:59",
        "2019-12-31T15:00:00Z,令和2年1月1日 00:00:00",
    })
    void theFirstYearOfAnEraIsNamedSo(Instant instant, String era) {
        assertThat(Moment.of(instant, JAPAN).era()).isEqualTo(era);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|JA",
                "en|EN",
                "en-GB,en;q=0.9|EN",
                "ja,en;q=0.8|JA",
                "en;q=0.3,ja;q=0.8|JA",
                "fr|JA",
                "de,en;q=0.5|EN",
                "*|JA",
                ";;;q=|JA",
                "en;q=x|JA",
            })
    void aProgramGetsTheLanguageItLikesAndJapaneseInEveryDoubt(String header, Language language) {
        assertThat(Language.ofHeader(header)).isEqualTo(language);
    }

    @Test
    void aHeaderWithoutEndIsNotRead() {
        assertThat(Language.ofHeader("en,".repeat(1000))).isEqualTo(Language.JA);
    }
}
