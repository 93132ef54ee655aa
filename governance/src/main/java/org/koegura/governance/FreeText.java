package org.koegura.governance;

import java.text.Normalizer;
import java.util.regex.Pattern;

/// Looks at what people type before it enters the journal, which never holds a telephone number.
final class FreeText {

    /// A Japanese number, 9 to 11 digits from 0, or an international one from +, with single separators inside.
    private static final Pattern TELEPHONE_NUMBER =
            Pattern.compile("(?<![0-9])(?:0(?:[-() ]{0,2}[0-9]){8,10}|\\+(?:[-() ]{0,2}[0-9]){8,15})(?![0-9])");

    private FreeText() {}

    /// Whether a text seems to hold a telephone number, in ordinary or full-width digits. A doubt counts as yes.
    static boolean holdsTelephoneNumber(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).replaceAll("[‐‑‒–—―ー−]", "-");
        return TELEPHONE_NUMBER.matcher(plain).find();
    }
}
