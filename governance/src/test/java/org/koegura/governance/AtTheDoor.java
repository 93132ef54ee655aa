package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.VirtualClock;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.governance.account.Session;

/// A door over a fresh data directory, with calls and recordings that tests put there.
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
abstract class AtTheDoor {

    @TempDir
    Path directory;

    final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-24T01:02:03Z"));
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final FakeCalls calls = new FakeCalls();
    final FakeStore store = new FakeStore();
    Governance governance;
    Door door;
    FirstPasswords passwords;

    @BeforeEach
    void open() throws GovernanceFault {
        open(new Governance.Settings(directory, new CallRules(true, false)));
        passwords = governance.firstPasswords().orElseThrow();
    }

    private void open(Governance.Settings settings) throws GovernanceFault {
        governance = Governance.open(settings, store, clock, new SecureRandom(), registry);
        door = governance.door(calls);
    }

    /// With other settings.
    void reopen(CallRules rules) throws GovernanceFault {
        governance.close();
        open(new Governance.Settings(directory, rules));
    }

    @AfterEach
    void close() {
        governance.close();
    }

    long watched(String act) throws IOException {
        return journal()
                .lines()
                .filter(line -> line.contains("\"act\":\"" + act + "\""))
                .count();
    }

    static List<RecordingId> ids(RecordingPage page) {
        return page.calls().stream().map(call -> call.seal().recording()).toList();
    }

    Session operator() {
        return granted(door.session(token()));
    }

    String token() {
        return granted(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.1"))
                .token();
    }

    /// One of the other first accounts.
    Session as(String account) {
        return granted(door.signIn(account, passwords.of(account).toCharArray(), "192.0.2.1"))
                .session();
    }

    Session administrator() {
        return granted(door.signIn("admin", passwords.administrator().toCharArray(), "192.0.2.1"))
                .session();
    }

    static <T> T granted(Answer<T> answer) {
        return switch (answer) {
            case Answer.Granted<T>(T value) -> value;
            case Answer.Refused<T>(Refusal why) -> throw new AssertionError("refused: " + why);
        };
    }

    static Refusal refusal(Answer<?> answer) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused<?>) answer).why();
    }

    static Refusal.Reason invalid(Answer<?> answer) {
        assertThat(refusal(answer)).isInstanceOf(Refusal.Invalid.class);
        return ((Refusal.Invalid) refusal(answer)).reason();
    }

    double logins(String outcome) {
        return registry.get("koegura.login.attempts")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    double denials(String role, String action) {
        return registry.get("koegura.access.denials")
                .tags("role", role, "action", action)
                .counter()
                .count();
    }

    double playbacks(String purpose) {
        return registry.get("koegura.playbacks")
                .tags("role", "operator", "purpose", purpose)
                .counter()
                .count();
    }

    String journal() throws IOException {
        return Files.readString(directory.resolve("journal/journal.jsonl"));
    }

    boolean onDisk(String text) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    void sql(String statement) throws SQLException {
        Path database = Objects.requireNonNull(directory).resolve("metadata/koegura.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement update = connection.createStatement()) {
            update.execute(statement);
        }
    }
}
