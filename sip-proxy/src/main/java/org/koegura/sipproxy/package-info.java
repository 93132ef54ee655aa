/// SIP: a proxy that record-routes, forwards received bytes with its edits, and knows of every call whether it may be
/// recorded.
///
/// Glossary: *telephone side*, where whoever uses us as its outbound proxy is inside; *trunk side*, where the PBX and
/// its telephones are; *secret*, what makes branches, tags and marks that nobody else can; *drain*, refusing new calls
/// while
/// the running ones go on. Further words in the packages.
///
/// Who may call: the composition root opens [SipProxy]; governance reaches its calls by the port
/// [org.koegura.callmodel.port.LiveCalls].
///
/// Threads: event loops read the sockets; each Call-ID has a lane, each call a virtual thread of its own.
///
/// Reading order, which is the INVITE's: [BoundSockets], [SipProxy], then the packages `transport`, `message`,
/// `admission`,
/// `transaction`, `proxy`, `routing`, `call`, `sdp`, `negotiation`, `media`, `srtp`.
@NullMarked
package org.koegura.sipproxy;

import org.jspecify.annotations.NullMarked;
