package org.koegura.console.page;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The languages of the console. Japanese is the first and the one for every doubt (U5).
public enum Language {
    JA("ja"),
    EN("en");

    private static final int HEADER_CHARACTERS_MAX = 256;

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// BCP 47 tag.
    public String tag() {
        return tag;
    }

    /// The language of a tag, or Japanese.
    public static Language ofTag(@Nullable String tag) {
        return EN.tag.equals(tag) ? EN : JA;
    }

    /// The better liked of both in an `Accept-Language` header (RFC 9110 §12.5.4), or Japanese.
    public static Language ofHeader(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.length() > HEADER_CHARACTERS_MAX) {
            return JA;
        }
        try {
            List<Locale.LanguageRange> liked = Locale.LanguageRange.parse(acceptLanguage);
            return ofTag(Locale.lookupTag(liked, List.of(JA.tag, EN.tag)));
        } catch (IllegalArgumentException malformed) {
            return JA;
        }
    }
}
