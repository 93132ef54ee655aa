package org.koegura.governance.database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Party;

/// Reads the ledger of calls without changing anything, beside who writes it or without.
public final class LedgerReading {

    private LedgerReading() {}

    /// Hands on how each call was decided, in the order of their INVITEs. Blocks.
    ///
    /// @throws IOException it cannot be read; the message is one line without what it holds
    public static void each(Path file, Consumer<DecidedCall> each) throws IOException {
        Database.reading(file, handle -> {
            boolean keepsThem = handle.createQuery(
                            "select count(*) from pragma_table_info('call') where name in ('policy', 'decided')")
                    .mapTo(Integer.class)
                    .one()
                    .equals(2);
            handle.createQuery("select *" + (keepsThem ? "" : ", null as policy, null as decided")
                            + " from call order by invited_at, call_id")
                    .map(LedgerReading::read)
                    .forEach(each);
            return keepsThem;
        });
    }

    private static DecidedCall read(ResultSet row, StatementContext context) throws SQLException {
        String call = String.valueOf(row.getString("call_id")); // SQLite lets a primary key be null
        return new DecidedCall(
                call,
                facts(call, row),
                row.getString("policy"),
                CallJson.decided(row.getString("decided")),
                CallJson.armed(row.getString("decided")),
                CallJson.standing(row.getString("decided")));
    }

    private static @Nullable CallFacts facts(String call, ResultSet row) throws SQLException {
        try {
            return new CallFacts(
                    new CallId(call),
                    row.getString("sip_call_id"),
                    Direction.valueOf(row.getString("direction")),
                    new Party(row.getString("inside"), row.getString("inside_number"), null),
                    CallRegister.outside(row),
                    Instant.parse(row.getString("invited_at")),
                    CallRegister.partyOrNull(row.getString("dialled"), row.getString("dialled_number")),
                    null);
        } catch (IllegalArgumentException | DateTimeException wrong) {
            return null;
        }
    }
}
