package org.koegura.server;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.koegura.server.config.Config;
import org.koegura.server.config.HostPort;
import org.koegura.sipproxy.SipProxy;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// An address at which SIP listens, as its operator reads it.
///
/// @param protocols spoken there: `udp tcp`, or `tls`
/// @param at as it was written, with the port that it has
/// @param reached what peers are told of it; empty where they are told another one
record Listener(String protocols, String at, List<String> reached) {

    private static final int PROTOCOLS_WIDTH = 7;

    /// All that there are, in the order of the settings, TLS last.
    static List<Listener> of(Config.Sip written, SipProxy sip) {
        List<Listener> all = new ArrayList<>(of("udp tcp", written.listen(), Protocol.UDP, sip));
        Config.Tls tls = written.tls();
        if (tls != null) {
            all.addAll(of("tls", tls.listen(), Protocol.TLS, sip));
        }
        return List.copyOf(all);
    }

    private static List<Listener> of(String protocols, List<HostPort> written, Protocol protocol, SipProxy sip) {
        List<Hop> bound = sip.bound().stream()
                .filter(socket -> socket.protocol() == protocol)
                .toList();
        List<Listener> all = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) { // bound in the order in which they are written
            Hop socket = bound.get(i);
            HostPort at = new HostPort(written.get(i).host(), socket.address().getPort());
            all.add(new Listener(
                    protocols,
                    at.toString(),
                    sip.reachedAt(socket).stream().map(Listener::text).toList()));
        }
        return all;
    }

    static String text(InetSocketAddress address) {
        return ProxyEdits.bracketed(address.getAddress()) + ":" + address.getPort();
    }

    /// One line of a table.
    ///
    /// @param atWidth columns that the widest address needs
    String row(int atWidth) {
        String told = reached.isEmpty() ? "" : "   reached at " + String.join(" and ", reached);
        return (padded(protocols, PROTOCOLS_WIDTH) + "  " + padded(at, atWidth) + told).stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
