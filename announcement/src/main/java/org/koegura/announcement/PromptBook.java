package org.koegura.announcement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.koegura.callmodel.Prompt;

/// Which prompt is played when: the first of the chosen ones that is valid on the day of the call. Pure
/// and total: the last of them always is.
///
/// @param chosen in the order of preference
/// @param zone whose midnight begins a day
record PromptBook(List<Chosen> chosen, ZoneId zone) {

    PromptBook {
        chosen = List.copyOf(chosen);
        if (chosen.isEmpty() || !chosen.getLast().validity().equals(Validity.ALWAYS)) {
            throw new IllegalArgumentException("prompts: one that is always valid is needed, as the last");
        }
    }

    /// One that is always valid.
    PromptBook(Prompt prompt) {
        this(List.of(new Chosen(prompt, Validity.ALWAYS)), ZoneId.of("Asia/Tokyo"));
    }

    /// A prompt, and when it may be played.
    record Chosen(Prompt prompt, Validity validity) {}

    Prompt at(Instant when) {
        LocalDate day = LocalDate.ofInstant(when, zone);
        return chosen.stream()
                .filter(one -> one.validity().holdsOn(day))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the last is always valid"))
                .prompt();
    }
}
