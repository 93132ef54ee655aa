/// The journal on disk (E1): appended to, forced, then acknowledged; `docs/format/journal-v1.md` is its layout.
///
/// Glossary:
///
/// - *entry*: one act; *line*: an entry with its place in the chain; *chain*: every line holds the hash of the
///   one before.
/// - *mark*: how many entries there are and the hash of the last; the *projection* is the mark that the database keeps.
/// - *cut tail*: bytes after the last line feed. Nobody was told that they are kept, so that a start removes them.
///
/// Who may call: `org.koegura.governance` only, which gives the journal to the other rooms as the port `Journal`.
///
/// Threads: any thread appends and waits; one platform thread, `journal-writer`, owns the file and the end of the
/// chain. A caller's interrupt therefore never closes the channel.
///
/// Reading order: [org.koegura.governance.journal.JournalLine], [org.koegura.governance.journal.Chain],
/// [org.koegura.governance.journal.JournalFile], [org.koegura.governance.journal.FileJournal].
@NullMarked
package org.koegura.governance.journal;

import org.jspecify.annotations.NullMarked;
