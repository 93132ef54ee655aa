package org.koegura.announcement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The city's time: its zone, its days off, and the schedules that its lines may name. Pure and total.
///
/// @param zone whose midnight begins a day
/// @param schedules each under a name of its own
record Calendar(ZoneId zone, Holidays holidays, List<Schedule> schedules) {

    /// Japan, where nothing changes by the hour.
    static final Calendar PLAIN = new Calendar(ZoneId.of("Asia/Tokyo"), Holidays.NONE, List.of());

    private static final Instant FIRST = LocalDate.of(1, 1, 2).atStartOfDay().toInstant(ZoneOffset.UTC);
    private static final Instant LAST =
            LocalDate.of(9999, 12, 30).atStartOfDay().toInstant(ZoneOffset.UTC);

    Calendar {
        schedules = List.copyOf(schedules);
        if (schedules.stream().map(Schedule::name).distinct().count() < schedules.size()) {
            throw new IllegalArgumentException("two schedules of one name");
        }
    }

    boolean knows(String schedule) {
        return schedules.stream().anyMatch(one -> one.name().equals(schedule));
    }

    /// What a schedule says at a time; null where it says nothing.
    ///
    /// @param name of the schedule; null for none
    Schedule.@Nullable Rule rule(@Nullable String name, Instant when) {
        for (Schedule schedule : schedules) {
            if (schedule.name().equals(name)) {
                LocalDateTime local = local(when, zone);
                return schedule.at(local, holidays.holds(local.toLocalDate()));
            }
        }
        return null;
    }

    /// What the clocks of a zone show. A time that no calendar has counts as the nearest that one has.
    static LocalDateTime local(Instant when, ZoneId zone) {
        Instant within = when.isBefore(FIRST) ? FIRST : when.isAfter(LAST) ? LAST : when;
        return LocalDateTime.ofInstant(within, zone);
    }
}
