package org.koegura.announcement;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What becomes of a line's calls at other times than usual: the first rule that holds counts, and where none does,
/// what the line itself says. Pure and total.
///
/// It can announce, and it can leave alone; it cannot let a call be recorded without notice: an exemption is the act
/// of a person, and never a schedule (N8).
///
/// @param name by which lines call it
/// @param rules in the order of the settings
public record Schedule(String name, List<Rule> rules) {

    public Schedule {
        rules = List.copyOf(rules);
    }

    /// What holds at a time.
    ///
    /// @param when in the city's own time
    /// @param notice what becomes of calls then
    /// @param prompts what is played then, in the order of preference, before those that are played else
    public record Rule(Times when, LinePolicy.Notice notice, List<String> prompts) {

        public Rule {
            prompts = List.copyOf(prompts);
        }
    }

    /// What it says at that time; null where it says nothing.
    ///
    /// @param holiday whether that day is one
    @Nullable
    Rule at(LocalDateTime when, boolean holiday) {
        for (Rule rule : rules) {
            if (rule.when().holds(when, holiday)) {
                return rule;
            }
        }
        return null;
    }

    /// Times of the week: `mon-fri 08:30-17:15, sat, holidays`. Each is of one day: what goes on past midnight is two
    /// of them. On a holiday no day of the week holds: it is a day of its own. Where the clock is put back, what it
    /// shows twice holds twice.
    ///
    /// @param spans any of them
    public record Times(List<Span> spans) {

        private static final int SPANS_MAX = 16;
        private static final int DAY_MINUTES = 24 * 60;
        private static final List<String> WEEK = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
        private static final String WEEKDAY = "(mon|tue|wed|thu|fri|sat|sun)";
        private static final Pattern SPAN = Pattern.compile("(?:" + WEEKDAY + "(?:-" + WEEKDAY
                + ")?|(daily|holidays))(?: +([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2}))?");

        public Times {
            spans = List.copyOf(spans);
        }

        /// Which days.
        sealed interface Days {

            /// Those of the week that are no holidays, from one to the other; over Sunday where need be.
            record Week(DayOfWeek first, DayOfWeek last) implements Days {}

            /// Holidays, whichever day of the week they are.
            record Off() implements Days {}

            /// All.
            record Daily() implements Days {}

            default boolean hold(DayOfWeek day, boolean holiday) {
                return switch (this) {
                    case Week(DayOfWeek first, DayOfWeek last) ->
                        !holiday
                                && Math.floorMod(day.getValue() - first.getValue(), 7)
                                        <= Math.floorMod(last.getValue() - first.getValue(), 7);
                    case Off() -> holiday;
                    case Daily() -> true;
                };
            }

            default String text() {
                return switch (this) {
                    case Week(DayOfWeek first, DayOfWeek last) ->
                        first == last ? word(first) : word(first) + "-" + word(last);
                    case Off() -> "holidays";
                    case Daily() -> "daily";
                };
            }

            private static String word(DayOfWeek day) {
                return WEEK.get(day.getValue() - 1);
            }
        }

        /// A time on days.
        ///
        /// @param fromMinute of the day
        /// @param toMinute of the day, exclusive
        public record Span(Days days, int fromMinute, int toMinute) {

            public Span {
                if (fromMinute < 0 || toMinute > DAY_MINUTES || fromMinute >= toMinute) {
                    throw new IllegalArgumentException("a time of one day is needed, whose end is after its begin");
                }
            }

            private boolean holds(LocalDateTime when, boolean holiday) {
                int minute = when.getHour() * 60 + when.getMinute();
                return minute >= fromMinute && minute < toMinute && days.hold(when.getDayOfWeek(), holiday);
            }

            private String text() {
                boolean whole = fromMinute == 0 && toMinute == DAY_MINUTES;
                return days.text() + (whole ? "" : " " + clock(fromMinute) + "-" + clock(toMinute));
            }

            private static String clock(int minute) {
                return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
            }
        }

        /// Reads what the settings say. Throws [IllegalArgumentException] where that is none.
        public static Times parse(String text) {
            String[] all = text.strip().split("\\s*,\\s*", -1);
            if (all.length > SPANS_MAX) {
                throw new IllegalArgumentException("more than " + SPANS_MAX + " times");
            }
            List<Span> spans = new ArrayList<>();
            for (String one : all) {
                spans.add(span(one));
            }
            return new Times(spans);
        }

        private static Span span(String text) {
            Matcher span = SPAN.matcher(text);
            if (!span.matches()) {
                throw new IllegalArgumentException("no time");
            }
            boolean whole = span.group(4) == null;
            return new Span(
                    days(span),
                    whole ? 0 : minute(span.group(4), span.group(5)),
                    whole ? DAY_MINUTES : minute(span.group(6), span.group(7)));
        }

        private static Days days(Matcher span) {
            if (span.group(3) != null) {
                return span.group(3).equals("daily") ? new Days.Daily() : new Days.Off();
            }
            DayOfWeek first = DayOfWeek.of(WEEK.indexOf(span.group(1)) + 1);
            return new Days.Week(first, span.group(2) == null ? first : DayOfWeek.of(WEEK.indexOf(span.group(2)) + 1));
        }

        private static int minute(String hours, String minutes) {
            int hour = Integer.parseInt(hours);
            int minute = Integer.parseInt(minutes);
            if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) {
                throw new IllegalArgumentException("no time of the day");
            }
            return hour * 60 + minute;
        }

        boolean holds(LocalDateTime when, boolean holiday) {
            return spans.stream().anyMatch(span -> span.holds(when, holiday));
        }

        /// As the settings write it.
        String text() {
            return spans.stream().map(Span::text).collect(Collectors.joining(", "));
        }
    }
}
