/// UDP sockets of the packet path, and the event loops that read them.
///
/// Glossary: *transport*: how event loops and sockets talk to the kernel, chosen once; *reader*: what a socket hands
/// its datagrams to; *connected*: the kernel takes from and sends to one address only (connect(2) on UDP).
///
/// Who may call: `org.koegura.rtpcapture` alone.
///
/// Threads: sockets are opened by control threads, which block; all else belongs to the socket's event loop.
///
/// Reading order: [org.koegura.rtpcapture.socket.MediaTransport], [org.koegura.rtpcapture.socket.MediaSocket], then
/// the system calls themselves ([org.koegura.rtpcapture.socket.EpollTransport]) and Netty's channels, the fallback
/// ([org.koegura.rtpcapture.socket.ChannelTransport]).
@NullMarked
package org.koegura.rtpcapture.socket;

import org.jspecify.annotations.NullMarked;
