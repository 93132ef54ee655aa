/// Step 1 of 10 on the INVITE line: messages in and out over UDP, TCP and TLS, and the order in which
/// they are worked on.
///
/// Glossary:
///
/// - *hop*: a neighbour, by protocol and address.
/// - *arrival*: what may be one message, with the hop that it came from.
/// - *lane*: the bounded queue of everything that concerns one Call-ID, worked on in order by one virtual thread.
///
/// Who may call: only the signalling packages of this room.
///
/// Threads: one Netty event loop for each protocol and address reads its sockets and never blocks. Each
/// lane that holds work has one virtual thread, which may block. Sending is safe from any thread; a
/// datagram goes out on that thread (`DirectSender`).
///
/// Reading order: [Hop], [Arrival], [Transports], [UdpTransport], [StreamTransport],
/// [ConnectionSetup], `Handshakes`, [StreamFramer], [Lanes].
@NullMarked
package org.koegura.sipproxy.transport;

import org.jspecify.annotations.NullMarked;
