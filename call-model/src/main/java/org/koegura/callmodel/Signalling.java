package org.koegura.callmodel;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was signalled of a call on its first passage: facts to reconcile counts with (R5), and no judgement.
///
/// @param rangAt first provisional response other than 100
/// @param answeredAt first 2xx
/// @param acknowledgedAt ACK of the 2xx that won
/// @param byeAt first BYE of the dialog that won
/// @param finals final status codes of the initial INVITE in their order, repeated ones left out
/// @param forks early dialogs, told apart by their To tag (RFC 3261 §12.1)
/// @param passedAgain how often the same call passed us again, on its way to a telephone or out
/// @param transfers in their order
/// @param left what of `finals`, `forks` and `transfers` did not fit their bounds
public record Signalling(
        @Nullable Instant rangAt,
        @Nullable Instant answeredAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant byeAt,
        List<Integer> finals,
        int forks,
        int passedAgain,
        List<Transfer> transfers,
        int left) {

    /// Where nobody saw the signalling: only a recording tells of the call.
    public static final Signalling NONE = new Signalling(null, null, null, null, List.of(), 0, 0, List.of(), 0);

    public Signalling {
        finals = List.copyOf(finals);
        transfers = List.copyOf(transfers);
    }

    /// Somebody handed the call on, or took it over.
    ///
    /// @param kind how
    /// @param by whose telephone asked for it
    /// @param at when it passed
    public record Transfer(Kind kind, Leg by, Instant at) {}

    /// How a call is handed on.
    public enum Kind {
        /// REFER (RFC 3515).
        REFER,
        /// REFER that names a call to be replaced: an attended transfer (RFC 5589 §7).
        REFER_WITH_REPLACES,
        /// INVITE with Replaces (RFC 3891): this call takes the place of another one.
        REPLACES
    }
}
