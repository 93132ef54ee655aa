package org.koegura.governance.standing;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.koegura.callmodel.Ground;
import org.koegura.governance.account.Role;
import org.koegura.governance.database.Database;
import org.koegura.governance.journal.Instants;

/// The table `standing_exemption`. Every method blocks and throws `JdbiException` where the database fails.
public final class StandingRegister {

    private static final String ALL = "select * from standing_exemption order by proposed_at desc, id";

    private final Database database;

    StandingRegister(Database database) {
        this.database = database;
    }

    /// Every one that a data directory had, newest first, read beside who writes it; none where its schema is from
    /// before.
    ///
    /// @throws IOException it cannot be read; the message is one line without what it holds
    public static List<StandingExemption> read(Path file) throws IOException {
        return Database.reading(file, handle -> isThere(handle) ? all(handle) : List.of());
    }

    private static boolean isThere(Handle handle) {
        return handle.createQuery("select exists (select 1 from sqlite_master where name = 'standing_exemption')")
                .mapTo(Boolean.class)
                .one();
    }

    private static List<StandingExemption> all(Handle handle) {
        return handle.createQuery(ALL).map(StandingRegister::row).list();
    }

    /// All of them, newest first.
    List<StandingExemption> all() {
        return database.jdbi().withHandle(StandingRegister::all);
    }

    Optional<StandingExemption> find(String id) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select * from standing_exemption where id = :id")
                        .bind("id", id)
                        .map(StandingRegister::row)
                        .findOne());
    }

    /// All for one number.
    List<StandingExemption> ofNumber(String number) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select * from standing_exemption where number = :number")
                        .bind("number", number)
                        .map(StandingRegister::row)
                        .list());
    }

    void add(StandingExemption of) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate("""
                insert into standing_exemption
                  (id, number, ground, words, author, author_role, section, proposed_at, ends_at)
                values (:id, :number, :ground, :words, :author, :role, :section, :proposedAt, :endsAt)""")
                        .bind("id", of.id())
                        .bind("number", of.number())
                        .bind("ground", of.ground().number())
                        .bind("words", of.words())
                        .bind("author", of.author())
                        .bind("role", of.authorRole().name())
                        .bind("section", of.section())
                        .bind("proposedAt", Instants.text(of.proposedAt()))
                        .bind("endsAt", Instants.text(of.endsAt()))
                        .execute());
    }

    void approve(String id, String approver, Instant at) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate(
                                "update standing_exemption set approver = :by, approved_at = :at where id = :id")
                        .bind("by", approver)
                        .bind("at", Instants.text(at))
                        .bind("id", id)
                        .execute());
    }

    void withdraw(String id, String by, Instant at) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate(
                                "update standing_exemption set withdrawn_by = :by, withdrawn_at = :at where id = :id")
                        .bind("by", by)
                        .bind("at", Instants.text(at))
                        .bind("id", id)
                        .execute());
    }

    private static StandingExemption row(ResultSet row, StatementContext context) throws SQLException {
        int ground = row.getInt("ground");
        return new StandingExemption(
                row.getString("id"),
                row.getString("number"),
                Arrays.stream(Ground.values())
                        .filter(known -> known.number() == ground)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no ground has the number " + ground)),
                row.getString("words"),
                row.getString("author"),
                Role.valueOf(row.getString("author_role")),
                row.getString("section"),
                Instant.parse(row.getString("proposed_at")),
                Instant.parse(row.getString("ends_at")),
                row.getString("approver"),
                Instants.instantOrNull(row.getString("approved_at")),
                row.getString("withdrawn_by"),
                Instants.instantOrNull(row.getString("withdrawn_at")));
    }
}
