package org.koegura.sipproxy.numbers;

import org.jspecify.annotations.Nullable;

/// A number as it was written, and what it means.
///
/// @param written user part or `tel:` number, less visual separators; prefixes stand there as dialled
/// @param digits the same less the outside-line prefix, 184 and 186; as written where no rule fits
/// @param e164 international form, `+` and digits; null where no rule gives one
/// @param showing what 184 or 186 asked for
public record DialledNumber(
        String written, String digits, @Nullable String e164, Showing showing) {

    /// Whether the caller's own number is to be shown.
    public enum Showing {
        /// As the line is set.
        USUAL,
        /// 184.
        WITHHELD,
        /// 186.
        SHOWN
    }

    /// What two writings of one number have in common.
    String key() {
        return e164 == null ? digits : e164;
    }
}
