package org.koegura.sipproxy.call;

import org.jspecify.annotations.Nullable;

/// An INVITE that begins a call. Where it is challenged, or refused for what it lacks, its sender tries once more in
/// the
/// same name with a higher number (RFC 3261 §8.1.3.5, §22.2): each attempt has an outcome, and all are one call.
///
/// @param name of Call-ID and caller's tag, in few characters
/// @param number of its CSeq
public record Opening(String name, long number) {

    /// Whether it is a later attempt at the same call.
    boolean follows(@Nullable Opening other) {
        return other != null && name.equals(other.name) && number > other.number;
    }
}
