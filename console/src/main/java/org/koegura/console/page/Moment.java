package org.koegura.console.page;

import java.time.Instant;
import java.time.ZoneId;
import java.time.chrono.JapaneseChronology;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// A point in time as people at a city hall read it.
///
/// @param machine ISO with offset, for `<time datetime>`
/// @param iso ISO date and local time
/// @param era date in 令和 with local time
/// @param clock local time only
public record Moment(String machine, String iso, String era, String clock) {

    private static final DateTimeFormatter MACHINE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ERA =
            DateTimeFormatter.ofPattern("Gy年M月d日 HH:mm:ss", Locale.JAPAN).withChronology(JapaneseChronology.INSTANCE);
    private static final DateTimeFormatter FIRST_YEAR_OF_ERA =
            DateTimeFormatter.ofPattern("G元年M月d日 HH:mm:ss", Locale.JAPAN).withChronology(JapaneseChronology.INSTANCE);

    /// An instant where the city is.
    public static Moment of(Instant instant, ZoneId zone) {
        var local = instant.atZone(zone);
        boolean first = JapaneseChronology.INSTANCE.date(local).get(ChronoField.YEAR_OF_ERA) == 1;
        return new Moment(
                MACHINE.format(local),
                ISO.format(local),
                (first ? FIRST_YEAR_OF_ERA : ERA).format(local),
                CLOCK.format(local));
    }

    /// In the reader's own calendar.
    public String own(Language language) {
        return switch (language) {
            case JA -> era;
            case EN -> iso;
        };
    }

    /// In the other calendar.
    public String other(Language language) {
        return switch (language) {
            case JA -> iso;
            case EN -> era;
        };
    }

    /// In the reader's own calendar first, then in the other.
    public String text(Language language) {
        return switch (language) {
            case JA -> own(language) + "（" + other(language) + "）";
            case EN -> own(language) + " (" + other(language) + ")";
        };
    }
}
