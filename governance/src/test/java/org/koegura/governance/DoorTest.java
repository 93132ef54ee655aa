package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.governance.account.Session;
import org.koegura.governance.database.CallRecord;

/// The door over a real database and journal.
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
class DoorTest {

    @TempDir
    Path directory;

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-24T01:02:03Z"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeCalls calls = new FakeCalls();
    private final FakeStore store = new FakeStore();
    private Governance governance;
    private Door door;
    private FirstPasswords passwords;

    @BeforeEach
    void open() throws GovernanceFault {
        governance = Governance.open(new Governance.Settings(directory), store, clock, new SecureRandom(), registry);
        passwords = governance.firstPasswords().orElseThrow();
        door = governance.door(calls);
    }

    @AfterEach
    void close() {
        governance.close();
    }

    @Test
    void theTwoFirstAccountsSignInWithTheirPasswordsAndNothingElse() {
        assertThat(operator().account()).isEqualTo("operator");
        assertThat(administrator().roleLabel()).isEqualTo("administrator");
        assertThat(refusal(door.signIn("operator", passwords.administrator().toCharArray(), "192.0.2.1")))
                .isEqualTo(new Refusal.NotSignedIn());
        assertThat(refusal(door.signIn("nobody", passwords.operator().toCharArray(), "192.0.2.1")))
                .isEqualTo(new Refusal.NotSignedIn());
        assertThat(logins("succeeded")).isEqualTo(2);
        assertThat(logins("failed")).isEqualTo(2);
    }

    @Test
    void passwordsAndTokensAreNowhereOnDisk() throws IOException {
        String token = granted(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.1"))
                .token();

        for (String secret : List.of(passwords.operator(), passwords.administrator(), token)) {
            assertThat(onDisk(secret)).as("a secret on disk").isFalse();
        }
        assertThat(onDisk("argon2id")).as("control").isTrue();
        assertThat(passwords.toString()).doesNotContain(passwords.operator());
    }

    @Test
    void guessingIsLockedOutAndLetInAgainLater() {
        for (int guess = 0; guess < 5; guess++) {
            assertThat(refusal(door.signIn("operator", "wrong".toCharArray(), "192.0.2.9")))
                    .isEqualTo(new Refusal.NotSignedIn());
        }
        assertThat(refusal(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.9")))
                .isInstanceOf(Refusal.Locked.class);
        assertThat(logins("locked")).isEqualTo(1);

        clock.advance(Duration.ofMinutes(15));
        granted(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.9"));
    }

    @Test
    void whatIsTypedIntoTheWrongFieldIsNotJournalled() throws IOException {
        door.signIn("my-secret-password", "operator".toCharArray(), "192.0.2.1");

        assertThat(journal()).contains("\"act\":\"session.refused\"").doesNotContain("my-secret-password");
    }

    @Test
    void aSessionEndsBySigningOutByIdlenessAndByAge() {
        String token = token();
        granted(door.signOut(granted(door.session(token))));
        assertThat(refusal(door.session(token))).isEqualTo(new Refusal.NotSignedIn());

        String idle = token();
        clock.advance(Duration.ofMinutes(30));
        assertThat(refusal(door.session(idle))).isEqualTo(new Refusal.NotSignedIn());

        String busy = token();
        for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
            clock.advance(Duration.ofMinutes(20));
            granted(door.session(busy));
        }
        clock.advance(Duration.ofMinutes(20));
        assertThat(refusal(door.session(busy))).isEqualTo(new Refusal.NotSignedIn());
    }

    @Test
    void anEndedAppointmentEndsAccessAtMidnightOfTheCity() throws SQLException {
        String token = token();
        sql("update appointment set last_day = '2026-11-24' where account = 'operator'");
        clock.advance(Duration.between(clock.instant(), Instant.parse("2026-11-24T14:45:00Z")));
        String lateToken = token();
        granted(door.recordings(granted(door.session(lateToken)), 10, null));

        clock.advance(Duration.ofMinutes(15));

        Session session = granted(door.session(lateToken));
        assertThat(session.posts()).isEmpty();
        assertThat(refusal(door.recordings(session, 10, null))).isEqualTo(new Refusal.Forbidden(Act.LIST_RECORDINGS));
        assertThat(refusal(door.session(token))).isEqualTo(new Refusal.NotSignedIn());
    }

    @Test
    void theAdministratorReachesNoAudioAndExemptsNothing() throws IOException {
        calls.ring();
        Session administrator = administrator();

        assertThat(refusal(door.recordings(administrator, 10, null)))
                .isEqualTo(new Refusal.Forbidden(Act.LIST_RECORDINGS));
        assertThat(refusal(door.recording(administrator, FakeStore.RECORDING)))
                .isEqualTo(new Refusal.Forbidden(Act.VIEW_RECORDING));
        assertThat(refusal(door.play(administrator, FakeStore.RECORDING, "fairness")))
                .isEqualTo(new Refusal.Forbidden(Act.PLAY));
        assertThat(refusal(door.audio(administrator, "0".repeat(32)))).isEqualTo(new Refusal.Forbidden(Act.PLAY));
        assertThat(refusal(door.exempt(administrator, FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.Forbidden(Act.EXEMPT));

        assertThat(store.playbacks).isZero();
        assertThat(calls.exempted).isEmpty();
        assertThat(denials("administrator", "recording.play")).isEqualTo(2);
        assertThat(denials("administrator", "exemption.flag")).isEqualTo(1);
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"access.denied\"")))
                .hasSize(5);
    }

    @Test
    void theAdministratorSeesThatCallsAreUpButNotWhose() {
        calls.ring();

        assertThat(granted(door.liveCalls(administrator())).getFirst().outside())
                .isNull();
        assertThat(granted(door.liveCalls(operator())).getFirst().outside()).isNotNull();
    }

    @Test
    void anExemptionIsJournalledBeforeItIsDoneAndItsOutcomeAfter() throws IOException {
        calls.ring();

        Stage stage = granted(door.exempt(operator(), FakeCalls.CALL, 3, " 特別の事情 ", Channel.CONSOLE));

        assertThat(stage).isEqualTo(Stage.RINGING);
        assertThat(calls.exempted).singleElement().satisfies(exemption -> {
            assertThat(exemption.author()).isEqualTo("operator");
            assertThat(exemption.text()).isEqualTo("特別の事情");
            assertThat(exemption.ground().number()).isEqualTo(3);
        });
        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"exemption.flag\",\"subject\":\"" + FakeCalls.CALL + "\"")
                .contains("{\"channel\":\"console\",\"ground\":\"3\",\"stage\":\"ringing\",\"text\":\"特別の事情\"}");
        assertThat(lines.getLast())
                .contains("\"act\":\"exemption.outcome\"")
                .contains("{\"result\":\"in-force\",\"stage\":\"ringing\"}");
    }

    @Test
    void anExemptionNeedsOneOfThreeGroundsAndTheThirdAText() {
        calls.ring();
        Session operator = operator();

        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 0, "x", Channel.API)))
                .isEqualTo(Refusal.Reason.GROUND_UNKNOWN);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 4, "x", Channel.API)))
                .isEqualTo(Refusal.Reason.GROUND_UNKNOWN);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 3, null, Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_MISSING);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 3, " \u3000", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_MISSING);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 1, "x".repeat(1001), Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_TOO_LONG);
        assertThat(invalid(door.exempt(operator, FakeCalls.CALL, 3, "相手は０３－００００－００００", Channel.API)))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(calls.exempted).isEmpty();
        granted(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API));
        granted(door.exempt(operator, FakeCalls.CALL, 3, "2026-11-24 10:30 令和8年第12345号", Channel.API));
    }

    @Test
    void aCallThatIsGoneOrTooFarIsNotExempted() {
        assertThat(refusal(door.exempt(operator(), FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
        calls.ring();
        calls.outcome = new Exempting.TooLate(Stage.RECORDED);
        assertThat(refusal(door.exempt(operator(), FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.TooLate(Stage.RECORDED));
        calls.outcome = new Exempting.NoSuchCall();
        assertThat(refusal(door.exempt(operator(), FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void playbackNeedsAPurposeOfArticle1OrACase() {
        Session operator = operator();

        assertThat(invalid(door.play(operator, FakeStore.RECORDING, null))).isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, " "))).isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, "curiosity")))
                .isEqualTo(Refusal.Reason.PURPOSE_UNKNOWN);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, "case:\n")))
                .isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.play(operator, FakeStore.RECORDING, "case:0300000000")))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(store.playbacks).isZero();

        for (Purpose.OfArticle1 purpose : Purpose.OfArticle1.values()) {
            granted(door.play(operator, FakeStore.RECORDING, purpose.word()));
            assertThat(playbacks(purpose.word())).isEqualTo(1);
        }
        granted(door.play(operator, FakeStore.RECORDING, "case:令和8年-12"));
        assertThat(playbacks("case")).isEqualTo(1);
    }

    @Test
    void aPlaybackIsJournalledOnceAndHeardByItsTicket() throws Exception {
        Session operator = operator();
        PlayTicket ticket = granted(door.play(operator, FakeStore.RECORDING, "fairness"));

        PlaybackAudio audio = granted(door.audio(operator, ticket.id()));
        granted(door.audio(operator, ticket.id()));

        ByteArrayOutputStream part = new ByteArrayOutputStream();
        audio.write(part, 10, 3);
        assertThat(part.toByteArray()).containsExactly(10, 11, 12);
        assertThat(ticket.lengthBytes()).isEqualTo(1000);
        assertThat(store.playbacks).isEqualTo(1);
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"recording.play\"")))
                .singleElement()
                .asString()
                .contains(FakeStore.RECORDING.value(), "{\"purpose\":\"fairness\"}");
    }

    @Test
    void aTicketIsForItsSessionAndForAShortTime() {
        Session operator = operator();
        PlayTicket ticket = granted(door.play(operator, FakeStore.RECORDING, "fairness"));

        assertThat(refusal(door.audio(operator(), ticket.id()))).isEqualTo(new Refusal.NotFound());
        assertThat(refusal(door.audio(operator, "f".repeat(32)))).isEqualTo(new Refusal.NotFound());
        clock.advance(Duration.ofMinutes(14));
        granted(door.audio(operator, ticket.id()));
        clock.advance(Duration.ofMinutes(15));
        assertThat(refusal(door.audio(operator, ticket.id()))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void aTicketEndsWithItsSession() {
        Session operator = operator();
        PlayTicket ticket = granted(door.play(operator, FakeStore.RECORDING, "fairness"));
        granted(door.signOut(operator));

        assertThat(refusal(door.audio(operator, ticket.id()))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whatTheStoreCannotGiveIsRefusedAndJournalled() throws IOException {
        store.fault = new StoreFault.Damaged("leaf 3");
        assertThat(invalid(door.play(operator(), FakeStore.RECORDING, "fairness")))
                .isEqualTo(Refusal.Reason.RECORDING_DAMAGED);
        store.fault = new StoreFault.Unreachable("disk", new IOException("gone"));
        assertThat(refusal(door.play(operator(), FakeStore.RECORDING, "fairness")))
                .isEqualTo(new Refusal.Unavailable(Refusal.Source.STORE));

        assertThat(journal()).contains("{\"fault\":\"damaged\"}", "{\"fault\":\"unreachable\"}");
        assertThat(playbacks("fairness")).isZero();
        assertThat(refusal(door.play(operator(), Outcomes.recording(9), "fairness")))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whileTheJournalCannotBeWrittenNothingIsPlayedExemptedOrShown() throws IOException {
        calls.ring();
        governance.ledger().ended(Outcomes.announced(1));
        Session operator = operator();
        Path journal = directory.resolve("journal/journal.jsonl");
        Path elsewhere = directory.resolve("journal/elsewhere");
        Files.move(journal, elsewhere);

        Refusal unavailable = new Refusal.Unavailable(Refusal.Source.JOURNAL);
        assertThat(refusal(door.play(operator, FakeStore.RECORDING, "fairness")))
                .isEqualTo(unavailable);
        assertThat(refusal(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API)))
                .isEqualTo(unavailable);
        assertThat(refusal(door.recording(operator, Outcomes.recording(1)))).isEqualTo(unavailable);
        assertThat(refusal(door.liveCalls(operator))).isEqualTo(unavailable);
        assertThat(refusal(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.1")))
                .isEqualTo(unavailable);
        assertThat(store.playbacks).isZero();
        assertThat(calls.exempted).isEmpty();

        Files.move(elsewhere, journal);
        granted(door.play(operator, FakeStore.RECORDING, "fairness"));
        granted(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API));
    }

    @Test
    void recordingsComeNewestFirstInPages() {
        for (int number = 1; number <= 5; number++) {
            governance.ledger().ended(number == 3 ? Outcomes.missing(3) : Outcomes.announced(number));
        }
        Session operator = operator();

        RecordingPage first = granted(door.recordings(operator, 3, null));
        RecordingPage second = granted(door.recordings(operator, 3, first.next()));

        assertThat(ids(first)).containsExactly(Outcomes.recording(5), Outcomes.recording(4), Outcomes.recording(2));
        assertThat(ids(second)).containsExactly(Outcomes.recording(1));
        assertThat(second.next()).isNull();
        assertThat(invalid(door.recordings(operator, 0, null))).isEqualTo(Refusal.Reason.LIMIT_OUT_OF_RANGE);
        assertThat(invalid(door.recordings(operator, 101, null))).isEqualTo(Refusal.Reason.LIMIT_OUT_OF_RANGE);
        assertThat(invalid(door.recordings(operator, 3, Outcomes.recording(99))))
                .isEqualTo(Refusal.Reason.CURSOR_UNKNOWN);
    }

    @Test
    void aRecordingsFactsReturnAsTheyWereReported() {
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.exempted(2));

        CallRecord announced = granted(door.recording(operator(), Outcomes.recording(1)));
        CallRecord exempted = granted(door.recording(operator(), Outcomes.recording(2)));

        assertThat(announced.accounts()).isEqualTo(Outcomes.announced(1).accounts());
        assertThat(announced.seal()).isEqualTo(Outcomes.announced(1).seal());
        assertThat(announced.outside()).isEqualTo(Outcomes.announced(1).facts().outside());
        assertThat(announced.basis()).isInstanceOfSatisfying(CallRecord.Basis.Announced.class, basis -> {
            assertThat(basis.promptId()).isEqualTo("notice-ja-1");
            assertThat(basis.packets()).isEqualTo(347);
            assertThat(basis.receiverReports()).isEqualTo(1);
        });
        assertThat(exempted.basis()).isInstanceOfSatisfying(CallRecord.Basis.Exempted.class, basis -> {
            assertThat(basis.ground().number()).isEqualTo(3);
            assertThat(basis.stage()).isEqualTo(Stage.NOTICE);
        });
        assertThat(refusal(door.recording(operator(), Outcomes.recording(3)))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void anOutcomeIsKeptOnce() {
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.announced(1));
        governance.ledger().ended(Outcomes.missing(1));

        assertThat(registry.counter("koegura.ledger.calls", "result", "complete")
                        .count())
                .isEqualTo(1);
        assertThat(registry.counter("koegura.ledger.calls", "result", "missing").count())
                .isZero();
    }

    @Test
    void aPageThatRefreshesItselfIsOneActInTheJournal() throws IOException {
        Session operator = operator();
        for (int look = 0; look < 30; look++) {
            granted(door.liveCalls(operator));
            granted(door.recordings(operator, 10, null));
        }
        assertThat(watched("calls.watch")).isEqualTo(1);
        assertThat(watched("recordings.list")).isEqualTo(1);

        clock.advance(Duration.ofMinutes(15));
        granted(door.liveCalls(operator));
        assertThat(watched("calls.watch")).isEqualTo(2);
    }

    @Test
    void noTelephoneNumberReachesTheJournal() throws IOException {
        calls.ring();
        governance.ledger().ended(Outcomes.announced(1));
        Session operator = operator();
        granted(door.liveCalls(operator));
        granted(door.recordings(operator, 10, null));
        granted(door.recording(operator, Outcomes.recording(1)));
        granted(door.exempt(operator, FakeCalls.CALL, 1, null, Channel.API));
        granted(door.play(operator, FakeStore.RECORDING, "fairness"));

        assertThat(journal()).doesNotContain("81300000000", "example.com");
        assertThat(onDisk("81300000000")).as("control: the database holds it").isTrue();
    }

    private long watched(String act) throws IOException {
        return journal()
                .lines()
                .filter(line -> line.contains("\"act\":\"" + act + "\""))
                .count();
    }

    private static List<RecordingId> ids(RecordingPage page) {
        return page.calls().stream().map(call -> call.seal().recording()).toList();
    }

    private Session operator() {
        return granted(door.session(token()));
    }

    private String token() {
        return granted(door.signIn("operator", passwords.operator().toCharArray(), "192.0.2.1"))
                .token();
    }

    private Session administrator() {
        return granted(door.signIn("admin", passwords.administrator().toCharArray(), "192.0.2.1"))
                .session();
    }

    private static <T> T granted(Answer<T> answer) {
        return switch (answer) {
            case Answer.Granted<T>(T value) -> value;
            case Answer.Refused<T>(Refusal why) -> throw new AssertionError("refused: " + why);
        };
    }

    private static Refusal refusal(Answer<?> answer) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused<?>) answer).why();
    }

    private static Refusal.Reason invalid(Answer<?> answer) {
        assertThat(refusal(answer)).isInstanceOf(Refusal.Invalid.class);
        return ((Refusal.Invalid) refusal(answer)).reason();
    }

    private double logins(String outcome) {
        return registry.get("koegura.login.attempts")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private double denials(String role, String action) {
        return registry.get("koegura.access.denials")
                .tags("role", role, "action", action)
                .counter()
                .count();
    }

    private double playbacks(String purpose) {
        return registry.get("koegura.playbacks")
                .tags("role", "operator", "purpose", purpose)
                .counter()
                .count();
    }

    private String journal() throws IOException {
        return Files.readString(directory.resolve("journal/journal.jsonl"));
    }

    private boolean onDisk(String text) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void sql(String statement) throws SQLException {
        Path database = Objects.requireNonNull(directory).resolve("metadata/koegura.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement update = connection.createStatement()) {
            update.execute(statement);
        }
    }
}
