package org.koegura.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// What the operator chose, or the embedded defaults.
///
/// @param sip where SIP listens (UDP); port 0 takes a free one
/// @param advertised address that goes into Via, Record-Route, Path and SDP; null: found from `sip`
/// @param upstream registrar or PBX for requests that name us as their host; null: route by Request-URI
/// @param http where console and API listen; port 0 takes a free one
/// @param mediaPorts UDP ports for RTP and RTCP
/// @param data where everything that lasts is kept
/// @param ringBytes room for recordings on the built-in medium, after which the oldest are overwritten
/// @param cloud the directory that is the cloud; null: below `data`
/// @param refuseWhenUnrecordable R3: refuse a call that cannot be recorded, instead of letting it pass
/// @param drainWait how long running calls may go on after the first Ctrl-C
record Config(
        HostPort sip,
        @Nullable String advertised,
        @Nullable HostPort upstream,
        HostPort http,
        PortRange mediaPorts,
        Path data,
        long ringBytes,
        @Nullable Path cloud,
        boolean refuseWhenUnrecordable,
        Duration drainWait) {

    /// The address that peers are told to send to: as chosen, else the listening address, else this machine's first
    /// address that other machines can reach, else loopback.
    InetAddress advertisedAddress() throws UnknownHostException {
        if (advertised != null) {
            return InetAddress.getByName(advertised);
        }
        InetAddress bound = InetAddress.getByName(sip.host());
        return bound.isAnyLocalAddress() ? firstReachable() : bound;
    }

    private static InetAddress firstReachable() {
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!card.isUp() || card.isLoopback()) {
                    continue;
                }
                for (InetAddress address : Collections.list(card.getInetAddresses())) {
                    if (address instanceof Inet4Address && !address.isLinkLocalAddress()) {
                        return address;
                    }
                }
            }
        } catch (SocketException e) {
            // no list of interfaces: loopback serves the machine itself, and --advertise says anything else
        }
        return InetAddress.getLoopbackAddress();
    }
}
