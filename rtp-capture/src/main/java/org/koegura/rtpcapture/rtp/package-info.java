/// RTP and RTCP as they lie on the wire (RFC 3550), and what keeps one outbound stream whole.
///
/// Glossary: *extended sequence*: the 16 bits of a sequence number with the rounds it went (RFC 3550 §A.1);
/// *translated*: renumbered, so that packets of two sources are one stream to whoever hears them.
///
/// Who may call: the other rooms of `rtpcapture`; it knows none of them.
///
/// Threads: header views are stateless; a stream and its translator belong to their call's event loop.
///
/// Reading order: [org.koegura.rtpcapture.rtp.RtpHeader], `InsideSource`,
/// [org.koegura.rtpcapture.rtp.OutboundStream], then the reports about it ([org.koegura.rtpcapture.rtp.RtcpTranslator],
/// `FeedbackToInside`);
/// [org.koegura.rtpcapture.rtp.ZrtpMessage] for itself.
@NullMarked
package org.koegura.rtpcapture.rtp;

import org.jspecify.annotations.NullMarked;
