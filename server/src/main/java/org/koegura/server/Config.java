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
/// @param refuseWhenUnrecordable R3: refuse a call that cannot be recorded, instead of letting it pass
/// @param drainWait how long running calls may go on after the first Ctrl-C
/// @param log how the log is written; one for the whole process
record Config(
        HostPort sip,
        @Nullable String advertised,
        @Nullable HostPort upstream,
        HostPort http,
        PortRange mediaPorts,
        Path data,
        boolean refuseWhenUnrecordable,
        Duration drainWait,
        LogFormat log) {

    /// What file and options say, and the defaults for the rest.
    static Config of(Chosen chosen) {
        return new Config(
                chosen.need(ConfigKeys.SIP_LISTEN),
                chosen.get(ConfigKeys.SIP_ADVERTISE),
                chosen.get(ConfigKeys.SIP_UPSTREAM),
                chosen.need(ConfigKeys.CONSOLE_LISTEN),
                chosen.need(ConfigKeys.MEDIA_PORTS),
                chosen.need(ConfigKeys.STORE_DATA),
                chosen.need(ConfigKeys.CALLS_WHEN_UNRECORDABLE),
                chosen.need(ConfigKeys.CALLS_DRAIN),
                chosen.need(ConfigKeys.LOG_FORMAT));
    }

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
