package org.koegura.server;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.HostPort;
import org.koegura.server.config.Key;

/// Tries addresses that rooms bind late: whatever of them cannot be had is told before anything is written. They are
/// free again at once; whoever takes one in between is told of by its room.
final class Trial {

    private Trial() {}

    /// Whether the console can listen where it is to. Blocks where a name must be asked for.
    static void console(HostPort at) throws StartFault {
        InetSocketAddress address = Addresses.resolve(ConfigKeys.CONSOLE_LISTEN, at);
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException taken) {
            throw StartFault.in(
                    ConfigKeys.CONSOLE_LISTEN,
                    "the console cannot listen on " + at + " (" + taken.getMessage()
                            + "): stop what listens there, or name another address or port of this machine",
                    taken);
        }
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
