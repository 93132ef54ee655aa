/// The ordinance as software: who may do what, what was done, and how every call ended. Nobody reaches a recording or
/// exempts a call but through the [org.koegura.governance.Door].
///
/// Glossary:
///
/// - *door*: the one way in; role, then journal, then the act (Art. 6, A7, E1).
/// - *act*: what can be asked at it; *refusal*: an answer that says why not and what to do.
/// - *ground*: one of the three of Art. 4, proviso; *purpose*: one of Art. 1's, or a case of Art. 8.
/// - *watch*: somebody's eye on the live list, told that it changed.
/// - *ticket*: the right to hear one recording, or to take one copy of it, journalled when it is given.
///
/// Who may call: the composition root opens it; the console asks the door; every room asks the ports `Journal` and
/// `CallLedger`, the signalling `StandingExemptions`.
///
/// Threads: everything public is safe for any number of threads and blocks. Own threads, none of them virtual:
/// `journal-writer`, `journal-check`, `ledger-writer`, `ledger-retry`.
///
/// Reading order: [org.koegura.governance.Governance], [org.koegura.governance.Door], [org.koegura.governance.Access],
/// [org.koegura.governance.Refusal], [org.koegura.governance.Purpose], then the packages `journal`, `account`,
/// `standing`, `database`.
@NullMarked
package org.koegura.governance;

import org.jspecify.annotations.NullMarked;
