/// Keeps recordings: encrypts what was received before it reaches the disk, seals it at the end of the call, finds it
/// again and derives playback audio from it.
///
/// Glossary:
///
/// - *seal*: manifest and signature; once it stands, the recording's folder never changes again.
/// - *ring*: the sealed recordings on the built-in medium, in the order in which they are overwritten.
/// - *home*: where a recording is kept: the built-in medium, and the cloud.
/// - *tombstone*: what stays of a recording that was overwritten.
/// - *recovery*: sealing, at the next start, what a killed process left open; it ends when its outcome was told.
/// - *checkpoint*: what the next process needs to take an answered call up.
///
/// Who may call: server opens [org.koegura.storageclient.LocalStore]; rtp-capture and governance reach it only through
/// the ports [org.koegura.callmodel.port.RecordingSink] and [org.koegura.callmodel.port.RecordingStore].
///
/// It stands on packages that know nothing of it:
///
/// ```
/// playback ──► manifest ◄── ring        cloud
///              │  │   │
///              ▼  ▼   ▼
///        packets keys ──► medium
/// ```
///
/// `playback` and `ring` reach below `manifest`, too. The root joins them: what is written, sealed, found again,
/// overwritten, and sent to the cloud.
///
/// Threads: everything here blocks. An open recording belongs to one writer's thread at a time; the sink, the store and
/// the keys are safe for any number of threads.
///
/// Reading order: the way to the disk, `medium.Layout`, `keys.KeyCabinet`, `packets.PcapngBuffer` (1),
/// `packets.PacketsFile` (2), `RecordingWriter`, `manifest.Manifest`, `Sealer`, `Recovery`; then for playback
/// `LocalRecordings` and the package `playback`; for both homes `Homes`, `RingStart`, `RingStore`, `Uploads`,
/// `Receipts`, `Erasures`, and the packages `ring` and `cloud`; for the calls `CheckpointKeeper`.
@NullMarked
package org.koegura.storageclient;

import org.jspecify.annotations.NullMarked;
