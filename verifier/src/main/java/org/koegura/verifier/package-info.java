/// Checks sealed recordings and the journal, offline, from the two format pages alone.
///
/// This module shares no code with the one that seals, and was written from `docs/format/recording-v1.md` and
/// `docs/format/journal-v1.md` without reading the sealer: what both agree on is what the pages say. It knows the JDK
/// and a JSON parser, and no other module of this product.
///
/// Glossary:
///
/// - *check*: one of the nine numbered paragraphs at the end of the recording page, or the two of the journal.
/// - *finding*: what one check came to: passed, failed, not checked, or a remark.
/// - *trusted key*: a public key that the reader has from elsewhere than the recording itself.
/// - *piece*: one leaf input of the ciphertext tree, 65536 bytes of `packets.kgr`.
///
/// Who may call: server, which starts [org.koegura.verifier.VerifyCommand] and may ask
/// [org.koegura.verifier.Verifier] directly, or, of what it has sealed itself, [org.koegura.verifier.NoticeScan].
///
/// Threads: a verifier has no state; any thread, but it blocks on the disk. Memory is bounded whatever the files hold:
/// a manifest has at most 16 MiB, a chunk at most 16 MiB, a journal line at most 1 MiB; `packets.kgr` and
/// the journal are streamed.
///
/// Exit codes of the command: 0 verified; 1 something failed; 2 arguments that cannot be used, or no recording there;
/// 3 nothing failed, but not all could be checked (no key, no trusted key).
///
/// Reading order: [org.koegura.verifier.Check], [org.koegura.verifier.Verifier], then one class a check in their
/// order, `JournalCheck`, [org.koegura.verifier.VerifyCommand]; `NoticeScan` besides. How files are read is the
/// package `format`'s, which knows nothing of checks.
@NullMarked
package org.koegura.verifier;

import org.jspecify.annotations.NullMarked;
