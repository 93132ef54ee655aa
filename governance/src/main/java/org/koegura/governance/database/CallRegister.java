package org.koegura.governance.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.governance.journal.Instants;

/// The table `call`: one row for every ended call; and `objection`, which a call has from the moment it
/// is marked. Every method blocks and throws `JdbiException` where the database fails.
public final class CallRegister {

    private final Database database;

    public CallRegister(Database database) {
        this.database = database;
    }

    /// Adds the outcome of a call; a repeat for the same call changes nothing.
    ///
    /// @return whether it is new
    public boolean add(CallOutcome outcome) {
        return addAll(List.of(outcome)).getFirst();
    }

    /// Adds outcomes of calls in one transaction: all of them, or none. A repeat for the same call changes nothing.
    ///
    /// @return for each in turn whether it is new
    List<Boolean> addAll(List<CallOutcome> outcomes) {
        return database.jdbi().inTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                insert into call (call_id, sip_call_id, direction, inside, outside, invited_at, answered_at, ended_at,
                  end_reason, result, why, basis_kind, basis, ground, recording_id, location, root, bytes, sealed_at,
                  accounting, inside_number, outside_number, outside_anonymity, dialled, dialled_number, section,
                  site, signalling, policy, decided)
                values (:call, :sipCallId, :direction, :inside, :outside, :invitedAt, :answeredAt, :endedAt,
                  :end, :result, :why, :basisKind, :basis, :ground, :recording, :location, :root, :bytes, :sealedAt,
                  :accounting, :insideNumber, :outsideNumber, :outsideAnonymity, :dialled, :dialledNumber, :section,
                  :site, :signalling, :policy, :decided)
                on conflict (call_id) do nothing""");
            outcomes.forEach(outcome -> bind(batch, outcome).add());
            keepObjections(handle, outcomes);
            keepUses(handle, outcomes);
            keepParts(handle, outcomes);
            return Arrays.stream(batch.execute()).mapToObj(rows -> rows == 1).toList();
        });
    }

    /// What was kept when it was marked may have failed, or be some milliseconds later: the call's own word counts.
    private static void keepObjections(Handle handle, List<CallOutcome> outcomes) {
        for (CallOutcome outcome : outcomes) {
            Instant at = outcome.objectedAt();
            if (at != null) {
                handle.createUpdate("""
                    insert into objection (call_id, marked_at) values (:call, :at)
                    on conflict (call_id) do update set marked_at = excluded.marked_at""")
                        .bind("call", outcome.facts().call().value())
                        .bind("at", Instants.text(at))
                        .execute();
            }
        }
    }

    /// Which calls were recorded on a standing exemption: each is to be reviewed (N9).
    private static void keepUses(Handle handle, List<CallOutcome> outcomes) {
        for (CallOutcome outcome : outcomes) {
            String standing = outcome.basis() instanceof CaptureBasis.Exempted(var exemption, var _)
                    ? exemption.standingName()
                    : null;
            if (standing != null) {
                handle.createUpdate("""
                    insert into standing_use (call_id, standing, used_at) values (:call, :standing, :at)
                    on conflict (call_id) do nothing""")
                        .bind("call", outcome.facts().call().value())
                        .bind("standing", standing)
                        .bind("at", Instants.text(outcome.facts().invitedAt()))
                        .execute();
            }
        }
    }

    /// What preserves one part of a call preserves all of them (H2).
    private static void keepParts(Handle handle, List<CallOutcome> outcomes) {
        for (CallOutcome outcome : outcomes) {
            CallId before = outcome.facts().continues();
            if (before != null) {
                PreservationRegister.keepPart(handle, outcome.facts().call(), before);
            }
        }
    }

    private static PreparedBatch bind(PreparedBatch batch, CallOutcome outcome) {
        CallFacts facts = outcome.facts();
        CaptureBasis basis = outcome.basis();
        Seal seal = outcome.seal();
        Party dialled = facts.dialled();
        Line line = facts.line();
        CallFacts.Decided decided = facts.decided();
        Integer ground = basis instanceof CaptureBasis.Exempted exempted
                ? exempted.exemption().ground().number()
                : null;
        return batch.bind("call", facts.call().value())
                .bind("sipCallId", facts.sipCallId())
                .bind("direction", facts.direction().name())
                .bind("inside", facts.inside().addressOfRecord())
                .bind("outside", facts.outside().addressOfRecord())
                .bind("invitedAt", Instants.text(facts.invitedAt()))
                .bind("answeredAt", Instants.textOrNull(outcome.answeredAt()))
                .bind("endedAt", Instants.text(outcome.endedAt()))
                .bind("end", outcome.reason().name())
                .bind("result", outcome.result().name())
                .bind("why", nameOf(outcome.why()))
                .bind("basisKind", kind(basis))
                .bind("basis", basis == null ? null : CallJson.basis(basis))
                .bind("ground", ground)
                .bind("recording", seal == null ? null : seal.recording().value())
                .bind("location", seal == null ? null : seal.location())
                .bind("root", seal == null ? null : seal.root())
                .bind("bytes", seal == null ? null : seal.bytes())
                .bind("sealedAt", seal == null ? null : Instants.text(seal.sealedAt()))
                .bind("accounting", CallJson.accounting(outcome.accounts()))
                .bind("insideNumber", facts.inside().e164())
                .bind("outsideNumber", facts.outside().e164())
                .bind("outsideAnonymity", nameOf(facts.outside().anonymity()))
                .bind("dialled", dialled == null ? null : dialled.addressOfRecord())
                .bind("dialledNumber", dialled == null ? null : dialled.e164())
                .bind("section", line == null ? null : line.section())
                .bind("site", line == null ? null : line.site())
                .bind("signalling", SignallingJson.text(outcome.signalling()))
                .bind("policy", decided == null ? null : decided.policy())
                .bind("decided", decided == null ? null : CallJson.decided(decided));
    }

    /// Recorded calls, newest first.
    ///
    /// @param before only those that ended before the call of this recording; null for the newest
    public List<CallRecord> recorded(int limit, @Nullable RecordingId before) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                select call.*, objection.marked_at as objected_at from call left join objection using (call_id)
                where recording_id is not null
                  and (:before is null
                    or (ended_at, recording_id)
                       < (select ended_at, recording_id from call where recording_id = :before))
                order by ended_at desc, recording_id desc
                limit :limit""")
                        .bind("before", before == null ? null : before.value())
                        .bind("limit", limit)
                        .map((row, _) -> read(handle, row))
                        .list());
    }

    /// The call of a recording, or empty.
    public Optional<CallRecord> find(RecordingId recording) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                select call.*, objection.marked_at as objected_at from call left join objection using (call_id)
                where recording_id = :recording""")
                        .bind("recording", recording.value())
                        .map((row, _) -> read(handle, row))
                        .findOne());
    }

    /// Keeps that the other party objected to a call that is up; of several times the first. The call's outcome says
    /// it again.
    public void objected(CallId call, Instant at) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate("""
                insert into objection (call_id, marked_at) values (:call, :at) on conflict (call_id) do nothing""")
                        .bind("call", call.value())
                        .bind("at", Instants.text(at))
                        .execute());
    }

    private static @Nullable String nameOf(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    static @Nullable Party partyOrNull(@Nullable String address, @Nullable String number) {
        return address == null ? null : new Party(address, number, null);
    }

    private static @Nullable Line lineOrNull(@Nullable String section, @Nullable String site) {
        return section == null || site == null ? null : new Line(section, site);
    }

    static Party outside(ResultSet row) throws SQLException {
        String anonymity = row.getString("outside_anonymity");
        return anonymity == null
                ? new Party(row.getString("outside"), row.getString("outside_number"), null)
                : Party.withheld(Anonymity.valueOf(anonymity));
    }

    private static @Nullable String kind(@Nullable CaptureBasis basis) {
        return switch (basis) {
            case null -> null;
            case CaptureBasis.Announced _ -> "announced";
            case CaptureBasis.Exempted _ -> "exempted";
            case CaptureBasis.Attested _ -> "attested";
        };
    }

    private static CallRecord read(Handle handle, ResultSet row) throws SQLException {
        CallId call = new CallId(row.getString("call_id"));
        return new CallRecord(
                call,
                Direction.valueOf(row.getString("direction")),
                new Party(row.getString("inside"), row.getString("inside_number"), null),
                outside(row),
                partyOrNull(row.getString("dialled"), row.getString("dialled_number")),
                lineOrNull(row.getString("section"), row.getString("site")),
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
                CallJson.accounting(row.getString("accounting")),
                SignallingJson.read(row.getString("signalling")),
                Instants.instantOrNull(row.getString("objected_at")),
                PreservationRegister.of(handle, call));
    }
}
