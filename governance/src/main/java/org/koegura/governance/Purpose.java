package org.koegura.governance;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a recording is played or copied for (A6): a purpose of Art. 1, or a case of Art. 8.
public sealed interface Purpose {

    /// As the journal and the API write it.
    String word();

    /// As a metric label: bounded, so that no case number becomes one.
    String label();

    /// The purposes of Art. 1.
    enum OfArticle1 implements Purpose {
        /// 丁寧な対応・サービスの向上.
        COURTESY,
        /// 適正かつ公正な職務の執行.
        FAIRNESS,
        /// 犯罪の防止.
        CRIME_PREVENTION,
        /// 不当な要求の排除.
        UNDUE_PRESSURE;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @Override
        public String label() {
            return word();
        }
    }

    /// A provision case (Art. 8).
    ///
    /// @param number as the city numbers it, for example `R8-12`
    record OfCase(String number) implements Purpose {

        private static final Pattern FORM = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}()（）./_ -]{0,63}");

        public OfCase {
            if (!FORM.matcher(number).matches()) {
                throw new IllegalArgumentException("case number: 1 to 64 letters, digits and separators are needed");
            }
        }

        @Override
        public String word() {
            return "case:" + number;
        }

        @Override
        public String label() {
            return "case";
        }
    }

    /// Reads a purpose: the word of a purpose of Art. 1, or `case:` and a number.
    static Answer<Purpose> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return invalid(Refusal.Reason.PURPOSE_MISSING);
        }
        if (trimmed.startsWith("case:")) {
            return parseCase(trimmed.substring("case:".length()).strip());
        }
        return Arrays.stream(OfArticle1.values())
                .filter(purpose -> purpose.word().equals(trimmed))
                .findFirst()
                .<Answer<Purpose>>map(Answer.Granted::new)
                .orElseGet(() -> invalid(Refusal.Reason.PURPOSE_UNKNOWN));
    }

    private static Answer<Purpose> parseCase(String number) {
        if (number.isEmpty()) {
            return invalid(Refusal.Reason.PURPOSE_MISSING);
        }
        if (!OfCase.FORM.matcher(number).matches()) {
            return invalid(Refusal.Reason.PURPOSE_UNKNOWN);
        }
        if (FreeText.holdsTelephoneNumber(number)) {
            return invalid(Refusal.Reason.TEXT_HOLDS_NUMBER);
        }
        return new Answer.Granted<>(new OfCase(number));
    }

    private static <T> Answer<T> invalid(Refusal.Reason reason) {
        return new Answer.Refused<>(new Refusal.Invalid(reason));
    }
}
