package org.koegura.governance.journal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Instants as journal and database keep them: UTC text with nine decimals, whose order is the order of time.
public final class Instants {

    private static final DateTimeFormatter NANOS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Instants() {}

    /// The text of an instant, for example `2026-11-24T01:02:03.123456789Z`.
    public static String text(Instant instant) {
        return NANOS.format(instant);
    }

    /// As [#text], and null for null.
    public static @Nullable String textOrNull(@Nullable Instant instant) {
        return instant == null ? null : text(instant);
    }

    /// The instant of a text, and null for null.
    public static @Nullable Instant instantOrNull(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }
}
