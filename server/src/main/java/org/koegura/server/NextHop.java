package org.koegura.server;

import org.koegura.sipproxy.transport.Protocol;

/// A neighbour as an operator writes it: `192.0.2.20:5060`, or `192.0.2.20:5060/tcp`; without a protocol UDP.
record NextHop(HostPort at, Protocol protocol) {

    static NextHop parse(String text) {
        int slash = text.lastIndexOf('/');
        Protocol protocol = slash < 0 ? Protocol.UDP : Protocol.named(text.substring(slash + 1));
        if (protocol == null) {
            throw new IllegalArgumentException("'" + text + "' names no protocol: udp or tcp");
        }
        return new NextHop(HostPort.parse(slash < 0 ? text : text.substring(0, slash)), protocol);
    }

    /// As [#parse] reads it.
    @Override
    public String toString() {
        return protocol == Protocol.UDP ? at.toString() : at + "/" + protocol.parameter();
    }
}
