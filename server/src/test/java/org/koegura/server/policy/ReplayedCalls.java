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

/// Two policies and the calls that they decided, as a data directory keeps them; each test has a copy of its own.
abstract class ReplayedCalls {

    private static final Line TAX = new Line("tax", "main-hall");
    private static final Instant TUESDAY_TEN = Instant.parse("2026-12-01T01:00:00Z");
    private static final Instant TUESDAY_SIX = Instant.parse("2026-12-01T09:00:00Z");

    /// Made once: encoding prompts and making accounts takes seconds.
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path made;

    static String first = "";
    static String second = "";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path data;

    record Said(int exitCode, List<String> out, List<String> err) {}

    final Said replay() {
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

    final Path form(String version) {
        return data.resolve("journal/policies").resolve(version + ".json");
    }

    final void sql(String statement) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("metadata/koegura.db"));
                Statement asked = database.createStatement()) {
            assertThat(asked.executeUpdate(statement)).as(statement).isPositive();
        }
    }

    static String anyCall() {
        return "call_id = '" + "0".repeat(31) + "1'";
    }

    final void theExemptionIsTold() {
        Said said = replay();
        assertThat(said.out())
                .anyMatch(line -> line.contains("an exemption was flagged before it that policy"))
                .anyMatch(line -> line.contains("161 calls decided as then, 1 otherwise"));
        assertThat(said.exitCode()).isNotZero();
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
