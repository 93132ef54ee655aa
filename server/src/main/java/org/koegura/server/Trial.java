package org.koegura.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Objects;
import org.koegura.server.config.Config;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.HostPort;
import org.koegura.server.config.Key;
import org.koegura.server.config.SipKeys;
import org.koegura.sipproxy.SipFault;
import org.koegura.sipproxy.SipProxy;
import org.koegura.sipproxy.tls.TlsSettings;
import org.koegura.sipproxy.transport.BindRefusal;
import org.koegura.sipproxy.transport.TransportTaken;

/// Tries addresses that rooms bind late: whatever of them cannot be had is told before anything is written. They are
/// free again at once; whoever takes one in between is told of by its room.
final class Trial {

    private static final int LAST_PORT_WITH_A_RIGHT = 1023;

    private Trial() {}

    /// Whether the console can listen where it is to. Blocks where a name must be asked for.
    static void console(HostPort at) throws StartFault {
        InetSocketAddress address = Addresses.resolve(ConfigKeys.CONSOLE_LISTEN, at);
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException taken) {
            BindRefusal refusal = refusal(address, taken);
            String why = "the console cannot listen on " + at + " (" + taken.getMessage() + "): " + refusal.next();
            throw refusal == BindRefusal.IN_USE
                    ? StartFault.taken(ConfigKeys.CONSOLE_LISTEN, why, taken)
                    : StartFault.in(ConfigKeys.CONSOLE_LISTEN, why, taken);
        }
    }

    /// The system's words may be in any language, and here there are no others: where the address has another port for
    /// us, it is this port.
    private static BindRefusal refusal(InetSocketAddress address, IOException taken) {
        BindRefusal said = BindRefusal.of(String.valueOf(taken.getMessage()));
        if (said != BindRefusal.OTHER) {
            return said;
        }
        try (ServerSocket another = new ServerSocket(0, 1, address.getAddress())) {
            boolean ordinary = another.isBound() && address.getPort() > LAST_PORT_WITH_A_RIGHT;
            return ordinary ? BindRefusal.IN_USE : BindRefusal.NO_RIGHT;
        } catch (IOException neither) {
            return BindRefusal.OTHER;
        }
    }

    /// All that a start tries of its settings, with other ports: a running instance may have these.
    static void settings(Config config) throws StartFault {
        Addresses addresses = Addresses.of(config);
        SipProxy.Sockets sockets = addresses.sockets();
        TlsSettings tls = sockets.tls();
        ofThisMachine(sockets.listen(), SipKeys.LISTEN);
        if (tls != null) {
            ofThisMachine(tls.listen(), SipKeys.TLS_LISTEN);
        }
        TlsSettings anywhere = tls == null
                ? null
                : new TlsSettings(
                        anyPort(tls.listen()), tls.certificate(), tls.key(), tls.trust(), tls.clientsRequired());
        try {
            SipProxy.bind(
                            new SipProxy.Sockets(anyPort(sockets.listen()), sockets.advertised(), anywhere),
                            addresses.neighbours(),
                            config.routes().admission().networks(),
                            new SimpleMeterRegistry())
                    .close();
        } catch (SipFault fault) {
            throw fault(Objects.requireNonNullElse(fault.setting(), SipFault.Setting.LISTEN), fault);
        }
        media(sockets.advertised(), Addresses.advertisedBy(config));
        console(new HostPort(config.http().host(), 0));
    }

    private static List<InetSocketAddress> anyPort(List<InetSocketAddress> addresses) {
        return addresses.stream()
                .map(address -> new InetSocketAddress(address.getAddress(), 0))
                .toList();
    }

    private static void ofThisMachine(List<InetSocketAddress> listen, Key<?> key) throws StartFault {
        media(listen.stream().map(InetSocketAddress::getAddress).toList(), key);
    }

    /// What of SIP's settings is at fault, as the operator reads it.
    static StartFault fault(SipFault.Setting setting, SipFault fault) {
        String why = String.valueOf(fault.getMessage());
        return fault.getCause() instanceof TransportTaken taken && taken.refusal() == BindRefusal.IN_USE
                ? StartFault.taken(key(setting), why, fault)
                : StartFault.in(key(setting), why, fault);
    }

    private static Key<?> key(SipFault.Setting setting) {
        return switch (setting) {
            case LISTEN -> SipKeys.LISTEN;
            case TLS_LISTEN -> SipKeys.TLS_LISTEN;
            case TLS_CERTIFICATE -> SipKeys.TLS_CERTIFICATE;
            case TLS_KEY -> SipKeys.TLS_KEY;
            case TLS_TRUST -> SipKeys.TLS_TRUST;
        };
    }

    /// Whether media can be had at all addresses that peers are told.
    ///
    /// @param told by which setting
    static void media(Iterable<InetAddress> addresses, Key<?> told) throws StartFault {
        for (InetAddress address : addresses) {
            try {
                new DatagramSocket(0, address).close();
            } catch (IOException foreign) {
                throw StartFault.in(
                        told,
                        address.getHostAddress() + " is no address of this machine: name one that telephones can reach",
                        foreign);
            }
        }
    }
}
