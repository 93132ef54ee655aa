package org.koegura.sipproxy.negotiation;

import org.jspecify.annotations.Nullable;

/// What a dialog's media rest on while no offer changes it.
public sealed interface Ground {

    /// No answer came yet.
    record Nothing() implements Ground {}

    /// Only an unreliable 18x answered: early media run by it, and the 2xx may say otherwise.
    record Early(Agreement answer) implements Ground {}

    /// Whoever is called only rings, and the caller was told an answer of ours (trap 36): early media run by it, and it
    /// binds nobody.
    record Ringing(Agreement ours) implements Ground {}

    /// The last completed exchange.
    ///
    /// @param undo what the refusal of an open re-INVITE would restore; null where none is open
    record Agreed(Agreement now, @Nullable Undo undo) implements Ground {}

    /// What was agreed before a re-INVITE that has its answer but not its final response yet (RFC 3261 §14.1).
    record Undo(Transaction reinvite, Agreement before) {}

    /// What media run by; null where nothing was answered.
    default @Nullable Agreement agreement() {
        return switch (this) {
            case Nothing _ -> null;
            case Early(var answer) -> answer;
            case Ringing(var ours) -> ours;
            case Agreed(var now, var _) -> now;
        };
    }
}
