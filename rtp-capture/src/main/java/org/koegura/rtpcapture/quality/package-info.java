/// What a call's audio is like as it comes in: loss, jitter, round trip, an estimate of how it sounds, and streams
/// that are not heard or have stopped.
///
/// Glossary:
///
/// - *stream*: the RTP of one leg, whatever its sources, as it reached us. What the network between us and the far
///   party does to it is not seen here, but for the round trip.
/// - *round trip*: from us to a party and back (RFC 3550 §6.4.1), without the time that the party took.
/// - *rating*, R: what the E-model (ITU-T G.107) makes of loss and delay; a *MOS* is its value from 1 to 4.5.
/// - *one-way*: one party is not heard while the other speaks. *Dead*: a stream that ran has stopped, and no hold is
///   the reason.
///
/// Who may call: the packages of this room.
///
/// Threads: all of a call's state belongs to its event loop. Meters are safe from any thread.
///
/// Reading order: `QualityWatch`, then `StreamQuality` (one leg), `LossMeter`, `JitterMeter` and `RoundTrips`, then
/// `EModel` with `CodecImpairment`, and `QualityMeters`.
@NullMarked
package org.koegura.rtpcapture.quality;

import org.jspecify.annotations.NullMarked;
