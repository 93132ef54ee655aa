package org.koegura.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Takes what is logged to where it is written, on a thread of its own: a medium or a terminal that stands still holds
/// up nobody who logs. What finds no room is discarded and counted. Safe from any thread.
///
/// The last of the room is for errors alone. An error that finds none waits a moment for it where it costs only the
/// one who logs: on a virtual thread, which leaves its carrier to others. The event loops never wait.
///
/// What is held is written before the process ends, unless it is killed, or the sink takes nothing for
/// [#END_LIMIT].
public final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /// How many lines wait, those of errors included.
    static final int LINES_MAX = 4096;

    /// How many of them are kept for errors.
    static final int LINES_FOR_ERRORS = 512;

    /// How long the end of the process waits for the sink.
    public static final Duration END_LIMIT = Duration.ofSeconds(2);

    /// What is written waits so long for more. Woken for each line, the thread would cost more than the line: at 500
    /// calls/s 1,000 times a second.
    private static final Duration GATHER = Duration.ofMillis(10);

    private final Appender<ILoggingEvent> sink;
    private final Duration patience;
    private final LongAdder discarded;
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(LINES_MAX);
    private final Thread writer;
    private final Thread atExit;
    private volatile boolean ended;

    /// @param sink where lines are written, started; closed with this, by the thread that writes
    /// @param patience how long an error waits for room, at most
    /// @param discarded counts the lines that nobody will read
    public LogQueue(Appender<ILoggingEvent> sink, Duration patience, LongAdder discarded) {
        this.sink = sink;
        this.patience = patience;
        this.discarded = discarded;
        setName(sink.getName());
        setContext(sink.getContext());
        String thread = "log-" + String.valueOf(sink.getName()).toLowerCase(Locale.ROOT);
        this.writer = Thread.ofPlatform().daemon().name(thread).unstarted(this::write);
        this.atExit = Thread.ofPlatform().name(thread + "-end").unstarted(this::flushAtExit);
    }

    /// Where lines are written.
    public Appender<ILoggingEvent> sink() {
        return sink;
    }

    @Override
    public void start() {
        writer.start();
        Runtime.getRuntime().addShutdownHook(atExit);
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (sink.getFilterChainDecision(event) == FilterReply.DENY) {
            return;
        }
        freeze(event);
        if (!isTaken(event)) {
            discarded.increment();
        }
    }

    private boolean isTaken(ILoggingEvent event) {
        Runnable line = () -> sink.doAppend(event);
        if (!event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            return queue.remainingCapacity() > LINES_FOR_ERRORS && queue.offer(line);
        }
        return queue.offer(line) || (Thread.currentThread().isVirtual() && isTakenWithin(patience, line));
    }

    private boolean isTakenWithin(Duration atMost, Runnable step) {
        try {
            return queue.offer(step, atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Keeps what an event says now: it is written later, as JSON from its arguments one by one.
    public static void freeze(ILoggingEvent event) {
        Object[] arguments = event.getArgumentArray();
        for (int i = 0; arguments != null && i < arguments.length; i++) {
            arguments[i] = text(arguments[i]);
        }
        event.prepareForDeferredProcessing();
    }

    /// As SLF4J has it, the line is written also where a value cannot say what it is.
    private static String text(@Nullable Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException fault) {
            return "[FAILED toString()]";
        }
    }

    /// Waits until all that was logged before is written; false where it is not after `atMost`.
    public boolean flush(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        CountDownLatch written = new CountDownLatch(1);
        return queue.offer(written::countDown, atMost.toNanos(), TimeUnit.NANOSECONDS)
                && written.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void flushAtExit() {
        try {
            var _ = flush(END_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        while (!ended) {
            try {
                queue.take().run();
                if (queue.isEmpty()) {
                    Thread.sleep(GATHER);
                }
            } catch (InterruptedException e) {
                ended = true; // nobody else interrupts it than our own end
            } catch (RuntimeException | Error fault) { // the next line may go well
                discarded.increment();
            }
        }
    }

    /// Writes what is held, and closes the sink. Blocks, at most for [#END_LIMIT]; a sink that takes nothing for so
    /// long stays open, and what is held is lost.
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // it runs
        }
        Runnable end = () -> {
            sink.stop();
            ended = true;
        };
        try {
            if (!isTakenWithin(END_LIMIT, end) || !writer.join(END_LIMIT)) {
                ended = true;
                writer.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
