/// SRTP and SRTCP (RFC 3711, RFC 7714): protects what is sent under one master key, and opens what a
/// party sends under another.
///
/// Glossary, in the words of RFC 3711:
///
/// - *rollover counter* (ROC): how often the 16-bit sequence number went round; it is not sent, but
///   estimated.
/// - *packet index*: ROC × 65,536 + sequence number, 48 bits; RTCP has an index of 31 bits that is sent.
/// - *source*: an SSRC; each has its own rollover counter and its own list of what was seen.
/// - *tag*: what proves that a packet comes from whoever has the key, as it was sent.
/// - *reservation*: indices that a checkpoint says were used, before they are.
///
/// What holds it together: **no index is used twice under one key.** Two packets under one index give
/// the difference of their contents away, and with GCM the means to forge more. So a sender refuses
/// what it sent already, never forgets a source, and after a restart begins behind its last reservation, without
/// sources that this does not name.
///
/// Who may call: `org.koegura.rtpcapture` alone.
///
/// Threads: a sender or receiver belongs to one event loop at a time; nothing here locks, blocks or
/// logs.
///
/// Reading order: [org.koegura.rtpcapture.srtp.SrtpSender], [org.koegura.rtpcapture.srtp.SrtpReceiver],
/// `PacketIndex`, `ReplayWindow`, `Sources`, then `KeyDerivation`, `Transform`, `AesCounterMode` and
/// `AesGcm`.
@NullMarked
package org.koegura.rtpcapture.srtp;

import org.jspecify.annotations.NullMarked;
