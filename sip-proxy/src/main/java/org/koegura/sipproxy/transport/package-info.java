/// Step 1 of 10 on the INVITE line: datagrams in and out, and the order in which they are worked on.
///
/// Glossary:
///
/// - *datagram*: one UDP payload with where it came from, or goes to.
/// - *lane*: the bounded queue of everything that concerns one Call-ID, worked on in order by one virtual thread.
///
/// Who may call: only the signalling packages of this room.
///
/// Threads: one Netty event loop reads the socket and never blocks. Each lane that holds work has one virtual thread,
/// which may block. Sending is safe from any thread.
///
/// Reading order: [Datagram], [UdpTransport], [Lanes].
@NullMarked
package org.koegura.sipproxy.transport;

import org.jspecify.annotations.NullMarked;
