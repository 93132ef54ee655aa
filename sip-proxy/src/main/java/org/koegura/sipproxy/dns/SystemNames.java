package org.koegura.sipproxy.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the system for the addresses of a name that only it can complete. On a few threads of their own: its resolver
/// blocks in native code, and a peer that sends unresolvable names must not hold up the lanes' carrier threads.
final class SystemNames implements AutoCloseable {

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

    /// Its addresses; none where it has none, or where the answer took too long. Blocks, at most 3 s.
    List<InetAddress> addresses(String name) {
        Future<InetAddress[]> lookup;
        try {
            lookup = lookups.submit(() -> InetAddress.getAllByName(name));
        } catch (RejectedExecutionException tooMany) {
            return List.of();
        }
        try {
            return List.of(lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException unknown) {
            if (unknown.getCause() instanceof UnknownHostException) {
                return List.of();
            }
            throw new IllegalStateException("the resolver fails", unknown.getCause());
        } catch (TimeoutException tooLong) {
            lookup.cancel(true); // one that still waits for its turn is not made at all
            return List.of();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
