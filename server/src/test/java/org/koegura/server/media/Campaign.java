package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// How many packets a campaign has, and whether the system let them all in.
final class Campaign {

    private static final int WHOLE = 1_000_000;

    /// So many packets in a row find room in the buffer of a socket, whatever its size.
    static final int BURST = 32;

    /// Column `tx_queue rx_queue` of the kernel's tables; octets, in hexadecimal.
    private static final int QUEUES = 4;
    private static final int LOOKS_MAX = 20;
    private static final int INODE = 9;

    private static final String NOTHING_WAITS = ":00000000";
    private static final long LOOK_AGAIN_NANOS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Campaign() {}

    /// A million, unless `-Dkoegura.campaign.packets` says otherwise; a tenth of it where the kernel, against the
    /// default
    /// settings, does not help.
    static int packets(PassedBy by) {
        int whole = Integer.getInteger("koegura.campaign.packets", WHOLE);
        return by == PassedBy.KERNEL ? whole : whole / 10;
    }

    /// What the sockets at these ports had no room for since they were opened.
    static long dropped(Set<Integer> ports) throws IOException {
        return sockets(ports).stream()
                .mapToLong(socket -> Long.parseLong(socket[socket.length - 1]))
                .sum();
    }

    /// Returns once nobody has yet to take anything from the sockets at these ports.
    static void awaitTaken(Set<Integer> ports) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (sockets(ports).stream().anyMatch(socket -> !socket[QUEUES].endsWith(NOTHING_WAITS))) {
            assertThat(System.nanoTime()).as("all that was sent is taken").isLessThan(deadline);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /// Their lines in the kernel's tables (proc(5)), by columns.
    private static List<String[]> sockets(Set<Integer> ports) throws IOException {
        Collection<String[]> found = told(ports);
        for (int again = 0; found.size() != ports.size() && again < LOOKS_MAX; again++) {
            found = told(ports); // where others' sockets come and go meanwhile the kernel may leave some out
        }
        assertThat(found).as("sockets of these ports").hasSize(ports.size());
        return List.copyOf(found);
    }

    private static Collection<String[]> told(Set<Integer> ports) throws IOException {
        // by inode: it may tell of one more than once, too
        Map<String, String[]> found = new LinkedHashMap<>();
        for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] socket = line.strip().split("\\s+", -1);
                if (ports.contains(localPort(socket[1]))) {
                    found.put(socket[INODE], socket);
                }
            }
        }
        return found.values();
    }

    /// Of `0100007F:4E20`; -1 of the head of the table.
    private static int localPort(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), 16);
    }
}
