/// What signalling and media say to each other of SRTP: the suites, and the keys of a leg.
///
/// Glossary:
///
/// - *crypto suite*: cipher, authentication and their lengths, by the name that an `a=crypto` line
///   gives them (RFC 4568 §6.2, RFC 7714 §14.1).
/// - *master key*: what the keys of packets are derived from, with its salt (RFC 3711 §4.3).
/// - *ours*, *theirs*: whoever *sends* with a key made it. No key is used in two directions or on two
///   legs.
///
/// - *index*: of a packet of one source under one key (RFC 3711 §3.3.1); it is used once.
///
/// Who may call: `sip-proxy`, which reads and writes keys in session descriptions, and `rtp-capture`,
/// which uses them. Of a [org.koegura.callmodel.srtp.SrtpProfile] also `storage-client`, which keeps what a
/// call's checkpoint says, and whoever sets it.
///
/// Threads: immutable values. None shows a key: not in `toString`, not in the message of an exception.
///
/// Reading order: [org.koegura.callmodel.srtp.CryptoSuite], [org.koegura.callmodel.srtp.MasterKey],
/// [org.koegura.callmodel.srtp.SrtpKeys], [org.koegura.callmodel.srtp.SrtpProfile],
/// [org.koegura.callmodel.srtp.SrtpCheckpoint], [org.koegura.callmodel.srtp.SourceCheckpoint].
@NullMarked
package org.koegura.callmodel.srtp;

import org.jspecify.annotations.NullMarked;
