/// The command `policy`: decides past calls anew, offline, by the policies that decided them then.
///
/// Who may call: the command line. It opens no room: it reads what governance keeps, and asks announcement to decide.
///
/// Threads: the caller's.
///
/// Reading order: [org.koegura.server.policy.PolicyCommand], `Replay`.
@NullMarked
package org.koegura.server.policy;

import org.jspecify.annotations.NullMarked;
