package org.koegura.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.CyclicBufferAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.koegura.server.config.LogFormat;
import org.koegura.server.log.JsonEvent;
import org.koegura.server.log.LogQueue;
import org.koegura.server.log.TerminalLog;
import org.slf4j.LoggerFactory;

/// The log in the data directory: `log/koegura.log`, and older ones beside it, 200 MB in all at most.
///
/// The file may be opened only once the directory is ours, or a refused second instance would rotate the log of the
/// first. What is logged before waits in memory. The file stays open until the process ends or the next product
/// starts, so that a fault while the product stops is told too. As JSON, the terminal's lines are JSON too, from
/// `hold` on until the process ends.
///
/// From `hold` on, nobody who logs waits for the terminal or the disk: each is written by a thread of its own, from a
/// queue.
final class DataLog {

    private static final int EARLY_EVENTS_MAX = 256;
    private static final String EARLY = "EARLY";
    private static final String FILE = "FILE";
    private static final String LINE =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %replace(%msg){'[\\r\\n]+', ' '}%n";

    /// What an error of a call waits for room in the file's queue. The terminal gets nothing that the file does not.
    private static final Duration ERROR_WAIT = Duration.ofMillis(100);

    private static final LongAdder NOT_SHOWN = new LongAdder();
    private static final LongAdder NOT_KEPT = new LongAdder();

    private final LoggerContext context;
    private final LogFormat format;
    private final List<Logger> loggers = new ArrayList<>();
    private final CyclicBufferAppender<ILoggingEvent> early;

    private DataLog(LoggerContext context, LogFormat format) {
        this.context = context;
        this.format = format;
        loggers.add(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME));
        TerminalLog.FILE_ONLY.forEach(name -> loggers.add(context.getLogger(name)));
        this.early = new EarlyEvents();
    }

    /// Begins to hold what is logged, at most the last 256 events.
    static DataLog hold(LogFormat format) {
        DataLog log = new DataLog((LoggerContext) LoggerFactory.getILoggerFactory(), format);
        if (format == LogFormat.NONE) {
            return log;
        }
        if (format == LogFormat.JSON) {
            log.terminalAsJson();
        }
        log.terminalByQueue();
        log.drop(EARLY);
        log.drop(FILE);
        log.early.setContext(log.context);
        log.early.setName(EARLY);
        log.early.setMaxSize(EARLY_EVENTS_MAX);
        log.early.start();
        log.loggers.forEach(logger -> logger.addAppender(log.early));
        return log;
    }

    /// Writes what was held, and from here on everything, to the log of this data directory.
    ///
    /// @throws StartFault the file cannot be written
    void keepIn(Path data) throws StartFault {
        if (format == LogFormat.NONE) {
            return;
        }
        Path file = data.resolve("log").resolve("koegura.log");
        RollingFileAppender<ILoggingEvent> appender = appender(file);
        if (!appender.isStarted()) {
            throw new StartFault("cannot write " + file + ": check its permissions, or name another data directory");
        }
        LogQueue queue = new LogQueue(appender, ERROR_WAIT, NOT_KEPT);
        queue.start();
        for (int i = 0; i < early.getLength(); i++) {
            queue.doAppend(early.get(i));
        }
        loggers.forEach(logger -> logger.addAppender(queue));
        drop(EARLY);
    }

    private RollingFileAppender<ILoggingEvent> appender(Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName(FILE);
        appender.setFile(file.toString());
        appender.setEncoder(encoder());
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> rolling = new SizeAndTimeBasedRollingPolicy<>();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file.resolveSibling("koegura.%d.%i.log.gz").toString());
        rolling.setMaxFileSize(new FileSize(20 * FileSize.MB_COEFFICIENT));
        rolling.setMaxHistory(30);
        rolling.setTotalSizeCap(new FileSize(200 * FileSize.MB_COEFFICIENT));
        rolling.start();
        appender.setRollingPolicy(rolling);
        appender.start();
        return appender;
    }

    private Encoder<ILoggingEvent> encoder() {
        return switch (format) {
            case TEXT -> {
                PatternLayoutEncoder encoder = new PatternLayoutEncoder();
                encoder.setContext(context);
                encoder.setPattern(LINE);
                encoder.setCharset(StandardCharsets.UTF_8);
                encoder.start();
                yield encoder;
            }
            case JSON -> JsonEvent.encoder(context, JsonEvent.Reader.FILE);
            case NONE -> throw new IllegalStateException("no log, no encoder");
        };
    }

    private void terminalAsJson() {
        Appender<ILoggingEvent> terminal = loggers.getFirst().getAppender(TerminalLog.NAME);
        Appender<ILoggingEvent> sink = terminal instanceof LogQueue queue ? queue.sink() : terminal;
        if (sink instanceof OutputStreamAppender<ILoggingEvent> written) {
            written.setEncoder(JsonEvent.encoder(context, JsonEvent.Reader.TERMINAL));
        }
    }

    private void terminalByQueue() {
        Logger root = loggers.getFirst();
        if (root.getAppender(TerminalLog.NAME) instanceof OutputStreamAppender<ILoggingEvent> terminal) {
            LogQueue queue = new LogQueue(terminal, Duration.ZERO, NOT_SHOWN);
            queue.start();
            root.addAppender(queue);
            root.detachAppender(terminal);
        }
    }

    /// Counts the lines that found no room, since the process began.
    static void countIn(MeterRegistry metrics) {
        count(metrics, "terminal", NOT_SHOWN);
        count(metrics, "file", NOT_KEPT);
    }

    private static void count(MeterRegistry metrics, String to, LongAdder discarded) {
        FunctionCounter.builder("koegura.log.discarded", discarded, LongAdder::sum)
                .description("Lines of the log that were discarded, because the disk or the terminal stood still.")
                .tag("to", to)
                .register(metrics);
    }

    /// Waits until what was logged stands in the file and on the terminal, so that what is said to the operator from
    /// here on comes after it; for each at most as long as the end of the process does.
    static void flush() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        try {
            for (String name : List.of(FILE, TerminalLog.NAME)) {
                if (root.getAppender(name) instanceof LogQueue queue) {
                    var _ = queue.flush(LogQueue.END_LIMIT);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drop(String name) {
        for (Logger logger : loggers) {
            Appender<ILoggingEvent> appender = logger.getAppender(name);
            if (appender != null) {
                logger.detachAppender(appender);
                appender.stop();
            }
        }
    }

    /// Keeps what an event's arguments said when it was logged: as JSON they are written later, one by one.
    private static final class EarlyEvents extends CyclicBufferAppender<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            LogQueue.freeze(event);
            super.append(event);
        }
    }
}
