package org.koegura.announcement;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The city's days off, as its settings list them: nothing is computed, for they are law and change. Pure and total.
///
/// A day is written `2027-01-11`, or `12-29` for that of every year; a range of either `12-29..01-03`, both ends
/// in it.
///
/// @param spans in the order of the settings
public record Holidays(List<Span> spans) {

    public static final Holidays NONE = new Holidays(List.of());

    /// Spans that are read.
    private static final int SPANS_MAX = 366;

    private static final Pattern SPAN =
            Pattern.compile("([0-9]{4}-)?([0-9]{2}-[0-9]{2})(?:\\.\\.([0-9]{4}-)?([0-9]{2}-[0-9]{2}))?");

    public Holidays {
        spans = List.copyOf(spans);
    }

    /// Days on end.
    public sealed interface Span {

        boolean holds(LocalDate day);

        /// As the settings write it.
        String text();
    }

    /// Once.
    ///
    /// @param last inclusive
    record Dated(LocalDate first, LocalDate last) implements Span {

        Dated {
            if (last.isBefore(first)) {
                throw new IllegalArgumentException("a range of days whose last is before its first");
            }
        }

        @Override
        public boolean holds(LocalDate day) {
            return !day.isBefore(first) && !day.isAfter(last);
        }

        @Override
        public String text() {
            return first.equals(last) ? first.toString() : first + ".." + last;
        }
    }

    /// Every year; across New Year where its last day comes before its first.
    ///
    /// @param last inclusive
    record Yearly(MonthDay first, MonthDay last) implements Span {

        @Override
        public boolean holds(LocalDate day) {
            MonthDay is = MonthDay.from(day);
            boolean begun = !is.isBefore(first);
            boolean going = !is.isAfter(last);
            return last.isBefore(first) ? begun || going : begun && going;
        }

        @Override
        public String text() {
            return first.equals(last) ? text(first) : text(first) + ".." + text(last);
        }

        private static String text(MonthDay day) {
            return day.toString().substring(2); // --12-29
        }
    }

    /// Reads what the settings say, with commas between. Throws [IllegalArgumentException] where that is no list of
    /// days.
    public static Holidays parse(String text) {
        String[] all = text.strip().split("\\s*,\\s*", -1);
        if (all.length > SPANS_MAX) {
            throw new IllegalArgumentException("more days than there are");
        }
        List<Span> spans = new ArrayList<>();
        for (String one : all) {
            spans.add(span(one));
        }
        return new Holidays(spans);
    }

    private static Span span(String text) {
        Matcher span = SPAN.matcher(text);
        if (!span.matches() || (span.group(4) != null && (span.group(1) == null) != (span.group(3) == null))) {
            throw new IllegalArgumentException("no day");
        }
        String last = span.group(4) == null ? span.group(2) : span.group(4);
        try {
            if (span.group(1) == null) {
                return new Yearly(MonthDay.parse("--" + span.group(2)), MonthDay.parse("--" + last));
            }
            String lastYear = span.group(3) == null ? span.group(1) : span.group(3);
            return new Dated(LocalDate.parse(span.group(1) + span.group(2)), LocalDate.parse(lastYear + last));
        } catch (DateTimeException unknown) { // such as 02-30
            throw new IllegalArgumentException("no day of the calendar", unknown);
        }
    }

    /// Whether a day is one of them.
    public boolean holds(LocalDate day) {
        return spans.stream().anyMatch(span -> span.holds(day));
    }

    /// As the settings write it; empty for none.
    String text() {
        return spans.stream().map(Span::text).collect(Collectors.joining(", "));
    }
}
