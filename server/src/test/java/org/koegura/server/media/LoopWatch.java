package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Looks again and again at what the media loops of this process do. A loop waits for packets and for nothing else: one
/// that is met waiting for anybody, or in a file, keeps all its calls waiting. How fast the machine is, and how busy,
/// changes how often is looked, and not what is seen.
final class LoopWatch implements Closeable {

    private static final String LOOPS = "media-";
    private static final long LOOK_NANOS = 5_000_000;
    private static final int FRAMES_MAX = 64;

    /// A moment's wait for a lock that nobody holds for long may be met by chance. Whoever waits for the disk a
    /// twentieth of a second in ten is met as often.
    private static final double SHARE_MAX = 1.0 / 200;

    private static final int LOOKS_MIN = 200;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long[] loops = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(LOOPS))
            .mapToLong(Thread::threadId)
            .toArray();
    private final AtomicInteger looks = new AtomicInteger();

    /// Where a loop was met, and how often.
    private final Map<String, LongAdder> met = new ConcurrentHashMap<>();

    private final Thread watching;
    private volatile boolean over;

    private LoopWatch() {
        watching = Thread.ofPlatform().daemon().name("loop-watch").unstarted(this::watch);
    }

    /// @param loopsMin how many loops there are at least
    static LoopWatch begin(int loopsMin) {
        LoopWatch watch = new LoopWatch();
        assertThat(watch.loops).as("media loops").hasSizeGreaterThanOrEqualTo(loopsMin);
        watch.watching.start();
        return watch;
    }

    private void watch() {
        while (!over) {
            for (ThreadInfo loop : threads.getThreadInfo(loops, FRAMES_MAX)) {
                look(loop);
            }
            looks.incrementAndGet();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void look(ThreadInfo loop) {
        if (loop != null && (loop.getThreadState() != Thread.State.RUNNABLE || isInAFile(loop))) {
            met.computeIfAbsent(place(loop), _ -> new LongAdder()).increment();
        }
    }

    private static boolean isInAFile(ThreadInfo loop) {
        return Stream.of(loop.getStackTrace())
                .map(StackTraceElement::getClassName)
                .anyMatch(name -> name.startsWith("org.koegura.storageclient.")
                        || name.equals("java.io.RandomAccessFile")
                        || name.equals("java.io.FileOutputStream")
                        || name.startsWith("sun.nio.ch.FileChannel")
                        || name.startsWith("sun.nio.ch.UnixFileDispatcher"));
    }

    private static String place(ThreadInfo loop) {
        String frames = Arrays.toString(Arrays.copyOf(loop.getStackTrace(), Math.min(8, loop.getStackTrace().length)));
        return loop.getThreadState() + " " + loop.getLockName() + " " + frames;
    }

    /// Nobody kept the loops waiting.
    void sawNoLoopWait() {
        assertThat(looks.get()).as("looks").isGreaterThan(LOOKS_MIN);
        long times = met.values().stream().mapToLong(LongAdder::sum).sum();
        assertThat((double) times / looks.get() / loops.length)
                .as("share of %d looks in which a loop waited: %s", looks.get(), met)
                .isLessThan(SHARE_MAX);
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(watching);
    }
}
