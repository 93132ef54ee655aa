/// What a recording says of itself, as JSON: in its manifest, in the facts that open it and between its packets.
///
/// Glossary, in the words of `docs/format/recording-v1.md`:
///
/// - *manifest*: what is signed when a recording is sealed.
/// - *opening facts*: what is known when capture starts, inside the encryption; enough to close the recording after a
///   crash.
/// - *accounts*: the packets of each leg, received, recorded, lost and withheld.
///
/// Who may call: the other packages of storage-client; of them it knows `medium`, `keys` and `packets`.
///
/// Threads: values and their spelling, safe for any number of threads; what reads a folder blocks.
///
/// Reading order: [org.koegura.storageclient.manifest.Words], [org.koegura.storageclient.manifest.OpeningFacts],
/// [org.koegura.storageclient.manifest.Manifest], [org.koegura.storageclient.manifest.SealedManifest],
/// [org.koegura.storageclient.manifest.StatedOutcome].
@NullMarked
package org.koegura.storageclient.manifest;

import org.jspecify.annotations.NullMarked;
