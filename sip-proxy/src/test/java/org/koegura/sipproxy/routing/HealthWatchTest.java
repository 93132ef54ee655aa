package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;
import org.slf4j.LoggerFactory;

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

    /// The terminal shows warnings alone.
    @Test
    void whoWasWarnedThatANeighbourIsDownIsToldOnTheTerminalThatItIsUpAgain() {
        AtomicBoolean serves = new AtomicBoolean(true);
        Neighbour pbx = Neighbour.at(Hop.udp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060)));
        Queue<ILoggingEvent> log = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> keeping = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                log.add(event);
            }
        };
        keeping.start();
        Logger logger = (Logger) LoggerFactory.getLogger(HealthWatch.class);
        logger.addAppender(keeping);
        logger.setLevel(Level.INFO);
        try (ServerLocator locator = ServerLocator.open(
                        List.of(), ServerLocator.Families.IPV4, EnumSet.of(Protocol.UDP), System::nanoTime, metrics);
                HealthWatch watch = new HealthWatch(
                        new Neighbours(pbx, null),
                        Duration.ofMillis(10),
                        locator,
                        _ -> false,
                        _ -> CompletableFuture.completedFuture(serves.get()),
                        metrics)) {
            watch.start();
            await().until(() -> levels(log, "sip.neighbour.up").size() == 1);
            serves.set(false);
            await().until(() -> levels(log, "sip.neighbour.down").size() == 1);
            serves.set(true);
            await().until(() -> levels(log, "sip.neighbour.up").size() == 2);
            assertThat(levels(log, "sip.neighbour.up")).containsExactly(Level.INFO, Level.WARN);
            assertThat(log.stream().map(ILoggingEvent::getFormattedMessage))
                    .contains(
                            "sip.neighbour.down side=upstream place=1 address=127.0.0.1:5060 "
                                    + "why=\"OPTIONS unanswered or refused\" calls=\"first to others, and here where all are down\"");
        } finally {
            logger.setLevel(null); // as the room's
            logger.detachAppender(keeping);
        }
    }

    private static List<Level> levels(Queue<ILoggingEvent> log, String event) {
        return log.stream()
                .filter(line -> line.getFormattedMessage().startsWith(event + " "))
                .map(ILoggingEvent::getLevel)
                .toList();
    }
}
