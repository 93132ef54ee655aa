package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// How many packets a campaign has, and whether the system let them all in.
final class Campaign {

    /// The whole of it.
    static final int WHOLE = 1_000_000;

    /// So many packets in a row find room in the buffer of a socket, whatever its size.
    static final int BURST = 32;

    private Campaign() {}

    /// As many as the build can wait for, unless `-Dkoegura.campaign.packets` says otherwise.
    static int packets(int inTheBuild) {
        return Integer.getInteger("koegura.campaign.packets", inTheBuild);
    }

    /// What the sockets at these ports had no room for since they were opened.
    static long dropped(Set<Integer> ports) throws IOException {
        long dropped = 0;
        int found = 0;
        for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] socket = line.strip().split("\\s+", -1);
                if (ports.contains(localPort(socket[1]))) {
                    dropped += Long.parseLong(socket[socket.length - 1]);
                    found++;
                }
            }
        }
        assertThat(found).as("sockets of these ports").isEqualTo(ports.size());
        return dropped;
    }

    /// Of `0100007F:4E20`; -1 of the head of the table.
    private static int localPort(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), 16);
    }
}
