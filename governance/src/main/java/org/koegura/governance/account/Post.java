package org.koegura.governance.account;

import org.jspecify.annotations.Nullable;

/// A role that somebody holds today.
///
/// @param role which
/// @param section of which section; null for a role of the whole installation
public record Post(Role role, @Nullable Section section) {

    /// A section of the city.
    ///
    /// @param id stable name
    /// @param nameJa in Japanese
    /// @param nameEn in English
    public record Section(String id, String nameJa, String nameEn) {}
}
