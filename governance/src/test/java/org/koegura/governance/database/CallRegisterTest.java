package org.koegura.governance.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Unrecorded;

/// The row of a call gives back what was put into it.
class CallRegisterTest {

    private static final Instant NOW = Instant.parse("2026-11-24T01:00:00.000000001Z");
    private static final Signalling SIGNALLING = new Signalling(
            NOW.plusSeconds(1),
            NOW.plusSeconds(2),
            null,
            NOW.plusSeconds(9),
            List.of(486, 200),
            3,
            1,
            List.of(new Signalling.Transfer(Signalling.Kind.REFER_WITH_REPLACES, Leg.OUTSIDE, NOW.plusSeconds(5))),
            List.of(new Signalling.Link(
                    Signalling.Relation.REPLACED_BY, new CallId("ab".repeat(16)), NOW.plusSeconds(6))),
            2);

    private static CallOutcome outcome(int number, Party outside, CallOutcome.Result result) {
        return outcome(number, outside, result, null);
    }

    private static CallOutcome outcome(
            int number, Party outside, CallOutcome.Result result, @Nullable Instant objectedAt) {
        CallFacts facts = new CallFacts(
                new CallId(String.format("c%031x", number)),
                "call@192.0.2.1",
                Direction.INBOUND,
                new Party("sip:0990100123@example.com", "+81990100123", null),
                outside,
                NOW,
                new Party("sip:250@192.0.2.9"),
                new Line("相談", "annex"));
        boolean kept = result == CallOutcome.Result.COMPLETE;
        return new CallOutcome(
                facts,
                NOW,
                NOW.plusSeconds(9),
                EndReason.HANGUP_OUTSIDE,
                result,
                kept ? null : Unrecorded.EMERGENCY,
                null,
                kept
                        ? new Seal(new RecordingId(String.format("%032x", number)), "r/1", "cd".repeat(32), 12, NOW)
                        : null,
                List.of(),
                SIGNALLING,
                objectedAt);
    }

    @Test
    void whatWasSignalledTheLineAndBothFormsOfANumberComeBack(@TempDir Path folder) throws IOException {
        try (Database database = Database.open(folder.resolve("metadata.db"))) {
            CallRegister register = new CallRegister(database);
            Party citizen = new Party("sip:1840990555123@example.com", "+81990555123", null);
            CallOutcome outcome = outcome(1, citizen, CallOutcome.Result.COMPLETE);
            assertThat(register.add(outcome)).isTrue();
            CallRecord read = register.recorded(1, null).getFirst();
            assertThat(read.signalling()).isEqualTo(SIGNALLING);
            assertThat(read.inside()).isEqualTo(outcome.facts().inside());
            assertThat(read.outside()).isEqualTo(citizen);
            assertThat(read.dialled()).isEqualTo(outcome.facts().dialled());
            assertThat(read.line()).isEqualTo(new Line("相談", "annex"));
        }
    }

    @Test
    void aRowFromBeforeLinksWereKeptHasNone(@TempDir Path folder) throws IOException {
        try (Database database = Database.open(folder.resolve("metadata.db"))) {
            CallRegister register = new CallRegister(database);
            register.add(outcome(1, Party.UNKNOWN, CallOutcome.Result.COMPLETE));
            int rows = database.jdbi()
                    .withHandle(handle -> handle.createUpdate(
                                    "update call set signalling = json_remove(signalling, '$.links')")
                            .execute());
            assertThat(rows).isEqualTo(1);
            Signalling read = register.recorded(1, null).getFirst().signalling();
            assertThat(read.links()).isEmpty();
            assertThat(read.transfers()).isEqualTo(SIGNALLING.transfers());
        }
    }

    /// Whether or not it could be kept when it was marked.
    @Test
    void anObjectionIsKeptWithTheOutcomeOfItsCall(@TempDir Path folder) throws IOException {
        try (Database database = Database.open(folder.resolve("metadata.db"))) {
            CallRegister register = new CallRegister(database);
            register.objected(new CallId(String.format("c%031x", 1)), NOW.plusSeconds(4));
            register.addAll(List.of(
                    outcome(1, Party.UNKNOWN, CallOutcome.Result.COMPLETE, NOW.plusSeconds(3)),
                    outcome(2, Party.UNKNOWN, CallOutcome.Result.COMPLETE, NOW.plusSeconds(2)),
                    outcome(3, Party.UNKNOWN, CallOutcome.Result.COMPLETE)));
            assertThat(register.find(new RecordingId(String.format("%032x", 1))))
                    .map(CallRecord::objectedAt)
                    .contains(NOW.plusSeconds(3));
            assertThat(register.find(new RecordingId(String.format("%032x", 2))))
                    .map(CallRecord::objectedAt)
                    .contains(NOW.plusSeconds(2));
            assertThat(register.find(new RecordingId(String.format("%032x", 3))))
                    .map(CallRecord::objectedAt)
                    .isEmpty();
        }
    }

    @Test
    void ofANumberThatIsWithheldOnlyTheReasonIsKept(@TempDir Path folder) throws IOException {
        try (Database database = Database.open(folder.resolve("metadata.db"))) {
            CallRegister register = new CallRegister(database);
            Party withheld = Party.withheld(Anonymity.PAYPHONE);
            register.add(outcome(1, withheld, CallOutcome.Result.COMPLETE));
            assertThat(register.recorded(1, null).getFirst().outside()).isEqualTo(withheld);
        }
    }

    @Test
    void aCallOfWhichNothingWasKeptHasItsRowToo(@TempDir Path folder) throws IOException {
        try (Database database = Database.open(folder.resolve("metadata.db"))) {
            CallRegister register = new CallRegister(database);
            register.add(outcome(1, Party.UNKNOWN, CallOutcome.Result.INTENTIONALLY_NOT));
            assertThat(register.recorded(1, null)).isEmpty();
            String row = database.jdbi()
                    .withHandle(handle -> handle.createQuery("select why || ' ' || signalling from call")
                            .mapTo(String.class)
                            .one());
            assertThat(row).startsWith("EMERGENCY {").contains("\"finals\":[486,200]", "\"forks\":3");
        }
    }
}
