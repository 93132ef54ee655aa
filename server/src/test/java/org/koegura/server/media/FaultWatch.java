package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import org.slf4j.LoggerFactory;

/// Listens to what the product says in its log, and to Netty's detector of lost buffers, while nonsense is sent.
final class FaultWatch implements AutoCloseable {

    /// What a collection leaves differs by as much from one time to the next.
    private static final long HEAP_SPARE_BYTES = 8L << 20;

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final ListAppender<ILoggingEvent> leaks = new ListAppender<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("org.koegura");
    private final Logger detector = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final ResourceLeakDetector.Level usual = ResourceLeakDetector.getLevel();

    private FaultWatch() {}

    static FaultWatch begin() {
        FaultWatch watch = new FaultWatch();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        watch.said.start();
        watch.leaks.start();
        watch.ours.addAppender(watch.said);
        watch.detector.addAppender(watch.leaks);
        return watch;
    }

    @Override
    public void close() {
        ours.detachAppender(said);
        detector.detachAppender(leaks);
        ResourceLeakDetector.setLevel(usual);
    }

    /// Neither a warning nor an error in the log, and no buffer lost. To be asked once the room is closed.
    void nothingFailed() {
        assertThat(said.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                        .map(ILoggingEvent::getFormattedMessage))
                .as("warnings and errors in the log")
                .isEmpty();
        for (int i = 0; i < 20; i++) { // the detector tells what the collector found at the next buffers
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(64).release();
        }
        assertThat(leaks.list.stream().map(ILoggingEvent::getFormattedMessage))
                .as("buffers that nobody gave back")
                .isEmpty();
    }

    /// What a collection leaves.
    static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    static void heapIsStill(long before) {
        assertThat(heapBytes()).as("heap after as much again and more").isLessThan(before + HEAP_SPARE_BYTES);
    }
}
