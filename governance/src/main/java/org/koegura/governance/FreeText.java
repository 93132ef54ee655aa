package org.koegura.governance;

import java.text.Normalizer;
import java.util.regex.Pattern;

/// Looks at what people type before it enters the journal, which never holds a telephone number, nor the number
/// of a card.
final class FreeText {

    /// A Japanese number, 9 to 11 digits from 0, or an international one from +, with single separators inside.
    private static final Pattern TELEPHONE_NUMBER =
            Pattern.compile("(?<![0-9])(?:0(?:[-() ]{0,2}[0-9]){8,10}|\\+(?:[-() ]{0,2}[0-9]){8,15})(?![0-9])");

    /// 13 to 19 digits with single separators inside (ISO/IEC 7812).
    private static final Pattern CARD_NUMBER = Pattern.compile("(?<![0-9])[0-9](?:[-() ]{0,2}[0-9]){12,18}(?![0-9])");

    private FreeText() {}

    /// Whether a text seems to hold a telephone number, in ordinary or full-width digits. A doubt counts as yes.
    static boolean holdsTelephoneNumber(String text) {
        return TELEPHONE_NUMBER.matcher(plain(text)).find();
    }

    /// Whether a text seems to hold the number of a card, likewise.
    static boolean holdsCardNumber(String text) {
        return CARD_NUMBER.matcher(plain(text)).find();
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).replaceAll("[‐‑‒–—―ー−]", "-");
    }
}
