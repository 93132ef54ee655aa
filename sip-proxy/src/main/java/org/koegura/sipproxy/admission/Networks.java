package org.koegura.sipproxy.admission;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// Whose addresses may use the proxy.
public record Networks(List<Network> networks) {

    /// This machine, and every network that is nobody's on the Internet: RFC 1918, RFC 6598, link-local, and unique
    /// local addresses (RFC 4193).
    public static final String PRIVATE = "127.0.0.0/8, ::1/128, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,"
            + " 100.64.0.0/10, 169.254.0.0/16, fe80::/10, fc00::/7";

    private static final int NETWORKS_MAX = 256;

    public Networks {
        networks = List.copyOf(networks);
        if (networks.isEmpty() || networks.size() > NETWORKS_MAX) {
            throw new IllegalArgumentException("networks: 1 to " + NETWORKS_MAX + " are needed");
        }
    }

    /// Reads a list with commas between.
    public static Networks parse(String list) {
        return new Networks(Arrays.stream(list.strip().split("\\s*,\\s*", -1))
                .map(Network::parse)
                .toList());
    }

    /// Whether an address is of one of them.
    public boolean contain(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
