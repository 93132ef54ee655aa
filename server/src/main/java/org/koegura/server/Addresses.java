package org.koegura.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.transport.Hop;

/// The addresses of a [Config], looked up.
///
/// @param sip where SIP listens
/// @param advertised what peers are told, for signalling and media
/// @param neighbours registrar or PBX, and trunk
record Addresses(InetSocketAddress sip, InetAddress advertised, Neighbours neighbours) {

    /// Looks them up. Blocks where a name must be asked for.
    ///
    /// @throws StartFault a name has no address, or the address cannot be told to anybody
    static Addresses of(Config config) throws StartFault {
        return new Addresses(
                resolve("--sip", config.sip()),
                advertised(config),
                new Neighbours(
                        hop("--upstream", config.routes().upstream()),
                        hop("--trunk", config.routes().trunk())));
    }

    private static @Nullable Hop hop(String option, @Nullable NextHop hop) throws StartFault {
        return hop == null ? null : new Hop(hop.protocol(), resolve(option, hop.at()));
    }

    private static InetSocketAddress resolve(String option, HostPort hostPort) throws StartFault {
        try {
            return hostPort.resolve();
        } catch (UnknownHostException e) {
            throw noAddress(option, hostPort.host(), e);
        }
    }

    private static InetAddress advertised(Config config) throws StartFault {
        String option = option(config);
        InetAddress address;
        try {
            address = config.advertisedAddress();
        } catch (UnknownHostException e) {
            throw noAddress(option, String.valueOf(config.advertised()), e);
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new StartFault(option + ": nobody can send to " + address.getHostAddress()
                    + ": name one address of this machine that telephones can reach");
        }
        return address;
    }

    /// The option that the advertised address comes from.
    static String option(Config config) {
        return config.advertised() == null ? "--sip" : "--advertise";
    }

    private static StartFault noAddress(String option, String host, UnknownHostException cause) {
        return new StartFault(
                option + ": '" + host + "' has no address: check its spelling, or write the address itself", cause);
    }
}
