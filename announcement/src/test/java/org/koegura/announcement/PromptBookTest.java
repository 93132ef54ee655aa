package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.announcement.PromptBook.Chosen;
import org.koegura.callmodel.Prompt;

class PromptBookTest {

    private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");
    private static final Prompt OLD = prompt("city-1");
    private static final Prompt NEW = prompt("city-2");
    private static final Prompt SHIPPED = prompt("notice-ja-1");
    private static final PromptBook BOOK = new PromptBook(
            List.of(
                    new Chosen(NEW, new Validity(LocalDate.of(2027, 4, 1), null)),
                    new Chosen(OLD, new Validity(LocalDate.of(2026, 10, 1), LocalDate.of(2027, 3, 31))),
                    new Chosen(SHIPPED, Validity.ALWAYS)),
            JAPAN);

    private static Prompt prompt(String id) {
        return new Prompt(id, "ja", "録音します。", "0".repeat(64));
    }

    @Test
    void aNewVersionIsPlayedFromTheMidnightOfItsFirstDayOn() {
        assertThat(BOOK.at(Instant.parse("2027-03-31T14:59:59Z"))).isEqualTo(OLD);
        assertThat(BOOK.at(Instant.parse("2027-03-31T15:00:00Z")))
                .as("midnight in Japan")
                .isEqualTo(NEW);
        assertThat(BOOK.at(Instant.parse("2100-01-01T00:00:00Z"))).isEqualTo(NEW);
    }

    @Test
    void whereNoneOfTheCitysIsValidTheShippedOneIsPlayed() {
        assertThat(BOOK.at(Instant.parse("2026-09-30T14:59:59Z"))).isEqualTo(SHIPPED);
        assertThat(BOOK.at(Instant.parse("2026-09-30T15:00:00Z"))).isEqualTo(OLD);
    }

    @Test
    void thereIsNoDayWithoutAPrompt() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PromptBook(List.of(), JAPAN));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new PromptBook(List.of(new Chosen(OLD, new Validity(null, LocalDate.of(2027, 3, 31)))), JAPAN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Validity(LocalDate.of(2027, 3, 31), LocalDate.of(2027, 3, 30)))
                .withMessage("its last day is before its first");
    }
}
