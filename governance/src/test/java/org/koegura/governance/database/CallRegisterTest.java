package org.koegura.governance.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.governance.database.DecidedCall.Decision;
import org.koegura.governance.journal.Instants;

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

    private static CallOutcome decided(int number, CallFacts.@Nullable Decided decided) {
        CallOutcome of = outcome(number, Party.withheld(Anonymity.REFUSED), CallOutcome.Result.INTENTIONALLY_NOT);
        return new CallOutcome(
                decided == null ? of.facts() : of.facts().decided(decided),
                of.answeredAt(),
                of.endedAt(),
                of.reason(),
                of.result(),
                of.why(),
                of.basis(),
                of.seal(),
                of.accounts(),
                of.signalling(),
                of.objectedAt());
    }

    @Test
    void whoAttestedAnOralNoticeComesBackWithTheRecording(@TempDir Path folder) throws IOException {
        CallOutcome of = outcome(1, Party.UNKNOWN, CallOutcome.Result.COMPLETE);
        CaptureBasis basis = new CaptureBasis.Attested(
                new CaptureBasis.Attestation("operator", NOW, Exemption.Channel.API), Stage.ORAL_NOTICE);
        Seal seal = Objects.requireNonNull(of.seal());
        try (Database database = Database.open(folder.resolve("metadata.db"))) {
            CallRegister register = new CallRegister(database);
            register.add(new CallOutcome(
                    of.facts(), NOW, of.endedAt(), of.reason(), of.result(), null, basis, seal, of.accounts()));
            CallRecord read = register.find(seal.recording()).orElseThrow();
            String kind = database.jdbi()
                    .withHandle(handle -> handle.createQuery("select basis_kind from call")
                            .mapTo(String.class)
                            .one());
            assertThat(read.basis())
                    .isEqualTo(
                            new CallRecord.Basis.Attested("operator", NOW, Exemption.Channel.API, Stage.ORAL_NOTICE));
            assertThat(kind).isEqualTo("attested");
        }
    }

    @Test
    void eachRecordingOnAStandingExemptionIsARowOnceAndNoOtherIs(@TempDir Path folder) throws IOException {
        Exemption standing = Exemption.standing("ab".repeat(16), Ground.DANGER, null, NOW);
        Exemption own = new Exemption(Ground.DANGER, null, "operator", NOW, Exemption.Channel.API);
        List<DecidedCall> read = new ArrayList<>();
        Path file = folder.resolve("metadata.db");
        try (Database database = Database.open(file)) {
            CallRegister register = new CallRegister(database);
            for (int twice = 0; twice < 2; twice++) {
                register.add(exempted(1, standing));
                register.add(exempted(2, own));
            }
            List<String> uses = database.jdbi()
                    .withHandle(handle -> handle.createQuery(
                                    "select call_id || ' ' || standing || ' ' || used_at from standing_use")
                            .mapTo(String.class)
                            .list());
            CallFacts facts = exempted(1, standing).facts();
            assertThat(uses)
                    .containsExactly(
                            facts.call().value() + " " + "ab".repeat(16) + " " + Instants.text(facts.invitedAt()));
            LedgerReading.each(file, read::add);
        }
        assertThat(read)
                .extracting(DecidedCall::standing)
                .containsExactly(new DecidedCall.Standing("ab".repeat(16), "+81990123456", Ground.DANGER, NOW), null);
        assertThat(read).extracting(DecidedCall::armed).containsOnlyNulls();
    }

    private static CallOutcome exempted(int number, Exemption exemption) {
        CallOutcome of = outcome(number, Party.UNKNOWN, CallOutcome.Result.COMPLETE);
        Prompt prompt = new Prompt("notice-ja-1", "ja", "録音します。", "cd".repeat(32));
        boolean standing = exemption.standingName() != null;
        CallFacts facts = of.facts()
                .decided(new CallFacts.Decided(
                        "ab".repeat(32),
                        new NoticeDecision.Announce(prompt),
                        false,
                        standing ? exemption : null,
                        standing ? new Party("tel:+81990123456", "+81990123456", null) : null));
        return new CallOutcome(
                facts,
                NOW,
                of.endedAt(),
                of.reason(),
                of.result(),
                null,
                new CaptureBasis.Exempted(exemption, Stage.BEFORE_CALL),
                of.seal(),
                of.accounts());
    }

    @Test
    void whatWasDecidedAndByWhichPolicyComesBackWithTheFacts(@TempDir Path folder) throws IOException {
        String policy = "ab".repeat(32);
        Prompt prompt = new Prompt("notice-ja-1", "ja", "録音します。", "cd".repeat(32));
        NoticeDecision leave = new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE);
        NoticeDecision help = new NoticeDecision.DoNotRecord(Unrecorded.EMERGENCY);
        Path file = folder.resolve("metadata.db");
        List<DecidedCall> read = new ArrayList<>();
        try (Database database = Database.open(file)) {
            new CallRegister(database)
                    .addAll(List.of(
                            decided(1, new CallFacts.Decided(policy, new NoticeDecision.Announce(prompt, true), true)),
                            decided(2, new CallFacts.Decided(policy, leave, false)),
                            decided(3, new CallFacts.Decided(null, help, false)),
                            decided(4, null),
                            decided(5, new CallFacts.Decided(policy, new NoticeDecision.Oral(), true))));
            LedgerReading.each(file, read::add); // beside who writes it
        }
        assertThat(read)
                .extracting(DecidedCall::decision)
                .containsExactly(
                        new Decision.Announce("notice-ja-1", "cd".repeat(32), true, true),
                        new Decision.Leave(Unrecorded.NEVER_RECORD_LINE),
                        new Decision.Leave(Unrecorded.EMERGENCY),
                        new Decision.Unknown(),
                        new Decision.Oral(true));
        assertThat(read).extracting(DecidedCall::policy).containsExactly(policy, policy, null, null, policy);
        CallFacts facts = decided(1, null).facts();
        assertThat(read.getFirst().facts()).isEqualTo(facts.on(null));
    }

    @Test
    void rowsFromBeforeDecisionsWereKeptAreUnknownAndNothingIsChanged(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("metadata.db");
        try (Database database = Database.open(file)) {
            new CallRegister(database).add(decided(1, null));
            database.jdbi().useHandle(handle -> {
                handle.execute("alter table call drop column policy");
                handle.execute("alter table call drop column decided");
            });
        }
        byte[] before = Files.readAllBytes(file);
        List<DecidedCall> read = new ArrayList<>();
        LedgerReading.each(file, read::add);
        assertThat(read).extracting(DecidedCall::decision).containsExactly(new Decision.Unknown());
        assertThat(read).extracting(DecidedCall::policy).containsOnlyNulls();
        assertThat(file).hasBinaryContent(before);
    }
}
