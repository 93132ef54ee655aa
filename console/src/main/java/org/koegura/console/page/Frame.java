package org.koegura.console.page;

import org.jspecify.annotations.Nullable;

/// What every page has around its content.
///
/// @param words the reader's
/// @param title of the page
/// @param account who is signed in; null before that
/// @param posts what posts they hold, in words
public record Frame(Words words, String title, @Nullable String account, String posts) {

    /// The other language, for the switch.
    public Language other() {
        return words.language() == Language.JA ? Language.EN : Language.JA;
    }
}
