/// Anchors, relays, announces in and captures the media of calls: the RTP packet starts here.
///
/// Glossary:
///
/// - *leg*: one side of a call; each m-line has, per leg, an RTP and an RTCP port of ours.
/// - *far leg*: what arrives on a leg leaves on its far leg.
/// - *notice*: the announcement, played inside the stream that the outside party hears already.
/// - *loan*: a flow that the kernel passes on for a while.
///
/// Who may call: `server` opens [org.koegura.rtpcapture.RtpCapture]; the signalling asks it through
/// [org.koegura.callmodel.port.MediaPlane]. It asks [org.koegura.callmodel.port.NoticeSource] and
/// [org.koegura.callmodel.port.RecordingSink].
///
/// Threads: all of a call's state belongs to one event loop (`RelayedCall`). Behind each loop one writer's thread does
/// what may be slow; packets cross to it by the ring, commands by a bounded queue, in one order. Control threads bind
/// ports, and command the loop by `CallCommands`.
///
/// Reading order: the packet's way in five steps, `port.RelayPort` (1), `RelayHandler` (2, with `RelayedCall`,
/// `MediaLine`, `AudioRelay`, `ZrtpWatch`, `FaxWatch` and `capture.Capture`), `capture.CaptureRing` (3),
/// `capture.TrackWriter` (4), and `RecordingSink` (5), called by `capture.Track`.
///
/// Beside it, each in a package of its own that knows nothing of this one: `port` (whose packets, under which keys),
/// `rtp` (one stream for the outside party), `notice`, `srtp`,
/// `quality` (what the audio is like), `meters`, and below them `socket` and `kernel`. A command's way: `CallMedia`,
/// which is what the signalling holds, `CallCommands`, `RelayedCall`. `TakenUp` is what the signalling does not hold
/// yet after a restart. What we say ourselves: `CallNotices` (what is played, as it is commanded), `OutsideWay`
/// (by which it reaches the outside party).
@NullMarked
package org.koegura.rtpcapture;

import org.jspecify.annotations.NullMarked;
