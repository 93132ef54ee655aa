package org.koegura.announcement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.koegura.callmodel.Prompt;

/// What may be played once more in the middle of a call (N13): in each language the first prompt that
/// is valid on that day, those that the city chose before those that are shipped. Pure and total.
///
/// It is no part of a policy: that decides what a call begins with, and is asked again years later.
///
/// @param shelf in the order of preference; none that a schedule alone names, for it may say more than
///     that the call is recorded
/// @param zone whose midnight begins a day
record ReplayShelf(List<PromptBook.Chosen> shelf, ZoneId zone) {

    /// Nothing.
    static final ReplayShelf EMPTY = new ReplayShelf(List.of(), ZoneId.of("Asia/Tokyo"));

    /// The three of N13; others come after them, in the order of the shelf.
    private static final List<String> LANGUAGES = List.of("ja", "ja-simple", "en");

    ReplayShelf {
        shelf = List.copyOf(shelf);
    }

    /// The usual one, and one of each other language.
    List<Prompt> beside(Prompt usual, Instant when) {
        LocalDate day = Calendar.local(when, zone).toLocalDate();
        Set<String> languages = new HashSet<>();
        return Stream.concat(
                        Stream.of(usual),
                        shelf.stream()
                                .filter(one -> one.validity().holdsOn(day))
                                .map(PromptBook.Chosen::prompt)
                                .sorted(Comparator.comparingInt(prompt -> rank(prompt.language()))))
                .filter(prompt -> languages.add(prompt.language()))
                .toList();
    }

    /// Of all that there are, on whatever day.
    List<String> languages() {
        return shelf.stream()
                .map(one -> one.prompt().language())
                .distinct()
                .sorted(Comparator.comparingInt(ReplayShelf::rank))
                .toList();
    }

    private static int rank(String language) {
        int known = LANGUAGES.indexOf(language);
        return known < 0 ? LANGUAGES.size() : known;
    }
}
