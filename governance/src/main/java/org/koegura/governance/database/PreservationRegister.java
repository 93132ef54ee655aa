package org.koegura.governance.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.Preservations.Request;
import org.koegura.governance.journal.Instants;

/// The tables `preservation` and `call_part`: requests to preserve a call (H2), and which calls are
/// parts of one. Every method blocks and throws `JdbiException` where the database fails.
public final class PreservationRegister {

    /// All parts of the call `:call`, itself among them; a few, of which each but the first names the
    /// one before.
    static final String WITH_PARTS = """
            with recursive part(id) as (
              select :call
              union select other.continues from call_part other join part on other.call_id = part.id
              union select other.call_id from call_part other join part on other.continues = part.id)
            """;

    private final Database database;

    public PreservationRegister(Database database) {
        this.database = database;
    }

    /// Keeps a request; a repeat by the same author changes nothing.
    ///
    /// @return whether it is new
    public boolean add(String id, Request request, Instant at) {
        return database.jdbi().inTransaction(handle -> {
            if (request.continues() != null) {
                keepPart(handle, request.call(), request.continues());
            }
            return handle.createUpdate("""
                    insert into preservation (id, call_id, author, channel, reason, requested_at)
                    values (:id, :call, :author, :channel, :reason, :at)
                    on conflict (call_id, author) where decided_at is null do nothing""")
                            .bind("id", id)
                            .bind("call", request.call().value())
                            .bind("author", request.author())
                            .bind("channel", request.channel().name())
                            .bind("reason", request.reason())
                            .bind("at", Instants.text(at))
                            .execute()
                    == 1;
        });
    }

    /// Keeps that a call is the same as one that a process left.
    static void keepPart(Handle handle, CallId call, CallId continues) {
        handle.createUpdate("""
                insert into call_part (call_id, continues) values (:call, :continues)
                on conflict (call_id) do nothing""")
                .bind("call", call.value())
                .bind("continues", continues.value())
                .execute();
    }

    /// The undecided requests for a call, whatever part of it they named; oldest first.
    public List<Preservation> of(CallId call) {
        return database.jdbi().withHandle(handle -> of(handle, call));
    }

    static List<Preservation> of(Handle handle, CallId call) {
        return handle.createQuery(WITH_PARTS + """
                select * from preservation where decided_at is null and call_id in (select id from part)
                order by requested_at, id""")
                .bind("call", call.value())
                .map(PreservationRegister::row)
                .list();
    }

    /// Which recordings there are or were of a call in all its parts, as far as these are over.
    public List<RecordingId> recordings(CallId call) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(WITH_PARTS + """
                select recording_id from call where recording_id is not null and call_id in (select id from part)""")
                        .bind("call", call.value())
                        .mapTo(String.class)
                        .map(RecordingId::new)
                        .list());
    }

    /// The newest undecided requests, at most so many.
    public List<Preservation> newest(int limit) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                select * from preservation where decided_at is null order by requested_at desc, id limit :limit""")
                        .bind("limit", limit)
                        .map(PreservationRegister::row)
                        .list());
    }

    /// How many are undecided.
    public int undecided() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select count(*) from preservation where decided_at is null")
                        .mapTo(Integer.class)
                        .one());
    }

    private static Preservation row(ResultSet row, StatementContext context) throws SQLException {
        @Nullable String reason = row.getString("reason");
        return new Preservation(
                row.getString("id"),
                new CallId(row.getString("call_id")),
                row.getString("author"),
                Exemption.Channel.valueOf(row.getString("channel")),
                reason,
                Instant.parse(row.getString("requested_at")));
    }
}
