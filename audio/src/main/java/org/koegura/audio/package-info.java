/// Codecs and audio files: G.711, G.722 and Opus both ways, PCM WAV read, speech brought from one rate to another.
///
/// Glossary:
///
/// - *linear*: one sample as signed 16-bit PCM; 0 dBFS is 32768.
/// - *code*: one G.711 octet as it stands in an RTP payload (RFC 3551 §4.5.14), even bits of A-law inverted.
/// - *narrowband*: 8000 samples a second, the band of PCMU and PCMA.
/// - *clock*: the ticks of RTP timestamps; for G.722 it is not the rate of the samples.
/// - *tone*: what a fax machine or a modem says of itself ([org.koegura.audio.FaxEar.Tone]).
/// - *to conceal*: to make up what a lost payload may have said.
///
/// Who may call: announcement (prompts), storage-client (playback), rtp-capture (what fax machines say), server (the
/// demo's telephones). A leaf: it knows the JDK and libopus alone, and neither calls, legs nor recordings.
///
/// Threads: functions without state and immutable values, for any thread; encoders and decoders belong to one stream
/// and one thread at a time. Nothing here belongs on an event loop except [org.koegura.audio.G711], which is a table
/// look-up, and [org.koegura.audio.FaxEar], which is measured (ADR 64).
///
/// Native code: Opus alone, libopus by JNA from the jar that bundles it. Where it cannot be loaded,
/// [org.koegura.audio.Codec#trouble] says why, and all else works.
///
/// Reading order: [org.koegura.audio.Codec], [org.koegura.audio.G711], `G722`, `G722Band`, `OpusNative`,
/// [org.koegura.audio.WavFile], [org.koegura.audio.Resampler]; [org.koegura.audio.FaxEar], `SteadyTone`, `FlagEar`.
@NullMarked
package org.koegura.audio;

import org.jspecify.annotations.NullMarked;
