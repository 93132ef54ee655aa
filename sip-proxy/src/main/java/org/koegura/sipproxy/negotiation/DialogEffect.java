package org.koegura.sipproxy.negotiation;

/// What an event does to the media of its dialog.
public sealed interface DialogEffect {

    /// An exchange is complete, or early media run: media go by this.
    record Apply(Agreement agreement) implements DialogEffect {}

    /// A re-INVITE failed that had its answer: media go by what was agreed before.
    record RollBack(Agreement agreement) implements DialogEffect {}

    /// An offer is out: whoever accepts it may speak it before its answer passes (RFC 3264 §6.1).
    record MayBeSpoken(Side offer) implements DialogEffect {}

    /// Media stay as they are.
    record Ignore(Why why) implements DialogEffect {}

    /// Why an event moves no media.
    enum Why {
        /// It carries no description and nothing waits for one.
        NO_DESCRIPTION,
        /// Its offer was made before; it comes again.
        REPEATED,
        /// Its sender has an offer out already, or nobody waits for this answer.
        OUT_OF_TURN,
        /// An unreliable response to a later request: the final one decides.
        NOT_BINDING,
        /// The INVITE has its answer, and the first one counts (RFC 3261 §13.2.1).
        ALREADY_ANSWERED,
        /// An offer got no answer, or was refused, and is forgotten.
        UNANSWERED,
        /// Nothing of that transaction is out.
        NOTHING_OUT
    }
}
