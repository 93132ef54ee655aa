package org.koegura.server.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.koegura.sipproxy.transport.Protocol;

/// Addresses of a family that no socket of SIP speaks: nobody could be told them, and nothing could be sent there. As
/// written: names are looked up at the start. Pure.
///
/// @param chosen all settings
record Families(Chosen chosen) {

    /// Each in one line.
    List<String> conflicts() {
        List<String> conflicts = new ArrayList<>();
        List<HostPort> secure =
                chosen.get(SipKeys.TLS_CERTIFICATE) == null ? List.of() : chosen.need(SipKeys.TLS_LISTEN);
        List<HostPort> plain = chosen.need(SipKeys.LISTEN);
        List<HostPort> all = new ArrayList<>(plain);
        all.addAll(secure);
        List<String> advertised = chosen.get(SipKeys.ADVERTISE);
        if (advertised != null) {
            advertised.forEach(host -> check(SipKeys.ADVERTISE, host, all, SipKeys.LISTEN, conflicts));
        }
        List<String> told =
                advertised == null ? plain.stream().map(HostPort::host).toList() : advertised;
        secure.forEach(socket -> checkTold(socket.host(), told, conflicts));
        for (Key<List<NextHop>> neighbour : List.of(SipKeys.UPSTREAM, SipKeys.TRUNK)) {
            List<NextHop> hops = chosen.get(neighbour);
            for (NextHop hop : hops == null ? List.<NextHop>of() : hops) {
                boolean tls = hop.protocol() == Protocol.TLS && !secure.isEmpty();
                Key<?> listening = tls ? SipKeys.TLS_LISTEN : SipKeys.LISTEN;
                check(neighbour, hop.host(), tls ? secure : plain, listening, conflicts);
            }
        }
        return conflicts;
    }

    private void check(Key<?> key, String host, List<HostPort> sockets, Key<?> listening, List<String> conflicts) {
        InetAddress address = Readers.literal(host);
        boolean six = address instanceof Inet6Address;
        if (address != null && sockets.stream().noneMatch(speaks(six))) {
            String family = six ? "IPv6" : "IPv4";
            conflicts.add(chosen.where(key) + ": '" + host + "' is an address of " + family
                    + ", and SIP listens at none; allowed: together with one of " + family + " in "
                    + listening.path());
        }
    }

    /// Else telephones would be told an address of the other family, at whose TLS port nobody listens.
    private void checkTold(String host, List<String> told, List<String> conflicts) {
        InetAddress address = Readers.literal(host);
        boolean six = address instanceof Inet6Address;
        if (address != null && told.stream().noneMatch(other -> isOf(six, other))) {
            String family = six ? "IPv6" : "IPv4";
            conflicts.add(chosen.where(SipKeys.TLS_LISTEN) + ": '" + host + "' is an address of " + family
                    + ", and telephones are told none; allowed: together with one of " + family + " in "
                    + (chosen.get(SipKeys.ADVERTISE) == null ? SipKeys.LISTEN : SipKeys.ADVERTISE).path());
        }
    }

    /// A name may have addresses of either; a wildcard is of one, as any other address.
    private static Predicate<HostPort> speaks(boolean six) {
        return socket -> isOf(six, socket.host());
    }

    private static boolean isOf(boolean six, String host) {
        InetAddress at = Readers.literal(host);
        return at == null || six == at instanceof Inet6Address;
    }
}
