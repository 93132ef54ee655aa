/// What is derived of a sealed recording while somebody listens or takes a copy: never stored, cleared after.
///
/// Glossary:
///
/// - *span*: a run of chunks at whose start the timeline's state is remembered.
/// - *segment*: ten seconds of playback, decoded whole.
/// - *frame*: 1/48,000 s, in which every codec's packets have a place.
/// - *meaning*: the codec that a payload type stands for at one place of the stream.
///
/// Who may call: the root of storage-client alone; it knows `medium`, `keys`, `packets` and `manifest`.
///
/// Threads: what is handed out is safe for any number of threads, and blocks; everything below it belongs to one
/// reading.
///
/// Reading order: [org.koegura.storageclient.playback.RecordedPackets],
/// [org.koegura.storageclient.playback.PcapngCopy], [org.koegura.storageclient.playback.WavePlayback], `Timeline`,
/// `LegClock`, `Meanings`, `Segment`, `Voices`.
@NullMarked
package org.koegura.storageclient.playback;

import org.jspecify.annotations.NullMarked;
