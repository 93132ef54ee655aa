/// TLS 1.2 and 1.3 for SIP (RFC 3261 §26, RFC 5922): who we are, whom we trust, and what a certificate
/// says of its owner.
///
/// Glossary:
///
/// - *identity*: our certificate with its chain, and its key.
/// - *trust*: the authorities that vouch for peers.
/// - *term*: where in its validity our certificate is.
///
/// Who may call: the transports of this room, and whoever opens it.
///
/// Threads: everything here is immutable, but [LiveTls], which has a platform thread that looks at the files, and is
/// safe from any thread. [Tls#load] reads files.
///
/// Reading order: [TlsSettings], [LiveTls], [Tls], `PeerTrust`, `PemFile`, `Term`, [CertificateNames].
@NullMarked
package org.koegura.sipproxy.tls;

import org.jspecify.annotations.NullMarked;
