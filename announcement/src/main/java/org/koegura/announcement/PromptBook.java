package org.koegura.announcement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.koegura.callmodel.Prompt;

/// Which prompt is played when: the first of the chosen ones that is valid on the day of the call. Pure
/// and total: the last of them always is.
///
/// @param chosen in the order of preference
/// @param scheduled those that schedules alone name
/// @param zone whose midnight begins a day
record PromptBook(List<Chosen> chosen, List<Chosen> scheduled, ZoneId zone) {

    PromptBook {
        chosen = List.copyOf(chosen);
        scheduled = List.copyOf(scheduled);
        if (chosen.isEmpty() || !chosen.getLast().validity().equals(Validity.ALWAYS)) {
            throw new IllegalArgumentException("prompts: one that is always valid is needed, as the last");
        }
        List<Chosen> each =
                Stream.concat(chosen.stream().distinct(), scheduled.stream()).toList();
        if (each.stream().map(one -> one.prompt().id()).distinct().count() < each.size()) {
            throw new IllegalArgumentException("prompts: two of one name");
        }
    }

    /// No schedule names any.
    PromptBook(List<Chosen> chosen, ZoneId zone) {
        this(chosen, List.of(), zone);
    }

    /// One that is always valid.
    PromptBook(Prompt prompt) {
        this(List.of(new Chosen(prompt, Validity.ALWAYS)), ZoneId.of("Asia/Tokyo"));
    }

    /// A prompt, and when it may be played.
    record Chosen(Prompt prompt, Validity validity) {}

    Prompt at(Instant when) {
        return at(when, List.of());
    }

    /// @param preferred names of those that come before the chosen ones
    Prompt at(Instant when, List<String> preferred) {
        LocalDate day = Calendar.local(when, zone).toLocalDate();
        return Stream.concat(preferred.stream().flatMap(this::named), chosen.stream())
                .filter(one -> one.validity().holdsOn(day))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the last is always valid"))
                .prompt();
    }

    boolean knows(String id) {
        return named(id).findAny().isPresent();
    }

    private Stream<Chosen> named(String id) {
        return Stream.concat(chosen.stream(), scheduled.stream())
                .filter(one -> one.prompt().id().equals(id))
                .limit(1);
    }
}
