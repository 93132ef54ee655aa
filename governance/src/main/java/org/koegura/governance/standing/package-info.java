/// Standing exemptions (Art. 4, proviso; N8): one outside number and a ground, written by one person, approved by
/// another, over by itself within 30 days.
///
/// ```
///           approve               endsAt
///  PENDING ─────────► IN_FORCE ─────────► ENDED
///     │ endsAt            │
///     ├─────────► LAPSED  │ withdraw
///     └───────────────────┴─────────────► WITHDRAWN
/// ```
///
/// Glossary: *author*: who wrote it; *approver*: the second person; *renewal*: one for a number that had
/// one before, which its author cannot write.
///
/// Who may call: the door of governance; the composition root hands [org.koegura.governance.standing.StandingActs] to
/// the signalling as its port `StandingExemptions`.
///
/// Threads: any; acts block and follow one another, what calls ask never blocks.
///
/// Reading order: [org.koegura.governance.standing.StandingExemption], `StandingRules`,
/// [org.koegura.governance.standing.StandingActs], [org.koegura.governance.standing.StandingRegister].
@NullMarked
package org.koegura.governance.standing;

import org.jspecify.annotations.NullMarked;
