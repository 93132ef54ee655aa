/// Files as the two format pages lay them out, read strictly: what is not as a page says is [Malformed], with its
/// place.
///
/// Glossary, in the words of `docs/format/recording-v1.md`:
///
/// - *P*: the largest plaintext of a chunk, as the header of `packets.kgr` says it.
/// - *members*: those of a JSON object, each asked for by name and kind.
/// - *range*: a span of bytes in a file, named so that people find it.
///
/// Who may call: the root of verifier, which it does not know: it reads, and judges nothing.
///
/// Threads: values and readers of one thread; what touches files blocks.
///
/// Reading order: [org.koegura.verifier.format.RecordingFolder], [org.koegura.verifier.format.Members],
/// [org.koegura.verifier.format.ChunkReader], [org.koegura.verifier.format.ChunkCipher],
/// [org.koegura.verifier.format.PcapngReader], [org.koegura.verifier.format.PlaintextReader],
/// [org.koegura.verifier.format.MerkleTree].
@NullMarked
package org.koegura.verifier.format;

import org.jspecify.annotations.NullMarked;
