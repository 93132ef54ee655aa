package org.koegura.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.announcement.Announcement;
import org.koegura.announcement.Holidays;
import org.koegura.announcement.LinePolicy;
import org.koegura.announcement.LinePolicy.Notice;
import org.koegura.announcement.PolicyForm;
import org.koegura.announcement.Schedule;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallFacts.Decided;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.governance.CallRules;
import org.koegura.governance.Governance;
import org.koegura.governance.GovernanceFault;
import picocli.CommandLine;

/// Past calls are decided anew by the policy that decided them; whoever changed policy, journal or ledger is found out.
class ReplayTest {

    private static final Line TAX = new Line("tax", "main-hall");
    private static final Instant TUESDAY_TEN = Instant.parse("2026-12-01T01:00:00Z");
    private static final Instant TUESDAY_SIX = Instant.parse("2026-12-01T09:00:00Z");

    /// Made once: encoding prompts and making accounts takes seconds.
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path made;

    private static String first = "";
    private static String second = "";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path data;

    private record Said(int exitCode, List<String> out, List<String> err) {}

    private Said replay() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(PolicyCommand.class)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("replay", data.toString());
        return new Said(
                code, out.toString().lines().toList(), err.toString().lines().toList());
    }

    /// Two policies, one after the other, and calls of all kinds under each.
    @BeforeAll
    static void twoPolicies() throws Exception {
        Announcement.Settings usual = Announcement.Settings.defaults();
        LinePolicy plain = new LinePolicy(
                "201",
                TAX,
                Notice.ANSWER,
                LinePolicy.Unrecordable.DEFAULT,
                LinePolicy.FaxTones.DETECT,
                null,
                LinePolicy.Codes.ALL);
        LinePolicy hotline = new LinePolicy("250", TAX, Notice.NEVER_RECORD);
        LinePolicy scheduled = new LinePolicy(
                "201",
                TAX,
                Notice.ANSWER,
                LinePolicy.Unrecordable.REFUSE,
                LinePolicy.FaxTones.DETECT,
                "office",
                LinePolicy.Codes.ALL);
        LinePolicy oral = new LinePolicy(
                "777",
                TAX,
                Notice.ANSWER,
                LinePolicy.Unrecordable.REFUSE,
                LinePolicy.FaxTones.DETECT,
                null,
                LinePolicy.Codes.NONE,
                LinePolicy.Outbound.ORAL);
        Schedule office = new Schedule(
                "office",
                List.of(
                        new Schedule.Rule(Schedule.Times.parse("holidays"), Notice.EARLY, List.of("notice-en-1")),
                        new Schedule.Rule(Schedule.Times.parse("daily 17:15-24:00"), Notice.NEVER_RECORD, List.of())));
        first = under(usual.with(List.of(plain, hotline)), 0);
        second = under(
                usual.with(List.of(scheduled, hotline, oral)).by(Holidays.parse("12-29..01-03"), List.of(office)),
                1000);
    }

    @BeforeEach
    void copied() throws IOException {
        try (Stream<Path> files = Files.walk(made)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = data.resolve(made.relativize(file).toString());
                Files.createDirectories(copy.resolveSibling(""));
                Files.copy(file, copy);
            }
        }
    }

    private static String under(Announcement.Settings settings, int firstCall) throws Exception {
        int call = firstCall;
        PolicyForm policy = Announcement.open(settings).policy();
        try (Governance governance = governance()) {
            governance.adopt(policy.version(), policy.bytes());
            for (Instant when : List.of(TUESDAY_TEN, TUESDAY_SIX, Instant.parse("2026-12-31T15:00:00Z"))) {
                for (String inside : List.of("201", "250", "777")) {
                    for (Party outside : List.of(
                            new Party("tel:+81990555123", "+81990555123", null),
                            Party.withheld(Anonymity.PAYPHONE),
                            Party.UNKNOWN)) {
                        for (Direction direction : Direction.values()) {
                            CallFacts facts = facts(++call, direction, inside, outside, when);
                            governance.ledger().ended(outcome(facts.decided(decided(policy, facts))));
                        }
                    }
                }
            }
            CallFacts emergency = facts(++call, Direction.OUTBOUND, "201", Party.UNKNOWN, TUESDAY_TEN);
            NoticeDecision help = new NoticeDecision.DoNotRecord(Unrecorded.EMERGENCY);
            governance.ledger().ended(outcome(emergency.decided(new Decided(null, help, false))));
        }
        return policy.version();
    }

    private static Decided decided(PolicyForm policy, CallFacts facts) {
        NoticeDecision decision = policy.decide(facts);
        boolean refuses = !(decision instanceof NoticeDecision.DoNotRecord) && policy.refusesUnrecordable(facts, false);
        boolean armed = !(decision instanceof NoticeDecision.DoNotRecord) && policy.entitles(policy.telephone(facts));
        Instant before = facts.invitedAt().minusSeconds(30);
        return new Decided(
                policy.version(),
                decision,
                refuses,
                armed
                        ? new Exemption(Ground.DANGER, null, "extension:201", before, Exemption.Channel.TELEPHONE)
                        : null);
    }

    private static CallFacts facts(int call, Direction direction, String inside, Party outside, Instant when) {
        Party own = new Party("sip:" + inside + "@example.com");
        return new CallFacts(
                new CallId(String.format("%032d", call)),
                "call@192.0.2.1",
                direction,
                own,
                outside,
                when,
                direction == Direction.INBOUND ? own : outside,
                TAX);
    }

    private static CallOutcome outcome(CallFacts facts) {
        return new CallOutcome(
                facts,
                null,
                facts.invitedAt().plusSeconds(9),
                EndReason.HANGUP_OUTSIDE,
                CallOutcome.Result.NOT_ANSWERED,
                null,
                null,
                null,
                List.of());
    }

    private static Governance governance() throws GovernanceFault {
        return Governance.open(
                new Governance.Settings(made, new CallRules(false, false)),
                new NoStore(),
                Clock.systemUTC(),
                new SecureRandom(),
                new SimpleMeterRegistry());
    }

    private Path form(String version) {
        return data.resolve("journal/policies").resolve(version + ".json");
    }

    private void sql(String statement) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("metadata/koegura.db"));
                Statement asked = database.createStatement()) {
            assertThat(asked.executeUpdate(statement)).as(statement).isPositive();
        }
    }

    private static String anyCall() {
        return "call_id = '" + "0".repeat(31) + "1'";
    }

    @Test
    void everyCallComesOutAsThen() {
        Said said = replay();
        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .containsExactly("2 policies adopted; 162 calls decided as then, 0 otherwise; 2 left by what was"
                        + " signalled; 0 without a policy in the ledger");
        assertThat(said.exitCode()).isZero();
    }

    /// Otherwise the test above would show nothing of schedules.
    @Test
    void thePoliciesDisagree() throws SQLException {
        sql("update call set policy = '" + first + "' where policy = '" + second + "'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out().getLast()).contains(" otherwise;").doesNotContain(" 0 otherwise");
        assertThat(said.out().getFirst())
                .matches("call 0{28}[0-9]{4}: the ledger says '.+', policy " + first + " says '.+'");
    }

    @Test
    void aDecisionThatWasChangedIsTold() throws SQLException {
        sql("update call set decided = '{\"decision\":\"leave\",\"why\":\"NEVER_RECORD_LINE\"}' where " + anyCall());
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).hasSize(2);
        assertThat(said.out().getFirst())
                .matches("call 0{31}1: the ledger says 'do not record: never-record-line', policy " + first
                        + " says 'announce notice-ja-1 \\(sha256 [0-9a-f]{8}\\)'");
    }

    @Test
    void anExemptionThatWasFlaggedLongBeforeTheCallIsTold() throws SQLException {
        sql("update call set decided = replace(decided, '\"at\":\"20', '\"at\":\"19') where " + anyCall());
        theExemptionIsTold();
    }

    @Test
    void anExemptionBeforeTheCallOfATelephoneThatMayUseNoCodesIsTold() throws SQLException {
        sql("update call set inside = 'sip:202@example.com', dialled = 'sip:202@example.com' where " + anyCall());
        theExemptionIsTold();
    }

    private void theExemptionIsTold() {
        Said said = replay();
        assertThat(said.out())
                .anyMatch(line -> line.contains("an exemption was flagged before it that policy"))
                .anyMatch(line -> line.contains("161 calls decided as then, 1 otherwise"));
        assertThat(said.exitCode()).isNotZero();
    }

    @Test
    void aNumberThatWasChangedIsTold() throws SQLException {
        sql("update call set inside = 'sip:250@example.com', dialled = 'sip:250@example.com' where " + anyCall());
        assertThat(replay().exitCode()).isEqualTo(1);
    }

    @Test
    void aTimeThatWasChangedIsToldWhereATimeDecides() throws SQLException {
        sql("update call set invited_at = '2026-12-01T12:00:00.000000000Z' where policy = '" + second
                + "' and invited_at like '2026-12-01T01%' and inside like 'sip:201@%' and direction = 'INBOUND'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).hasSize(3 + 1);
    }

    @Test
    void aRowThatNoRecorderWroteIsTold() throws SQLException {
        sql("update call set decided = '{\"decision\":\"exempt\"}' where " + anyCall());
        sql("update call set direction = 'SIDEWAYS' where call_id = '" + "0".repeat(31) + "2'");
        sql("update call set policy = null where call_id = '" + "0".repeat(31) + "3'");
        sql("update call set policy = null where call_id = '" + "0".repeat(31) + "4'");
        sql("update call set policy = null, decided = '{\"decision\":\"leave\",\"why\":\"BYPASS_NUMBER\"}'"
                + " where call_id = '" + "0".repeat(31) + "5'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out().subList(0, 4))
                .containsExactly(
                        "call " + "0".repeat(31) + "1: its row holds what no recorder wrote",
                        "call " + "0".repeat(31) + "2: its row holds what no recorder wrote",
                        "call " + "0".repeat(31) + "4: no policy announced it",
                        "call " + "0".repeat(31) + "5: nothing that is signalled is bypass-number");
    }

    @Test
    void aRowThatNoRecorderWroteIsToldInOneLineWhateverItHolds() throws SQLException {
        String announce = "{\"decision\":\"announce\",\"prompt\":\"%s\",\"sha256\":\"%s\",\"early\":false,"
                + "\"refuses\":false}";
        sql("update call set decided = '" + announce.formatted("notice-ja-1", "ab") + "' where " + anyCall());
        sql("update call set decided = '" + announce.formatted("notice\\nja", "ab".repeat(32)) + "' where call_id = '"
                + "0".repeat(31) + "2'");
        sql("update call set call_id = 'a' || char(10) || 'b' where call_id = '" + "0".repeat(31) + "3'");
        sql("update call set call_id = null where call_id = '" + "0".repeat(31) + "4'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).isEmpty();
        assertThat(said.out().subList(0, said.out().size() - 1))
                .containsExactlyInAnyOrder(
                        "call " + "0".repeat(31) + "1: its row holds what no recorder wrote",
                        "call " + "0".repeat(31) + "2: its row holds what no recorder wrote",
                        "call a?b: its row holds what no recorder wrote",
                        "call null: its row holds what no recorder wrote");
    }

    @Test
    void aPolicyThatTheJournalNeverAdoptedIsTold() throws Exception {
        Files.move(form(first), form("ab".repeat(32)));
        Files.copy(form("ab".repeat(32)), form(first));
        sql("update call set policy = '" + "ab".repeat(32) + "' where " + anyCall());
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out().getFirst())
                .isEqualTo("call " + "0".repeat(31) + "1: the journal never adopted its policy");
    }

    @Test
    void aPolicyThatIsMissingIsToldInOneLineAndTheOthersDecide() throws IOException {
        Files.delete(form(first));
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out())
                .containsExactly(
                        "policy " + first + ": its file is not in journal/policies; restore it from the backup",
                        "policy " + first + ": 81 calls cannot be decided without it",
                        "2 policies adopted; 81 calls decided as then, 0 otherwise; 2 left by what was signalled;"
                                + " 0 without a policy in the ledger");
    }

    @Test
    void aPolicyThatWasChangedIsToldInOneLine() throws IOException {
        Files.writeString(form(first), Files.readString(form(first)).replace("\"201\"", "\"202\""));
        assertThat(replay().exitCode()).isEqualTo(1);
        assertThat(replay().out().getFirst())
                .matches("policy " + first + ": its file is another policy, [0-9a-f]{64}: it was changed; restore it"
                        + " from the backup");
        Files.writeString(form(first), " ".repeat(9));
        assertThat(replay().out().getFirst())
                .startsWith("policy " + first + ": its file was changed, or is damaged: it is ");
    }

    @Test
    void aJournalThatWasChangedIsToldInOneLine() throws IOException {
        Path journal = data.resolve("journal/journal.jsonl");
        Files.writeString(journal, Files.readString(journal).replace(first, second));
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .singleElement()
                .asString()
                .startsWith("koegura: journal " + journal + ", entry ")
                .endsWith("it was edited");
    }

    @Test
    void whereThereIsNoDataDirectoryOrNoLedgerOneLineSaysSo() throws IOException {
        Files.delete(data.resolve("metadata/koegura.db"));
        Said noLedger = replay();
        assertThat(noLedger.exitCode()).isEqualTo(2);
        assertThat(noLedger.err())
                .containsExactly("koegura: the database " + data.resolve("metadata/koegura.db")
                        + " cannot be read; name a data directory that this user may read");
        data = data.resolve("none");
        Said none = replay();
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err())
                .containsExactly("koegura: journal " + data.resolve("journal/journal.jsonl")
                        + " cannot be read; name a data directory that this user may read");
    }

    /// Nothing is asked of it.
    private static final class NoStore implements RecordingStore {

        @Override
        public Optional<Seal> find(RecordingId recording) {
            throw new AssertionError();
        }

        @Override
        public Optional<Erasure> erasure(RecordingId recording) {
            throw new AssertionError();
        }

        @Override
        public PlaybackAudio playback(RecordingId recording) {
            throw new AssertionError();
        }

        @Override
        public boolean isExportable(RecordingId recording) {
            throw new AssertionError();
        }

        @Override
        public Export export(RecordingId recording, Form form) {
            throw new AssertionError();
        }
    }
}
