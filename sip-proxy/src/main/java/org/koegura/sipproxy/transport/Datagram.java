package org.koegura.sipproxy.transport;

import java.net.InetSocketAddress;

/// One UDP payload.
///
/// @param bytes its octets; belong to whoever holds the datagram
/// @param peer where it came from
// An array and not a copy of it: datagrams are handed over, and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Datagram(byte[] bytes, InetSocketAddress peer) {}
