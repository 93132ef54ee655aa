package org.koegura.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A network of its own, which is nothing but a loopback that takes small packets: whatever is larger goes in
/// fragments,
/// and the kernel counts them. It lasts as long as the process that holds it.
public final class SmallWire implements Closeable {

    private static final String READY = "ready";

    private final ChildProcess holder;

    private SmallWire(ChildProcess holder) {
        this.holder = holder;
    }

    /// Makes one. A system that lets nobody make namespaces fails the test, with a line that says so.
    ///
    /// @param mtuOctets the largest packet
    public static SmallWire of(Path directory, int mtuOctets) {
        ChildProcess holder = ChildProcess.start(
                directory,
                "unshare",
                "--map-root-user",
                "--net",
                "sh",
                "-c",
                "ip link set lo mtu " + mtuOctets + " up && echo " + READY + " && exec sleep infinity");
        String said = holder.awaitLine(line -> true);
        assertThat(said)
                .as("no network namespace can be made here: allow user namespaces, or run the tests as root")
                .isEqualTo(READY);
        return new SmallWire(holder);
    }

    /// The words before a command that make it run there.
    public List<String> entering() {
        return List.of("nsenter", "--preserve-credentials", "--user", "--net", "--target", Long.toString(holder.pid()));
    }

    /// What the kernel counts there of IPv4, such as `FragCreates`.
    public long counted(String name) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(network().resolve("snmp"))) {
            if (line.startsWith("Ip: ")) {
                rows.add(Arrays.asList(line.split(" ")));
            }
        }
        return Long.parseLong(rows.get(1).get(rows.getFirst().indexOf(name)));
    }

    /// Its own `/proc/net`.
    Path network() {
        return Path.of("/proc", Long.toString(holder.pid()), "net");
    }

    @Override
    public void close() {
        holder.close();
    }
}
