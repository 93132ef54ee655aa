package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.ChildProcess;

/// What the file says of single lines, among real peers (N10, N11, R3): the product has ports for one call alone.
class LinesIT {

    private static final String LINES = """
            lines:
              - {number: 201, section: tax, site: main-hall, when-unrecordable: refuse}
              - {number: 250, section: consultation, site: annex, notice: never-record, when-unrecordable: refuse}
              - {number: 299, section: fax-room, site: annex, notice: bypass}
              - {number: 260, section: night-desk, site: annex, schedule: always}
              - {number: 2xx, section: welfare, site: annex}
            schedules:
              - {name: always, when: daily, notice: never-record}
            """;
    private static final int PORTS_OF_ONE_CALL = 4;

    @SuppressWarnings("NullAway.Init") // set before each
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before each
    private Baresip citizen;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), LINES);
        site = Site.start(folder, PORTS_OF_ONE_CALL, "--config", file.toString());
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void hotlineAndFaxAreNeitherAnnouncedNorRecordedAndBelongToTheirSection() throws Exception {
        isLeft("250", "consultation", "never_record_line");
        isLeft("299", "fax-room", "bypass_number");
        isLeft("260", "night-desk", "never_record_line", 2);
        assertThat(site.api().metric("koegura_notices_total")).isZero();
        assertThat(site.recordings()).isEmpty();
        String policy = policyOfLastCall();
        assertThat(site.data().resolve("journal/policies/" + policy + ".json")).exists();
        isDecidedAnewAsThen(3);
    }

    @Test
    void ofTwoLinesWithoutAPortTheOneThatFailsClosedIsRefusedWithAReasonAndTheOtherPasses() throws Exception {
        try (Baresip busy = site.insideTelephone("203", "pcmu", Speech.spoken("staff-2"));
                Baresip closed = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip open = site.insideTelephone("202", "pcmu", Speech.spoken("staff-1"));
                Baresip other = site.outsideTelephone("0120000002", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("203"));
            busy.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            assertThat(site.api().metric("koegura_rtp_ports", "state=\"free\"")).isZero();
            double refused = site.api().metric("koegura_calls_refused_total", "reason=\"no_port\"");

            Instant begin = Instant.now();
            other.dial(site.uri("201"));
            other.awaitClosed();
            assertThat(site.saidBy(closed, begin))
                    .as("audio of a telephone that was not to ring")
                    .isEmpty();
            assertThat(site.signalling(begin))
                    .contains("Reason: SIP;cause=503;text=\"Cannot be recorded: no media port is free\"");
            assertThat(site.api().metric("koegura_calls_refused_total", "reason=\"no_port\""))
                    .isEqualTo(refused + 1);

            other.dial(site.uri("202"));
            open.accept();
            other.awaitEstablished();
            await("they hear each other past the product")
                    .until(() -> site.heardBy(other, begin).size() > 50
                            && site.heardBy(open, begin).size() > 50);
            other.hangUp();
            open.awaitClosed();
            await("it is counted").until(() -> unrecorded("no_port") == 1);
            citizen.hangUp();
            busy.awaitClosed();
            site.awaitNoCall();
            assertThat(site.recordings()).hasSize(1);
            assertThat(lastCall()).isEqualTo("welfare at annex");
            isDecidedAnewAsThen(3);
        }
    }

    /// By the command, while the recorder runs.
    private void isDecidedAnewAsThen(int calls) throws InterruptedException {
        List<String> options = List.of("replay", site.data().toString());
        try (ChildProcess replay = ProductProcess.start(List.of(), "policy", options)) {
            assertThat(replay.awaitExit(Duration.ofSeconds(20))).isZero();
            assertThat(replay.err()).isEmpty();
            assertThat(replay.out())
                    .containsExactly(
                            "1 policy adopted; " + calls + " calls decided as then, 0 otherwise; 0 left by what"
                                    + " was signalled; 0 without a policy in the ledger");
        }
    }

    private void isLeft(String number, String section, String why) throws Exception {
        isLeft(number, section, why, 1);
    }

    private void isLeft(String number, String section, String why, int times) throws Exception {
        Instant begin = Instant.now();
        try (Baresip staff = site.insideTelephone(number, "pcmu", Speech.spoken("staff-1"))) {
            citizen.dial(site.uri(number));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(5));
            await("they hear each other")
                    .until(() -> site.heardBy(citizen, begin).size() > 50
                            && site.heardBy(staff, begin).size() > 50);
            citizen.hangUp();
            staff.awaitClosed();
            citizen.awaitClosed();
        }
        site.awaitNoCall();
        assertThat(unrecorded(why)).isEqualTo(times);
        assertThat(lastCall()).isEqualTo(section + " at annex");
    }

    /// Where the call that ended last belongs, as the database has it.
    private String lastCall() throws SQLException {
        return lastCall("section || ' at ' || site");
    }

    private String policyOfLastCall() throws SQLException {
        return lastCall("policy");
    }

    private String lastCall(String what) throws SQLException {
        try (Connection database =
                        DriverManager.getConnection("jdbc:sqlite:" + site.data().resolve("metadata/koegura.db"));
                Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("select " + what + " from call order by rowid desc limit 1")) {
            return row.getString(1);
        }
    }

    private double unrecorded(String why) throws Exception {
        return site.api().metric("koegura_calls_unrecorded_total", "reason=\"" + why + "\"");
    }
}
