package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.announcement.LinePolicy.Notice;
import org.koegura.announcement.Schedule.Rule;
import org.koegura.announcement.Schedule.Times;

class ScheduleTest {

    private static final String CLOSED = "mon-fri 00:00-08:30, mon-fri 17:15-24:00, sat, sun, holidays";

    /// 2026-11-30 is a Monday.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mon-fri 08:30-17:15 | 2026-11-30T08:29:59.999999999 | false | false",
                "mon-fri 08:30-17:15 | 2026-11-30T08:30:00           | false | true",
                "mon-fri 08:30-17:15 | 2026-11-30T17:14:59.999999999 | false | true",
                "mon-fri 08:30-17:15 | 2026-11-30T17:15:00           | false | false",
                "mon-fri 08:30-17:15 | 2026-11-30T12:00:00           | true  | false",
                "mon-fri 08:30-17:15 | 2026-12-04T12:00:00           | false | true",
                "mon-fri 08:30-17:15 | 2026-12-05T12:00:00           | false | false",
                "sat                 | 2026-12-05T00:00:00           | false | true",
                "sat                 | 2026-12-05T23:59:59.999999999 | false | true",
                "sat                 | 2026-12-06T00:00:00           | false | false",
                "sat                 | 2026-12-05T12:00:00           | true  | false",
                "fri-mon             | 2026-12-03T12:00:00           | false | false",
                "fri-mon             | 2026-12-04T12:00:00           | false | true",
                "fri-mon             | 2026-12-07T12:00:00           | false | true",
                "fri-mon             | 2026-12-08T12:00:00           | false | false",
                "holidays            | 2026-12-08T12:00:00           | true  | true",
                "holidays            | 2026-12-08T12:00:00           | false | false",
                "holidays 09:00-10:00| 2026-12-08T10:00:00           | true  | false",
                "daily 22:00-24:00   | 2026-12-31T23:59:59           | true  | true",
                "daily 22:00-24:00   | 2027-01-01T00:00:00           | true  | false",
                "daily 00:00-00:01   | 2027-01-01T00:00:00           | false | true",
            })
    void times(String times, LocalDateTime when, boolean holiday, boolean holds) {
        assertThat(Times.parse(times).holds(when, holiday)).isEqualTo(holds);
    }

    @Test
    void whatIsOpenIsNotClosedAtAnyMinuteOfTwoWeeks() {
        Times open = Times.parse("mon-fri 08:30-17:15");
        Times closed = Times.parse(CLOSED);
        LocalDateTime begin = LocalDateTime.of(2026, 12, 28, 0, 0);
        for (int minute = 0; minute < 14 * 24 * 60; minute++) {
            LocalDateTime when = begin.plusMinutes(minute);
            boolean holiday = when.getYear() == 2027 && when.getDayOfYear() <= 3;
            assertThat(closed.holds(when, holiday)).as("%s", when).isNotEqualTo(open.holds(when, holiday));
        }
    }

    @Test
    void theFirstRuleThatHoldsCounts() {
        Rule first = new Rule(Times.parse("mon 09:00-10:00"), Notice.NEVER_RECORD, List.of());
        Rule second = new Rule(Times.parse("mon"), Notice.BYPASS, List.of());
        Schedule schedule = new Schedule("office", List.of(first, second));
        assertThat(schedule.at(LocalDateTime.parse("2026-11-30T09:30:00"), false))
                .isEqualTo(first);
        assertThat(schedule.at(LocalDateTime.parse("2026-11-30T10:00:00"), false))
                .isEqualTo(second);
        assertThat(schedule.at(LocalDateTime.parse("2026-12-01T10:00:00"), false))
                .isNull();
    }

    private static boolean holds(String zone, String times, String holidays, String instant) {
        Rule rule = new Rule(Times.parse(times), Notice.BYPASS, List.of());
        Calendar calendar =
                new Calendar(ZoneId.of(zone), Holidays.parse(holidays), List.of(new Schedule("office", List.of(rule))));
        return calendar.rule("office", Instant.parse(instant)) != null;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the midnights of Japan are at 15:00 of the day before
                "2026-12-31T14:59:59.999999999Z | false",
                "2026-12-31T15:00:00Z           | true",
                "2027-01-01T14:59:59.999999999Z | true",
                "2027-01-01T15:00:00Z           | false",
            })
    void aDayBeginsAtTheMidnightOfTheCity(String instant, boolean holds) {
        assertThat(holds("Asia/Tokyo", "holidays", "01-01", instant)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // put forward: 01:59:59 is followed by 03:00:00, and 02:30 is left out
                "2027-03-28T00:59:59Z | false",
                "2027-03-28T01:00:00Z | false",
                "2027-03-28T01:30:00Z | false",
                // put back: 02:30 is shown twice, and holds twice
                "2027-10-30T23:59:59Z | false",
                "2027-10-31T00:30:00Z | true",
                "2027-10-31T01:00:00Z | false",
                "2027-10-31T01:30:00Z | true",
                "2027-10-31T02:00:00Z | false",
            })
    void whereTheClockIsPutForwardAndBackItsHandsCount(String instant, boolean holds) {
        assertThat(holds("Europe/Berlin", "sun 02:30-03:00", "12-25", instant)).isEqualTo(holds);
    }

    @Test
    void timesThatNoCalendarHasAreTheNearestOnesThatItHas() {
        for (Instant far : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX)) {
            assertThat(holds("Asia/Tokyo", "daily", "01-01", far.toString())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CLOSED, "daily", "holidays 09:00-10:00", "fri-mon", "sun 00:00-00:01", "daily 00:01-24:00"})
    void whatIsWrittenIsWrittenAgain(String text) {
        assertThat(Times.parse(text).text()).isEqualTo(text);
    }

    @Test
    void oneTimeHasOneText() {
        assertThat(Times.parse("mon-mon 00:00-24:00,tue   09:00-10:00").text()).isEqualTo("mon, tue 09:00-10:00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mon,",
                "Mon",
                "monday",
                "mon-fri 17:15-08:30",
                "mon 09:00-09:00",
                "mon 9:00-10:00",
                "mon 00:00-24:01",
                "mon 00:00-25:00",
                "mon 10:60-11:00",
                "mon 09:00",
                "holidays-sun",
                "mon-fri-sun",
                "月曜"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Times.parse(text));
    }
}
