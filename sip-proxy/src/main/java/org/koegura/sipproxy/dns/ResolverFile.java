package org.koegura.sipproxy.dns;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The name servers that this system names in `/etc/resolv.conf`. Read by ourselves: where it names none, Netty would
/// ask one on the Internet, which no closed network has.
final class ResolverFile {

    private static final Path FILE = Path.of("/etc/resolv.conf");
    private static final int DNS_PORT = 53;

    private ResolverFile() {}

    static List<InetSocketAddress> servers() {
        return servers(FILE);
    }

    /// None where there is no such file.
    static List<InetSocketAddress> servers(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                    .flatMap(words -> address(words[1]))
                    .limit(NameServers.SERVERS_MAX)
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static Stream<InetSocketAddress> address(String text) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
        return address == null ? Stream.empty() : Stream.of(new InetSocketAddress(address, DNS_PORT));
    }
}
