package org.koegura.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// An address as an operator writes it: `192.0.2.10:5060`, `[2001:db8::1]:5060` or `name:5060`.
///
/// @param host a name, or an address; IPv6 without brackets
/// @param port 0 to 65535
public record HostPort(String host, int port) {

    /// @throws IllegalArgumentException it is none, in one line
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        String digits = text.substring(colon + 1);
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
        if (host.isEmpty() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("'" + text + "' is no HOST:PORT, for example 192.0.2.10:5060");
        }
        return new HostPort(host, port);
    }

    /// The address that it stands for now. Blocks where a name must be asked for.
    ///
    /// @throws UnknownHostException the name has no address
    public InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /// As it is read.
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
