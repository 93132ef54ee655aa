/// Decides what becomes of a call: whether it is announced, when its capture starts and on what basis, and how
/// it ended.
///
/// Glossary:
///
/// - *passage*: one INVITE on its way through this proxy; a spiral is a second passage of the same dialog.
/// - *offer*, *answer*, *fork*: as in `org.koegura.sipproxy.negotiation`, which has the rules; here is what is done.
/// - *mailbox*: the bounded queue through which everything reaches a call, in order.
///
/// Who may call: only the signalling packages of this room ([Calls], [CallRunner]); governance reaches [Calls]
/// as the port [org.koegura.callmodel.port.LiveCalls].
///
/// Threads: [CallRunner#pass] runs on the signalling thread of the call, in message order. Everything else is
/// posted to the mailbox and done on the one virtual thread that drains it. The state machine, `Call`, is pure
/// and has no thread.
///
/// A pause of capture (`AskedPause`) stands beside it: it changes nothing of where the call stands.
///
/// Reading order: [Calls], [CallRunner], `Negotiation`, `State`, `Event`, `Effect`, `Call`, `CallTally`, `CallMeters`,
/// `SignallingLog`, `LifeSigns`.
@NullMarked
package org.koegura.sipproxy.call;

import org.jspecify.annotations.NullMarked;
