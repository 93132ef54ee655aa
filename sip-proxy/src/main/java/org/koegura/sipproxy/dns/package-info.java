/// From a SIP URI, or a neighbour's name, to the addresses that it may be reached at, in order (RFC 3263).
///
/// Glossary:
///
/// - *sought*: what is to be reached: a host, perhaps with a port and a protocol.
/// - *answer*: what the name servers said to one question; *silence* where they said nothing of use in time.
/// - *place*: a server that was found, with its rank, its weight and all of its addresses.
/// - *entry*: one record of an answer: NAPTR (RFC 3403), SRV (RFC 2782), or an address.
///
/// Who may call: only the signalling packages of this room, and the composition root for the neighbours' names.
///
/// Threads: [ServerLocator#locate] blocks, for a bounded time: call it on a lane. `find` blocks longer, for those who
/// watch neighbours. One event loop, `sip-dns`, speaks with
/// the name servers; `sip-names-…` look up what only the system knows.
///
/// Reading order: [ServerLocator], [Sought], [Found], `ServerOrder`, `Entry`, `Answer`, `NameServers`, `AnswerCache`,
/// `SystemNames`.
@NullMarked
package org.koegura.sipproxy.dns;

import org.jspecify.annotations.NullMarked;
