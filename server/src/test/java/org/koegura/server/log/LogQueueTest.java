package org.koegura.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogQueueTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int LINES_OF_ALL = LogQueue.LINES_MAX - LogQueue.LINES_FOR_ERRORS;

    private final Terminal terminal = new Terminal();
    private final LongAdder discarded = new LongAdder();
    private final LogQueue queue = new LogQueue(terminal, Duration.ZERO, discarded);
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("test");

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        terminal.start();
        queue.setContext(context);
        queue.start();
        log.addAppender(queue);
    }

    @AfterEach
    void stop() {
        terminal.goesOn.countDown();
        queue.stop();
    }

    @Test
    void whoLogsGoesOnWhereTheTerminalStandsStillAndWhatFoundNoRoomIsCounted() throws Exception {
        standStill();
        IntStream.range(0, LINES_OF_ALL + 100).forEach(i -> log.info("line {}", i));
        assertThat(discarded.sum()).isEqualTo(100);

        terminal.goesOn.countDown();
        assertThat(queue.flush(LONG)).isTrue();
        assertThat(terminal.lines)
                .isEqualTo(Stream.concat(
                                Stream.of("first"),
                                IntStream.range(0, LINES_OF_ALL).mapToObj(i -> "line " + i))
                        .toList());
    }

    @Test
    void anErrorIsKeptWhereWarningsAreNot() throws Exception {
        standStill();
        IntStream.range(0, LogQueue.LINES_MAX).forEach(i -> log.warn("line"));
        long before = discarded.sum();
        IntStream.range(0, LogQueue.LINES_FOR_ERRORS).forEach(i -> log.error("error {}", i));
        assertThat(discarded.sum()).isEqualTo(before).isEqualTo(LogQueue.LINES_FOR_ERRORS);
        log.error("one too many");
        assertThat(discarded.sum()).isEqualTo(before + 1);

        terminal.goesOn.countDown();
        assertThat(queue.flush(LONG)).isTrue();
        assertThat(terminal.lines)
                .endsWith("error " + (LogQueue.LINES_FOR_ERRORS - 1))
                .filteredOn(line -> line.startsWith("error "))
                .hasSize(LogQueue.LINES_FOR_ERRORS);
    }

    @Test
    void anErrorOfACallWaitsForRoomOnItsVirtualThread() throws Exception {
        LogQueue patient = new LogQueue(terminal, LONG, discarded);
        patient.setContext(context);
        patient.start();
        log.detachAppender(queue);
        log.addAppender(patient);
        standStill();
        IntStream.range(0, LogQueue.LINES_MAX).forEach(i -> log.error("line"));
        Thread call = Thread.ofVirtual().start(() -> log.error("of a call"));
        await().until(() -> call.getState() == Thread.State.TIMED_WAITING);
        terminal.goesOn.countDown();
        assertThat(call.join(LONG)).isTrue();
        assertThat(patient.flush(LONG)).isTrue();
        assertThat(discarded.sum()).isZero();
        assertThat(terminal.lines).endsWith("of a call");
        patient.stop();
    }

    @Test
    void whatIsHeldIsWrittenBeforeItStops() throws Exception {
        standStill();
        log.info("last");
        terminal.goesOn.countDown();
        queue.stop();
        assertThat(terminal.lines).containsExactly("first", "last");
        assertThat(terminal.isStarted()).as("the sink is open").isFalse();
        assertThat(discarded.sum()).isZero();
    }

    @Test
    void whatTheTerminalDoesNotWantTakesNoRoom() throws Exception {
        terminal.addFilter(new Filter<>() {
            @Override
            public FilterReply decide(ILoggingEvent event) {
                return event.getLevel().isGreaterOrEqual(Level.WARN) ? FilterReply.NEUTRAL : FilterReply.DENY;
            }
        });
        log.warn("first");
        assertThat(terminal.writes.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        IntStream.range(0, 2 * LogQueue.LINES_MAX).forEach(i -> log.info("line"));
        assertThat(discarded.sum()).isZero();
    }

    /// One line is in the terminal's hands, and does not leave them.
    private void standStill() throws InterruptedException {
        log.info("first");
        assertThat(terminal.writes.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /// Takes nothing until it is told to go on.
    private static final class Terminal extends AppenderBase<ILoggingEvent> {

        private final CountDownLatch writes = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            writes.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lines.add(event.getFormattedMessage());
        }
    }
}
