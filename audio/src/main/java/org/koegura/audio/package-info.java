/// Codecs and audio files: G.711 both ways, PCM WAV read, wide-band prompts brought down to telephone band.
///
/// Glossary:
///
/// - *linear*: one sample as signed 16-bit PCM; 0 dBFS is 32768.
/// - *code*: one G.711 octet as it stands in an RTP payload (RFC 3551 §4.5.14), even bits of A-law inverted.
/// - *narrowband*: 8000 samples a second, the band of PCMU and PCMA.
///
/// Who may call: announcement (prompts), storage-client (playback), server (the demo's telephones). A leaf: it knows
/// the JDK alone, and neither calls, legs nor recordings.
///
/// Threads: functions without state, and immutable values; any thread. Nothing here belongs on an event loop except
/// [org.koegura.audio.G711], which is a table look-up.
///
/// Reading order: [org.koegura.audio.G711], [org.koegura.audio.WavFile], [org.koegura.audio.Resampler].
@NullMarked
package org.koegura.audio;

import org.jspecify.annotations.NullMarked;
