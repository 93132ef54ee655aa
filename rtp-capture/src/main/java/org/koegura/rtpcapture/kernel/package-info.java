/// Lets the kernel pass on what needs nothing of us: the packets of a call in its steady state, by a program (eBPF,
/// RFC 9669) that runs where frames come in. Each packet it passes is told to us a few milliseconds later, and is
/// accounted for, judged and recorded as if it had come through a socket.
///
/// Glossary: *flow*: packets of one source, SSRC and payload type of one direction; *lent*: the kernel passes it;
/// *on trial*: the kernel finds it and passes nothing yet; *recalled*: it comes to the socket again; *passed*: what the
/// kernel sent on; *here*: on this host, by the loopback
/// interface.
///
/// Who may call: `org.koegura.rtpcapture` and its sockets.
///
/// Threads: it is opened on one of its own, beside the calls; what is lent of a loop's belongs to that loop.
///
/// Reading order: [org.koegura.rtpcapture.kernel.KernelHelp], [org.koegura.rtpcapture.kernel.RelayProgram],
/// then [org.koegura.rtpcapture.kernel.LentFlows] and [org.koegura.rtpcapture.kernel.PassedRing].
@NullMarked
package org.koegura.rtpcapture.kernel;

import org.jspecify.annotations.NullMarked;
