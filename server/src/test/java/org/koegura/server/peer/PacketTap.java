package org.koegura.server.peer;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.Pcap;

/// Sees every UDP datagram of a block of ports on loopback, with its time, as the kernel passed it.
///
/// Markers prove that it sees: it is ready when the first marker is in its file, and [#datagrams] holds everything
/// before the moment it was asked, because a later marker is there too.
public final class PacketTap implements Closeable {

    private static final Duration MARKER_WAIT = Duration.ofSeconds(10);

    private final ChildProcess process;
    private final Path file;
    private final Pcap seen = new Pcap();
    private final int markerPort;

    private PacketTap(ChildProcess process, Path file, int markerPort) {
        this.process = process;
        this.file = file;
        this.markerPort = markerPort;
    }

    /// Starts to capture the ports from `firstPort` on.
    public static PacketTap start(Path directory, int firstPort, int count) throws IOException {
        int last = firstPort + count - 1;
        return start(directory, "udp portrange " + firstPort + "-" + last, last);
    }

    /// Starts to capture what a filter of libpcap lets through, the marker's port among it.
    public static PacketTap start(Path directory, String filter, int markerPort) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("tap.pcap");
        ChildProcess process = ChildProcess.startPunctual(
                directory, "dumpcap", "-q", "-P", "-i", "lo", "-B", "16", "-f", filter, "-w", file.toString());
        PacketTap tap = new PacketTap(process, file, markerPort);
        tap.awaitMarker();
        return tap;
    }

    /// Everything until now, in order, without the markers.
    public List<Datagram> datagrams() throws IOException {
        awaitMarker();
        return seen.readOn(file).stream()
                .filter(datagram -> datagram.destination().getPort() != markerPort)
                .toList();
    }

    /// The capture itself, with everything until now, and with the markers.
    public Path capture() {
        awaitMarker();
        return file;
    }

    private void awaitMarker() {
        byte[] marker = ("marker " + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
        await("the tap sees a marker")
                .pollInterval(Duration.ofMillis(50))
                .atMost(MARKER_WAIT)
                .until(() -> {
                    sendMarker(marker);
                    return seen.readOn(file).reversed().stream()
                            .anyMatch(datagram -> Arrays.equals(datagram.payload(), marker));
                });
    }

    private void sendMarker(byte[] marker) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.send(new DatagramPacket(marker, marker.length, InetAddress.getLoopbackAddress(), markerPort));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
