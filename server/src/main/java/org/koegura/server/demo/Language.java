package org.koegura.server.demo;

import org.jspecify.annotations.Nullable;

/// The language of the narration.
public enum Language {
    JAPANESE,
    ENGLISH;

    /// Japanese where a locale's name (`LANG`) begins with `ja`, else English.
    public static Language of(@Nullable String locale) {
        return locale != null && locale.startsWith("ja") ? JAPANESE : ENGLISH;
    }
}
