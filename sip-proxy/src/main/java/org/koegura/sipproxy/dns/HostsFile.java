package org.koegura.sipproxy.dns;

import io.netty.resolver.HostsFileEntriesProvider;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The names that somebody wrote into the hosts file of this machine. Read again when it is older than [#READ_AGAIN].
/// Safe from any thread.
final class HostsFile {

    /// Each message of a call would read it otherwise.
    static final Duration READ_AGAIN = Duration.ofSeconds(10);

    private final Supplier<HostsFileEntriesProvider> reader;
    private final LongSupplier nanoClock;
    private @Nullable HostsFileEntriesProvider read;
    private long readNanos;

    HostsFile(LongSupplier nanoClock) {
        this(() -> HostsFileEntriesProvider.parser().parseSilently(), nanoClock);
    }

    HostsFile(Supplier<HostsFileEntriesProvider> reader, LongSupplier nanoClock) {
        this.reader = reader;
        this.nanoClock = nanoClock;
    }

    /// The addresses of a name in lower case; none where it does not stand there.
    synchronized List<InetAddress> addresses(String name) {
        long now = nanoClock.getAsLong();
        HostsFileEntriesProvider entries = read;
        if (entries == null || now - readNanos > READ_AGAIN.toNanos()) {
            entries = reader.get();
            read = entries;
            readNanos = now;
        }
        List<InetAddress> addresses = new ArrayList<>(entries.ipv4Entries().getOrDefault(name, List.of()));
        addresses.addAll(entries.ipv6Entries().getOrDefault(name, List.of()));
        return addresses;
    }
}
