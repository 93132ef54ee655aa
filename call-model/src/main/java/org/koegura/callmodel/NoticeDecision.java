package org.koegura.callmodel;

/// What the notice policy says of a call (Art. 4): announce and then record, have staff tell and then record, or leave
/// it unrecorded.
///
/// An exemption that an operator flags while the call lives is an event of the call, not a decision made ahead of it.
public sealed interface NoticeDecision {

    /// Play this prompt to the outside party when the call is answered; record once it was heard in full.
    ///
    /// @param early whether to play it before, while the inside party's telephone rings (N3)
    record Announce(Prompt prompt, boolean early) implements NoticeDecision {

        /// When it is answered.
        public Announce(Prompt prompt) {
            this(prompt, false);
        }
    }

    /// Play nothing: staff tell the outside party themselves, and record once that is attested (N5).
    record Oral() implements NoticeDecision {}

    /// Relay the call and keep nothing of it.
    record DoNotRecord(Unrecorded why) implements NoticeDecision {}
}
