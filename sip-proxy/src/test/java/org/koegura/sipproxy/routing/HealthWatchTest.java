package org.koegura.sipproxy.routing;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// Who asks neighbours whether they are there.
class HealthWatchTest {

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void aFaultOfOursIsNotTheEndOfAsking() {
        AtomicInteger asked = new AtomicInteger();
        Neighbour pbx = Neighbour.at(Hop.udp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060)));
        HealthWatch.Asking asking = _ -> {
            if (asked.incrementAndGet() < 3) {
                throw new IllegalStateException("a fault of ours");
            }
            return CompletableFuture.completedFuture(true);
        };
        try (ServerLocator locator = ServerLocator.open(
                        List.of(), ServerLocator.Families.IPV4, EnumSet.of(Protocol.UDP), System::nanoTime, metrics);
                HealthWatch watch = new HealthWatch(
                        new Neighbours(pbx, null), Duration.ofMillis(10), locator, _ -> false, asking, metrics)) {
            watch.start();
            await().until(() -> metrics.get("koegura.upstream.up").gauge().value() == 1);
        }
    }
}
