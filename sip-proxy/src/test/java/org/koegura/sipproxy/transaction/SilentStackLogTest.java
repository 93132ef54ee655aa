package org.koegura.sipproxy.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.transaction.Texts.request;
import static org.koegura.sipproxy.transaction.Texts.response;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// No log line, and nothing on the console, tells who called whom: not even when everything is logged.
final class SilentStackLogTest {

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Level level = root.getLevel();

    @BeforeEach
    void listen() {
        root.setLevel(Level.TRACE);
        events.start();
        root.addAppender(events);
        PrintStream stream = new PrintStream(console, true, StandardCharsets.UTF_8);
        System.setOut(stream);
        System.setErr(stream);
    }

    @AfterEach
    void stopListening() {
        System.setOut(out);
        System.setErr(err);
        root.detachAppender(events);
        root.setLevel(level);
    }

    @Test
    void theStackTellsNobodyWhoCallsWhom() throws Exception {
        SilentStackLog log = new SilentStackLog();
        log.logError("alice", new IllegalStateException("alice"));
        log.logFatalError("alice");
        log.logInfo("alice");
        try (Rig rig = Rig.hasty();
                Peer peer = new Peer()) {
            String invite = request("INVITE", "z9hG4bKa", rig.address());
            Rig.Answers answers = rig.send(invite, peer.address());
            peer.send(response(invite, "486 Busy Here", "9"), rig.address());
            assertThat(answers.next().status()).isEqualTo(486);
            peer.send(request("BYE", "z9hG4bKb", peer.address()), rig.address());
            rig.respond(rig.requested(), 200, "OK", "9");
            String ok = peer.receive();
            assertThat(ok).isNotEmpty();
        }
        List<String> lines =
                events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines).anyMatch(line -> line.contains("sip.stack.exception kind=IllegalStateException"));
        assertThat(lines).noneMatch(line -> line.contains("alice") || line.contains("SIP/2.0"));
        assertThat(events.list)
                .noneMatch(event -> event.getThrowableProxy() != null
                        && event.getThrowableProxy().getMessage() != null
                        && event.getThrowableProxy().getMessage().contains("alice"));
        assertThat(console.toString(StandardCharsets.UTF_8))
                .doesNotContain("alice")
                .doesNotContain("SIP/2.0");
    }
}
