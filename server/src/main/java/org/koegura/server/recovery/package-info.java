/// What a start tells of calls that a process before it left when it died.
///
/// Glossary: a *telling* gives one such call its outcome, in journal and ledger; *beside* calls it is done while they
/// go on.
///
/// Who may call: `server`, which has the rooms that are asked and told.
///
/// Threads: the caller's, or `recovery` and `recovery-tell-…`.
///
/// Reading order: `Recoveries`, `Tellings`.
@NullMarked
package org.koegura.server.recovery;

import org.jspecify.annotations.NullMarked;
