package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.VirtualClock;

/// Starting, restarting, and refusing to start.
class GovernanceTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void onlyTheFirstStartGivesPasswords() throws GovernanceFault {
        try (Governance first = open()) {
            assertThat(first.firstPasswords()).isPresent();
        }
        try (Governance second = open()) {
            assertThat(second.firstPasswords()).isEmpty();
        }
    }

    @Test
    void theDatabaseIsItsOwnersAlone() throws Exception {
        try (Governance open = open();
                var files = Files.list(directory.resolve("metadata"))) {
            open.ledger().ended(Outcomes.announced(1));
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aSecondStartOnTheSameDataIsRefusedInOneLine() throws GovernanceFault {
        try (Governance first = open()) {
            assertThat(first.firstPasswords()).isPresent();
            assertThatExceptionOfType(GovernanceFault.InUse.class)
                    .isThrownBy(this::open)
                    .satisfies(GovernanceTest::isOneLine);
        }
    }

    @Test
    void aShortenedJournalIsRefusedInOneLine() throws Exception {
        open().close();
        Path journal = directory.resolve("journal/journal.jsonl");
        List<String> lines = Files.readAllLines(journal);
        Files.writeString(journal, String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");

        assertThatExceptionOfType(GovernanceFault.JournalBroken.class)
                .isThrownBy(this::open)
                .withMessageContaining("removed or lost")
                .satisfies(GovernanceTest::isOneLine);
    }

    @Test
    void aDatabaseThatIsNoneIsRefusedInOneLine() throws IOException {
        Files.createDirectories(directory.resolve("metadata"));
        Files.writeString(directory.resolve("metadata/koegura.db"), "not a database ".repeat(100));

        assertThatExceptionOfType(GovernanceFault.Unusable.class)
                .isThrownBy(this::open)
                .satisfies(GovernanceTest::isOneLine);
    }

    @Test
    void aFileInThePlaceOfADirectoryIsRefusedInOneLine() throws IOException {
        Files.writeString(directory.resolve("journal"), "in the way");

        assertThatExceptionOfType(GovernanceFault.Unusable.class)
                .isThrownBy(this::open)
                .satisfies(GovernanceTest::isOneLine);
    }

    @Test
    void callsThreadsFindACarrierWhileSomebodyLocksTheDatabase() throws Exception {
        int calls = 6_000; // more than the ledger keeps for its next transaction
        try (Governance governance = open();
                Connection other =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("metadata/koegura.db"))) {
            try (Statement lock = other.createStatement()) {
                lock.execute("begin immediate");
                for (int i = 0; i < calls; i++) {
                    int number = i;
                    Thread.ofVirtual().start(() -> governance.ledger().ended(Outcomes.announced(number)));
                }
                CountDownLatch ran = new CountDownLatch(1);
                Thread.ofVirtual().start(ran::countDown);
                await().until(() -> ran.getCount() == 0);
                lock.execute("rollback");
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> registry.counter("koegura.ledger.outcomes", "outcome", "stored")
                                    .count()
                            == calls);
        }
    }

    @Test
    void anOutcomeThatTheDatabaseRefusedIsStoredOnceItAnswers() throws Exception {
        try (Governance governance = open()) {
            sql("alter table call rename to away");
            governance.ledger().ended(Outcomes.announced(1));
            assertThat(registry.counter("koegura.ledger.outcomes", "outcome", "retried")
                            .count())
                    .isEqualTo(1);
            sql("alter table away rename to call");

            await().untilAsserted(() -> assertThat(registry.counter("koegura.ledger.outcomes", "outcome", "stored")
                            .count())
                    .isEqualTo(1));
        }
    }

    @Test
    void callsThatEndTogetherAreEachInTheDatabaseOnceWhenTheirOutcomeWasTaken() throws Exception {
        int calls = 300;
        try (Governance governance = open();
                var brings = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> seen = new ArrayList<>();
            for (int call = 1; call <= calls; call++) {
                CallOutcome outcome = Outcomes.missing(call);
                seen.add(brings.submit(() -> {
                    governance.ledger().ended(outcome);
                    governance.ledger().ended(outcome); // a repeat changes nothing
                    return count("select count(*) from call where call_id = '"
                            + outcome.facts().call().value() + "'");
                }));
            }
            for (Future<Integer> each : seen) {
                assertThat(each.get()).isEqualTo(1);
            }
            assertThat(registry.counter("koegura.ledger.outcomes", "outcome", "stored")
                            .count())
                    .isEqualTo(calls);
            assertThat(registry.counter("koegura.ledger.calls", "result", "missing")
                            .count())
                    .isEqualTo(calls);
        }
    }

    @Test
    void oneOutcomeThatTheDatabaseRefusesKeepsNoOtherOut() throws Exception {
        try (Governance governance = open();
                var brings = Executors.newVirtualThreadPerTaskExecutor()) {
            sql("create trigger refuses before insert on call when new.sip_call_id = 'call-7@192.0.2.1' "
                    + "begin select raise(abort, 'refused by the test'); end");
            List<Future<?>> all = new ArrayList<>();
            for (int call = 1; call <= 20; call++) {
                CallOutcome outcome = Outcomes.missing(call);
                all.add(brings.submit(() -> governance.ledger().ended(outcome)));
            }
            for (Future<?> each : all) {
                each.get();
            }
            assertThat(count("select count(*) from call")).isEqualTo(19);
            sql("drop trigger refuses");
            await().untilAsserted(
                            () -> assertThat(count("select count(*) from call")).isEqualTo(20));
        }
    }

    @Test
    void outcomesThatTheDatabaseNeverTakesKeepNoOtherWaiting() throws Exception {
        try (Governance governance = open();
                var brings = Executors.newVirtualThreadPerTaskExecutor()) {
            sql("create trigger refuses before insert on call when new.sip_call_id in ('call-1@192.0.2.1', "
                    + "'call-2@192.0.2.1', 'call-3@192.0.2.1') begin select raise(abort, 'refused by the test'); end");
            for (int call = 1; call <= 20; call++) {
                CallOutcome outcome = Outcomes.missing(call);
                var _ = brings.submit(() -> governance.ledger().ended(outcome));
            }
            await().untilAsserted(
                            () -> assertThat(count("select count(*) from call")).isEqualTo(17));
            assertThat(registry.get("koegura.ledger.waiting").gauge().value()).isEqualTo(3);
        }
        assertThat(registry.counter("koegura.ledger.outcomes", "outcome", "dropped")
                        .count())
                .isEqualTo(3);
    }

    private int count(String query) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("metadata/koegura.db"));
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private Governance open() throws GovernanceFault {
        return Governance.open(
                new Governance.Settings(directory, new CallRules(false, false)),
                new FakeStore(),
                new VirtualClock(Instant.parse("2026-11-24T01:02:03Z")),
                new SecureRandom(),
                registry);
    }

    private static void isOneLine(GovernanceFault fault) {
        assertThat(Objects.requireNonNull(fault.getMessage()))
                .doesNotContain("\n")
                .hasSizeBetween(40, 400);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("metadata/koegura.db"));
                Statement update = connection.createStatement()) {
            update.execute(statement);
        }
    }
}
