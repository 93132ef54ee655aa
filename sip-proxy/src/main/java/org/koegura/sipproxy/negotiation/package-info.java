/// Offer and answer of one dialog, as a pure state machine: which description is offered, which is agreed, and what
/// a refusal leaves of it (RFC 3264, RFC 6337 §2).
///
/// Glossary:
///
/// - *offer*, *answer*, *exchange*: as in RFC 3264; only a completed exchange moves media.
/// - *late offer*: an offer in a response to an INVITE that carried none; its answer comes in the PRACK or the ACK.
/// - *early answer*: an answer in an unreliable 18x. It carries early media and binds nobody (RFC 3261 §13.2.1).
/// - *open re-INVITE*: one whose answer came in a reliable 18x, so that its refusal takes back what was agreed.
/// - *crossed offers*: both parties offered before either answered; at least one is about to get 491.
/// - *fork*: one of several early dialogs of one INVITE, told apart by the callee's tag (RFC 3261 §12.1).
///
/// Who may call: only `org.koegura.sipproxy.call`, `org.koegura.sipproxy.srtp`, and `org.koegura.sipproxy.media`,
/// whose `AgreedMedia` does what the effects say.
///
/// Threads: all but [Dialogs] is immutable; [Dialogs] belongs to one thread at a time.
///
/// Reading order: [DialogEvent], [DialogState], [DialogEffect], [OfferAnswer], [Dialogs], [Agreement]; [OfferedAudio]
/// and [NoticeCodecs] for themselves.
@NullMarked
package org.koegura.sipproxy.negotiation;

import org.jspecify.annotations.NullMarked;
