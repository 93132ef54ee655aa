package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.announcement.PromptBook.Chosen;
import org.koegura.callmodel.Prompt;

/// What may be played once more in mid-call (N13).
class ReplayShelfTest {

    private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");
    private static final Instant WHEN = Instant.parse("2026-11-24T01:00:00Z");
    private static final Prompt ENGLISH = prompt("notice-en-1", "en");
    private static final Prompt EASY = prompt("notice-ja-easy-1", "ja-simple");
    private static final Prompt JAPANESE = prompt("notice-ja-1", "ja");
    private static final Prompt OLD = prompt("city-en-1", "en");
    private static final Prompt KOREAN = prompt("city-ko-1", "ko");

    private static final ReplayShelf SHELF = new ReplayShelf(
            List.of(
                    new Chosen(OLD, new Validity(null, LocalDate.of(2026, 11, 23))),
                    new Chosen(KOREAN, Validity.ALWAYS),
                    new Chosen(ENGLISH, Validity.ALWAYS),
                    new Chosen(EASY, Validity.ALWAYS),
                    new Chosen(JAPANESE, Validity.ALWAYS)),
            JAPAN);

    private static Prompt prompt(String id, String language) {
        return new Prompt(id, language, "text", "ab".repeat(32));
    }

    @Test
    void theUsualOneComesFirstThenOneOfEachOtherLanguageJapaneseFirst() {
        assertThat(SHELF.beside(ENGLISH, WHEN)).containsExactly(ENGLISH, JAPANESE, EASY, KOREAN);
        Prompt own = prompt("city-ja-2", "ja");
        assertThat(SHELF.beside(own, WHEN)).containsExactly(own, EASY, ENGLISH, KOREAN);
    }

    @Test
    void onItsLastDayOneIsStillPlayed() {
        Instant before = Instant.parse("2026-11-23T14:59:59Z");
        assertThat(SHELF.beside(JAPANESE, before)).containsExactly(JAPANESE, EASY, OLD, KOREAN);
    }

    @Test
    void theLanguagesAreThoseOfAll() {
        assertThat(SHELF.languages()).containsExactly("ja", "ja-simple", "en", "ko");
    }

    @Test
    void theShippedPromptsAreThereInTheThreeLanguages() throws PromptFault {
        Announcement room = Announcement.open(Announcement.Settings.defaults());
        assertThat(room.desk().replayLanguages()).containsExactly("ja", "ja-simple", "en");
    }
}
