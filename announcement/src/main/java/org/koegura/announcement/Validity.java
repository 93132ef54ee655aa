package org.koegura.announcement;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// The days on which a prompt may be played (N4), by the city's calendar.
///
/// @param from the first of them; null for ever since
/// @param to the last of them, inclusive; null until further notice
record Validity(@Nullable LocalDate from, @Nullable LocalDate to) {

    static final Validity ALWAYS = new Validity(null, null);

    Validity {
        if (from != null && to != null && to.isBefore(from)) {
            throw new IllegalArgumentException("its last day is before its first");
        }
    }

    boolean holdsOn(LocalDate day) {
        return (from == null || !day.isBefore(from)) && (to == null || !day.isAfter(to));
    }
}
