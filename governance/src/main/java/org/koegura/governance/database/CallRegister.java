package org.koegura.governance.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.governance.journal.Instants;

/// The table `call`: one row for every ended call. Every method blocks and throws `JdbiException` where
/// the database fails.
public final class CallRegister {

    private final Database database;

    public CallRegister(Database database) {
        this.database = database;
    }

    /// Adds the outcome of a call; a repeat for the same call changes nothing.
    ///
    /// @return whether it is new
    public boolean add(CallOutcome outcome) {
        CallFacts facts = outcome.facts();
        CaptureBasis basis = outcome.basis();
        Seal seal = outcome.seal();
        Integer ground = basis instanceof CaptureBasis.Exempted exempted
                ? exempted.exemption().ground().number()
                : null;
        return database.jdbi()
                .withHandle(handle -> handle.createUpdate("""
                insert into call (call_id, sip_call_id, direction, inside, outside, invited_at, answered_at, ended_at,
                  end_reason, result, why, basis_kind, basis, ground, recording_id, location, root, bytes, sealed_at,
                  accounting)
                values (:call, :sipCallId, :direction, :inside, :outside, :invitedAt, :answeredAt, :endedAt,
                  :end, :result, :why, :basisKind, :basis, :ground, :recording, :location, :root, :bytes, :sealedAt,
                  :accounting)
                on conflict (call_id) do nothing""")
                                .bind("call", facts.call().value())
                                .bind("sipCallId", facts.sipCallId())
                                .bind("direction", facts.direction().name())
                                .bind("inside", facts.inside().addressOfRecord())
                                .bind("outside", facts.outside().addressOfRecord())
                                .bind("invitedAt", Instants.text(facts.invitedAt()))
                                .bind("answeredAt", Instants.textOrNull(outcome.answeredAt()))
                                .bind("endedAt", Instants.text(outcome.endedAt()))
                                .bind("end", outcome.reason().name())
                                .bind("result", outcome.result().name())
                                .bind(
                                        "why",
                                        outcome.why() == null
                                                ? null
                                                : outcome.why().name())
                                .bind("basisKind", kind(basis))
                                .bind("basis", basis == null ? null : CallJson.basis(basis))
                                .bind("ground", ground)
                                .bind(
                                        "recording",
                                        seal == null ? null : seal.recording().value())
                                .bind("location", seal == null ? null : seal.location())
                                .bind("root", seal == null ? null : seal.root())
                                .bind("bytes", seal == null ? null : seal.bytes())
                                .bind("sealedAt", seal == null ? null : Instants.text(seal.sealedAt()))
                                .bind("accounting", CallJson.accounting(outcome.accounts()))
                                .execute()
                        == 1);
    }

    /// Recorded calls, newest first.
    ///
    /// @param before only those that ended before the call of this recording; null for the newest
    public List<CallRecord> recorded(int limit, @Nullable RecordingId before) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                select * from call
                where recording_id is not null
                  and (:before is null
                    or (ended_at, recording_id)
                       < (select ended_at, recording_id from call where recording_id = :before))
                order by ended_at desc, recording_id desc
                limit :limit""")
                        .bind("before", before == null ? null : before.value())
                        .bind("limit", limit)
                        .map(CallRegister::read)
                        .list());
    }

    /// The call of a recording, or empty.
    public Optional<CallRecord> find(RecordingId recording) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select * from call where recording_id = :recording")
                        .bind("recording", recording.value())
                        .map(CallRegister::read)
                        .findOne());
    }

    private static @Nullable String kind(@Nullable CaptureBasis basis) {
        return switch (basis) {
            case null -> null;
            case CaptureBasis.Announced _ -> "announced";
            case CaptureBasis.Exempted _ -> "exempted";
        };
    }

    private static CallRecord read(ResultSet row, StatementContext context) throws SQLException {
        return new CallRecord(
                new CallId(row.getString("call_id")),
                Direction.valueOf(row.getString("direction")),
                new Party(row.getString("inside")),
                new Party(row.getString("outside")),
                Instant.parse(row.getString("invited_at")),
                Instants.instantOrNull(row.getString("answered_at")),
                Instant.parse(row.getString("ended_at")),
                EndReason.valueOf(row.getString("end_reason")),
                CallOutcome.Result.valueOf(row.getString("result")),
                CallJson.basis(row.getString("basis")),
                new Seal(
                        new RecordingId(row.getString("recording_id")),
                        row.getString("location"),
                        row.getString("root"),
                        row.getLong("bytes"),
                        Instant.parse(row.getString("sealed_at"))),
                CallJson.accounting(row.getString("accounting")));
    }
}
