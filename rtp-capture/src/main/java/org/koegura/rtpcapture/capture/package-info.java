/// Steps 3 to 5 on the packet path: a copy of each packet crosses from its event loop to the store, and each that does
/// not is accounted for (R8).
///
/// Glossary: *track*: one recording on its way from an event loop to the store; *withheld*: received, relayed, rightly
/// not captured; *lost*: captured and not kept, which is declared; *span*: a time in which nothing is to be kept;
/// *budget*: how much of one party may be kept, beyond which it is a *flood*.
///
/// Who may call: the root of `rtpcapture`. It asks [org.koegura.callmodel.port.RecordingSink].
///
/// Threads: `Capture`, its pause, spans and accounts belong to the call's event loop; a track belongs to the writer's
/// thread behind the loop. Packets cross by the ring, commands by a bounded queue, in one order.
///
/// Reading order: [org.koegura.rtpcapture.capture.Capture], [org.koegura.rtpcapture.capture.CaptureRing] (3),
/// [org.koegura.rtpcapture.capture.TrackWriter] (4), [org.koegura.rtpcapture.capture.Track] (5).
@NullMarked
package org.koegura.rtpcapture.capture;

import org.jspecify.annotations.NullMarked;
