/// Reads and edits session descriptions line by line, so that media come to us and everything else stays as it
/// was.
///
/// Glossary:
///
/// - *session description*: a body of type `application/sdp` (RFC 8866), alone or as one part of a multipart
///   body.
/// - *m-line*: one media description, counted from 0; also one that is declined (port 0), so that the count
///   never moves.
/// - *hold in the old way*: `c=` with `0.0.0.0` or `::` (RFC 3264 §8.4).
/// - *left alone*: an m-line that does not pass through us, such as one over TCP; not one of its bytes is
///   edited.
///
/// Who may call: only `org.koegura.sipproxy.negotiation` and `org.koegura.sipproxy.call`.
///
/// Threads: everything here is pure and immutable; no clock, no socket, no name is looked up.
///
/// Reading order: [SdpBody], [SdpReader], [SessionDescription], [MediaDescription], [SdpRewriter], [CodecFilter],
/// [CodecOrder].
@NullMarked
package org.koegura.sipproxy.sdp;

import org.jspecify.annotations.NullMarked;
