package org.koegura.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// How Logback begins: the operator's terminal gets warnings, one line each, never a stack trace or the name of a
/// class. The log in the data directory, which gets everything, is opened once that directory is known and ours.
/// Neither gets numbers, names or audio.
///
/// In Java and not as XML, which would have to be read before each start, while calls wait that a dead process left.
/// Logback's own property `logback.configurationFile` outranks it.
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class TerminalLog extends ContextAwareBase implements Configurator {

    /// The appender's name.
    public static final String NAME = "TERMINAL";

    /// What these say is told to the operator in our own words, and kept from the terminal.
    public static final List<String> FILE_ONLY = List.of("io.javalin", "org.koegura.server.Main");

    /// Said by Logback's own property, by which somebody replaces all of this.
    private static final String REPLACED = "logback.configurationFile";

    private static final String LINE = "%d{HH:mm:ss} %-5level"
            + " %replace(%replace(%msg){'[\\r\\n]+', ' '}){'(?:[a-z]\\w*\\.)+[A-Z][\\w$]*: ', ''}%nopex%n";

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (System.getProperty(REPLACED) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        loggers.getStatusManager().add(new NopStatusListener()); // its own news are nobody's here
        loggers.getLogger("gov.nist").setLevel(Level.ERROR);
        for (String chatty :
                List.of("org.eclipse.jetty", "io.javalin", "org.flywaydb", "com.zaxxer.hikari", "io.netty")) {
            loggers.getLogger(chatty).setLevel(Level.WARN);
        }
        FILE_ONLY.forEach(name -> loggers.getLogger(name).setAdditive(false));
        Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(terminal(loggers));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> terminal(LoggerContext loggers) {
        ThresholdFilter warnings = new ThresholdFilter();
        warnings.setContext(loggers);
        warnings.setLevel(Level.WARN.levelStr);
        warnings.start();
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(loggers);
        lines.setPattern(LINE);
        lines.setCharset(StandardCharsets.UTF_8);
        lines.start();
        ConsoleAppender<ILoggingEvent> terminal = new ConsoleAppender<>();
        terminal.setContext(loggers);
        terminal.setName(NAME);
        terminal.setTarget("System.err");
        terminal.addFilter(warnings);
        terminal.setEncoder(lines);
        terminal.start();
        return terminal;
    }
}
