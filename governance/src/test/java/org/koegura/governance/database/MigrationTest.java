package org.koegura.governance.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database that has rows is brought to the newest schema, and keeps them.
class MigrationTest {

    private static final String CALL = """
            insert into call (call_id, sip_call_id, direction, inside, outside, invited_at, ended_at, end_reason, result,
              basis_kind, ground, accounting)
            values ('%s', 'x', 'INBOUND', 'sip:201@example.com', 'tel:+81990123456', '2026-11-24T01:00:00.000000000Z',
              '2026-11-24T01:01:00.000000000Z', 'HANGUP_OUTSIDE', 'COMPLETE', %s, %s, '[]')""";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    /// As a version before left it, with an account and three calls.
    private Path before(String version) throws IOException {
        Path file = Files.createDirectories(folder.resolve(version)).resolve("koegura.db");
        String url = "jdbc:sqlite:" + file;
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("classpath:org/koegura/governance/migration")
                .target(version)
                .load()
                .migrate();
        Jdbi.create(url).useHandle(handle -> {
            handle.execute("insert into account values ('operator', 'hash', '2026-11-24T01:00:00.000000000Z')");
            handle.execute("insert into account values ('supervisor', 'hash', '2026-11-24T01:00:00.000000000Z')");
            handle.execute(CALL.formatted("1".repeat(32), "'announced'", "null"));
            handle.execute(CALL.formatted("2".repeat(32), "'exempted'", "2"));
            handle.execute(CALL.formatted("3".repeat(32), "null", "null"));
        });
        return file;
    }

    private static List<String> kinds(Database database) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery("select coalesce(basis_kind, 'none') from call order by call_id")
                                .mapTo(String.class)
                                .list());
    }

    @Test
    void attestedCallsCameToATableWithRowsAndNothingOfThemWasLost() throws IOException {
        try (Database database = Database.open(before("5"))) {
            assertThat(kinds(database)).containsExactly("announced", "exempted", "none");
            database.jdbi().useHandle(handle -> handle.execute(CALL.formatted("4".repeat(32), "'attested'", "null")));
            assertThatExceptionOfType(JdbiException.class)
                    .isThrownBy(() -> database.jdbi()
                            .useHandle(handle -> handle.execute(CALL.formatted("5".repeat(32), "'guessed'", "null"))))
                    .withMessageContaining("CHECK");
        }
    }

    @Test
    void standingExemptionsCameBesideRowsAndTheTableItselfKeepsTheirRules() throws IOException {
        try (Database database = Database.open(before("6"))) {
            assertThat(kinds(database)).containsExactly("announced", "exempted", "none");
            add(database, "1, null, 'operator', 'OPERATOR'", "'supervisor', '2026-11-24T01:00:01.000000000Z'");
            for (List<String> wrong : List.of(
                    List.of("1, null, 'operator', 'OPERATOR'", "'operator', '2026-11-24T01:00:01.000000000Z'"),
                    List.of("1, null, 'operator', 'OPERATOR'", "'supervisor', null"),
                    List.of("1, null, 'operator', 'OPERATOR'", "null, '2026-11-24T01:00:01.000000000Z'"),
                    List.of("3, null, 'operator', 'OPERATOR'", "null, null"),
                    List.of("4, 'why', 'operator', 'OPERATOR'", "null, null"),
                    List.of("1, null, 'operator', 'DESIGNATED'", "null, null"),
                    List.of("1, null, 'stranger', 'OPERATOR'", "null, null"))) {
                assertThatExceptionOfType(JdbiException.class)
                        .as(wrong.toString())
                        .isThrownBy(() -> add(database, wrong.getFirst(), wrong.getLast()));
            }
        }
    }

    @Test
    void preservationKnowsThePartsOfCallsFromBefore() throws IOException {
        Path file = before("7");
        Jdbi.create("jdbc:sqlite:" + file)
                .useHandle(handle -> handle.execute(
                        "update call set signalling = ? where call_id = ?",
                        """
                        {"links":[{"relation":"REPLACES","call":"%s","at":"2026-11-24T01:00:00Z"},
                         {"relation":"CONTINUES","call":"%s","at":"2026-11-24T01:00:00Z"}]}""".formatted("9".repeat(32), "1".repeat(32)),
                        "2".repeat(32)));
        try (Database database = Database.open(file)) {
            assertThat(kinds(database)).containsExactly("announced", "exempted", "none");
            List<String> parts = database.jdbi()
                    .withHandle(handle -> handle.createQuery("select call_id || '>' || continues from call_part")
                            .mapTo(String.class)
                            .list());
            assertThat(parts).containsExactly("2".repeat(32) + ">" + "1".repeat(32));
        }
    }

    private static void add(Database database, String what, String approval) {
        database.jdbi().useHandle(handle -> handle.execute("""
                insert into standing_exemption (id, number, ground, words, author, author_role, proposed_at, ends_at,
                  approver, approved_at)
                select 'id-' || count(*), '+81990123456', %s, '2026-11-24T01:00:00.000000000Z',
                  '2026-12-24T01:00:00.000000000Z', %s from standing_exemption""".formatted(what, approval)));
    }
}
