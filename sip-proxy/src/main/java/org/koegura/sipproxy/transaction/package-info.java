/// Step 3 of 10 on the INVITE line: the transaction layer (RFC 3261 §17), run by JAIN-SIP over the received bytes.
///
/// JAIN-SIP keeps the transactions: matching, state machines, timers, absorbed and repeated messages. It sees a *view*
/// of each message, just the fields that transactions need, and whatever it sends or repeats is the wire message
/// behind the view, byte for byte (ADR 0001, ADR 0002). Dialogs are switched off: they belong to the telephones.
/// A request other than INVITE is over for it with its final response; repeats of it are answered by us (ADR 0067).
///
/// Glossary:
///
/// - *view*: a JAIN-SIP message made for the stack from a wire message; never printed.
/// - *server transaction*: a request that came to us and its responses; *client transaction*: one that we sent on.
///
/// Who may call: only the signalling packages of this room.
///
/// Threads: messages are received on the lane of their Call-ID. JAIN-SIP's timer thread repeats messages and reports
/// timeouts, which are posted to the lane, so that a user of transactions is only ever called there.
///
/// Reading order: [Transactions], [ServerTransaction], [ClientTransaction], `View`, `WireRequest`, `WireResponse`,
/// `StackProcessor`, `StackChannel`, `WireOutlet`, [Recent], `Answer`.
@NullMarked
package org.koegura.sipproxy.transaction;

import org.jspecify.annotations.NullMarked;
