/// Anchors, relays, announces in and captures the media of calls: the RTP packet starts here.
///
/// Glossary:
///
/// - *leg*: one side of a call; each m-line has, per leg, an RTP and an RTCP port of ours.
/// - *latch*: the one source whose packets a port takes; *settled* when it can no longer change.
/// - *far leg*: what arrives on a leg leaves on its far leg.
/// - *notice*: the announcement, played inside the stream that the outside party hears already.
/// - *join*: giving the inside party's next packet its place after the notice.
/// - *withheld*: received, relayed, rightly not captured; *lost*: captured and not kept, which is declared.
/// - *track*: one recording on its way from an event loop to the store.
///
/// Who may call: `server` opens [org.koegura.rtpcapture.RtpCapture]; the signalling asks it through
/// [org.koegura.callmodel.port.MediaPlane]. It asks [org.koegura.callmodel.port.NoticeSource] and
/// [org.koegura.callmodel.port.RecordingSink].
///
/// Threads: all of a call's state belongs to one event loop. Behind each loop one writer's thread does what may be
/// slow; packets cross to it by the ring, commands by a bounded queue, in one order. Control threads bind ports.
///
/// Reading order: the packet's way in five steps, `RelayPort` (1), `RelayHandler` (2, with `MediaLine`,
/// `AudioRelay` and `Capture`), `CaptureRing` (3), `TrackWriter` (4), and `RecordingSink` (5), called by `Track`.
/// Beside it: `PeerLatch` and `SignalledSources` (whose packets), `OutboundStream` and `RtcpTranslator` (one
/// stream for the outside party), `SrtpLeg` (what comes and goes encrypted), `NoticePlayer`, `Capture` and
/// `LegAccount` (to the packet); what the audio is like is watched in `quality`. `CallMedia` is what the
/// signalling holds, `TakenUp` what it does not hold yet after a restart.
@NullMarked
package org.koegura.rtpcapture;

import org.jspecify.annotations.NullMarked;
