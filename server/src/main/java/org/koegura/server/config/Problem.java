package org.koegura.server.config;

import org.jspecify.annotations.Nullable;

/// One thing that is wrong with a configuration file.
///
/// @param at where; null: the file as a whole
/// @param text what it is, and what is allowed instead; one line
public record Problem(@Nullable Place at, String text) {

    /// As compilers say it, so that editors find the place.
    ///
    /// @param file as the operator calls it
    public String line(String file) {
        return file + ":" + (at == null ? "" : at + ":") + " " + text;
    }
}
