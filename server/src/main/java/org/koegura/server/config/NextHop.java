package org.koegura.server.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.transport.Protocol;

/// One server of a neighbour as an operator writes it: `192.0.2.20:5060`, `192.0.2.20:5060/tcp;weight=2`, or
/// `pbx.example.jp` for all that its name leads to (RFC 3263).
///
/// @param host a name, or an address; IPv6 without brackets
/// @param port or -1 where none is written
/// @param protocol null where none is written
/// @param priority the lower, the earlier it is tried
/// @param weight its share among those of its priority
public record NextHop(String host, int port, @Nullable Protocol protocol, int priority, int weight) {

    private static final int WEIGHT_USUAL = 1;

    /// One of the usual weight, before all others.
    static NextHop at(String host, int port, @Nullable Protocol protocol) {
        return new NextHop(host, port, protocol, 0, WEIGHT_USUAL);
    }

    /// Reads a list with commas between.
    ///
    /// @throws IllegalArgumentException one of them cannot be read, stands there twice, or they are too many
    static List<NextHop> list(String text) {
        List<NextHop> hops = List.of(text.strip().split("\\s*,\\s*", -1)).stream()
                .map(NextHop::parse)
                .toList();
        if (hops.size() > Neighbour.SERVERS_MAX || hops.stream().distinct().count() < hops.size()) {
            throw new IllegalArgumentException("too many, or one of them twice");
        }
        return hops;
    }

    private static NextHop parse(String text) {
        String[] parts = text.split("\\s*;\\s*", -1);
        int slash = parts[0].lastIndexOf('/');
        Protocol protocol = slash < 0 ? null : Protocol.named(parts[0].substring(slash + 1));
        if (slash >= 0 && protocol == null) {
            throw new IllegalArgumentException("'" + text + "' names no protocol: udp, tcp or tls");
        }
        String at = slash < 0 ? parts[0] : parts[0].substring(0, slash);
        boolean bracketed = at.startsWith("[");
        boolean withPort = bracketed ? !at.endsWith("]") : at.indexOf(':') >= 0;
        HostPort place = HostPort.parse(withPort ? at : at + ":0");
        if (bracketed != (place.host().indexOf(':') >= 0) || (withPort && place.port() == 0)) {
            throw new IllegalArgumentException("'" + text + "' is no HOST[:PORT]");
        }
        int priority = 0;
        int weight = WEIGHT_USUAL;
        for (String parameter : List.of(parts).subList(1, parts.length)) {
            String digits = parameter.substring(parameter.indexOf('=') + 1);
            if (!digits.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("'" + parameter + "' is no weight=N and no priority=N");
            }
            switch (parameter.substring(0, parameter.length() - digits.length())) {
                case "weight=" -> weight = Integer.parseInt(digits);
                case "priority=" -> priority = Integer.parseInt(digits);
                default -> throw new IllegalArgumentException("'" + parameter + "' is no weight=N and no priority=N");
            }
        }
        NextHop hop = new NextHop(place.host(), withPort ? place.port() : -1, protocol, priority, weight);
        hop.server(); // says where a number is too large
        return hop;
    }

    /// The same over UDP.
    public NextHop overUdp() {
        return new NextHop(host, port, Protocol.UDP, priority, weight);
    }

    /// The same for the proxy.
    public Server server() {
        return new Server(new Sought(host, port, protocol, false), priority, weight);
    }

    /// All of them, as they are read.
    public static String written(List<NextHop> hops) {
        return hops.stream().map(NextHop::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return name
                + (port < 0 ? "" : ":" + port)
                + (protocol == null ? "" : "/" + protocol.parameter())
                + (weight == WEIGHT_USUAL ? "" : ";weight=" + weight)
                + (priority == 0 ? "" : ";priority=" + priority);
    }
}
