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
/// @param links other calls that it has to do with, in their order
/// @param left what of `finals`, `forks`, `transfers` and `links` did not fit their bounds
public record Signalling(
        @Nullable Instant rangAt,
        @Nullable Instant answeredAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant byeAt,
        List<Integer> finals,
        int forks,
        int passedAgain,
        List<Transfer> transfers,
        List<Link> links,
        int left) {

    /// Where nobody saw the signalling: only a recording tells of the call.
    public static final Signalling NONE =
            new Signalling(null, null, null, null, List.of(), 0, 0, List.of(), List.of(), 0);

    public Signalling {
        finals = List.copyOf(finals);
        transfers = List.copyOf(transfers);
        links = List.copyOf(links);
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

    /// Another call of ours that this one has to do with, as it was signalled: whether it came to anything is said by
    /// what became of either. The other one says the same of this one, unless it was over by then.
    ///
    /// @param relation what this call is to the other
    /// @param other its name
    /// @param at when it was signalled
    public record Link(Relation relation, CallId other, Instant at) {}

    /// What one call is to another.
    public enum Relation {
        /// Its INVITE asks for the place of the other (RFC 3891).
        REPLACES,
        /// The other asks for its place.
        REPLACED_BY,
        /// Somebody in it hands his partner on to the other, which is to be replaced (RFC 5589 §7).
        HANDS_TO,
        /// Somebody in the other hands his partner on to it.
        TAKES_FROM,
        /// It was made because somebody in the other asked for it (RFC 3515).
        CAME_FROM,
        /// The other was made because somebody in it asked for that.
        LED_TO,
        /// It is the other, taken up by the process after the one that died.
        CONTINUES,
        /// The process died, and the next one took it up as the other.
        CONTINUED_BY;

        /// What the other call is to it.
        public Relation reverse() {
            return switch (this) {
                case REPLACES -> REPLACED_BY;
                case REPLACED_BY -> REPLACES;
                case HANDS_TO -> TAKES_FROM;
                case TAKES_FROM -> HANDS_TO;
                case CAME_FROM -> LED_TO;
                case LED_TO -> CAME_FROM;
                case CONTINUES -> CONTINUED_BY;
                case CONTINUED_BY -> CONTINUES;
            };
        }
    }
}
