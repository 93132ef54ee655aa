package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HolidaysTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2027-01-11             | 2027-01-11 | true",
                "2027-01-11             | 2027-01-10 | false",
                "2027-01-11             | 2028-01-11 | false",
                "01-11                  | 2028-01-11 | true",
                "12-29..01-03           | 2026-12-28 | false",
                "12-29..01-03           | 2026-12-29 | true",
                "12-29..01-03           | 2026-12-31 | true",
                "12-29..01-03           | 2027-01-01 | true",
                "12-29..01-03           | 2027-01-03 | true",
                "12-29..01-03           | 2027-01-04 | false",
                "04-29..05-05           | 2027-05-05 | true",
                "04-29..05-05           | 2027-05-06 | false",
                "04-29..05-05           | 2027-04-28 | false",
                "2026-12-29..2027-01-03 | 2027-01-03 | true",
                "2026-12-29..2027-01-03 | 2027-12-29 | false",
                "02-29                  | 2028-02-29 | true",
                "02-29                  | 2027-03-01 | false",
                "01-11, 2027-02-11      | 2027-02-11 | true",
            })
    void days(String text, LocalDate day, boolean holds) {
        assertThat(Holidays.parse(text).holds(day)).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2027-01-11",
                "12-29",
                "02-29",
                "12-29..01-03",
                "2026-12-29..2027-01-03",
                "12-29..01-03, 2027-01-11, 2027-02-11..2027-02-12"
            })
    void whatIsWrittenIsWrittenAgain(String text) {
        assertThat(Holidays.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "2027-02-29",
                "02-30",
                "2027-13-01",
                "1-11",
                "2027-01-12..2027-01-11",
                "2027-01-11..01-12",
                "12-29..2027-01-03",
                "12-29-01-03",
                "12-29..",
                "+12027-01-01",
                "元日"
            })
    void whatIsNoDayIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Holidays.parse(text));
    }
}
