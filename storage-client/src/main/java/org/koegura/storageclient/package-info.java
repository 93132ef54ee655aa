/// Keeps recordings: encrypts what was received before it reaches the disk, seals it at the end of the call, finds it
/// again and derives playback audio from it.
///
/// Glossary, in the words of `docs/format/recording-v1.md`:
///
/// - *packets file*: `packets.kgr`, a header and encrypted *chunks*; its plaintext is one pcapng stream.
/// - *formats block*: what payload types mean since an agreement in mid-call, told between the packets.
/// - *whole*: a chunk that is on disk to its last byte and whose tag holds. Only whole chunks count.
/// - *cabinet*: the folder `keys/`, where the wrapped keys lie, apart from what they open.
/// - *seal*: manifest and signature; once it stands, the recording's folder never changes again.
/// - *ring*: the sealed recordings on the built-in medium, in the order in which they are overwritten.
/// - *tombstone*: what stays of a recording that was overwritten.
/// - *recovery*: sealing, at the next start, what a killed process left open; it ends when its outcome was told.
/// - *span*: a run of chunks at whose start the playback timeline's state is remembered.
///
/// Who may call: server opens [org.koegura.storageclient.LocalStore]; rtp-capture and governance reach it only through
/// the ports [org.koegura.callmodel.port.RecordingSink] and [org.koegura.callmodel.port.RecordingStore].
///
/// Threads: everything here blocks. An open recording belongs to one writer's thread at a time; the sink, the store and
/// the keys are safe for any number of threads.
///
/// Reading order: `Layout`, `KeyCabinet`, `PcapngBuffer`, `PacketsFile`, `RecordingWriter`, `Manifest`, `Sealer`,
/// `Recovery`; then for playback `LocalRecordings`, `LegClock`, `Meanings`, `Timeline`, `WavePlayback`; for both homes
/// `Homes`, `RingStart`, `RingStore`, `Uploads`, `Receipts`, `Erasures`, and the packages `ring` and `cloud`.
@NullMarked
package org.koegura.storageclient;

import org.jspecify.annotations.NullMarked;
