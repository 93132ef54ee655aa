package org.koegura.sipproxy.routing;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Finds the address of a host. Names are looked up on a few threads of their own: the system's resolver blocks in
/// native code, and a peer that sends unresolvable names must not hold up the lanes' carrier threads.
public final class HostNames implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int WAITING_MAX = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ExecutorService lookups = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("sip-names-", 0).factory());

    /// Its address, or null where it has none, or where the answer took too long. Blocks for a name, at most 3 s.
    ///
    /// @param host a name, or an address; IPv6 in brackets
    public @Nullable InetAddress address(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(bare);
        return literal == null ? lookedUp(bare) : literal;
    }

    private @Nullable InetAddress lookedUp(String name) {
        Future<InetAddress> lookup;
        try {
            lookup = lookups.submit(() -> InetAddress.getByName(name));
        } catch (RejectedExecutionException tooMany) {
            return null;
        }
        try {
            return lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException unknown) {
            if (unknown.getCause() instanceof UnknownHostException) {
                return null;
            }
            throw new IllegalStateException("the resolver fails", unknown.getCause());
        } catch (TimeoutException tooLong) {
            lookup.cancel(true); // one that still waits for its turn is not made at all
            return null;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
