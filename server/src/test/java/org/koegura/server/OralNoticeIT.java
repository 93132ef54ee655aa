package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Chromium;
import org.koegura.server.peer.Visitor;

/// N5: on a line that is set to it staff tell whoever they call themselves, and attest it; recording starts then.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OralNoticeIT {

    private static final String ORAL = """
            lines:
              - {number: 201, section: tax, site: annex, outbound-notice: oral}
            """;
    private static final String UNRECORDED = "koegura_calls_unrecorded_total";

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip staff;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip citizen;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), ORAL);
        site = Site.start(folder.resolve("site"), 80, "--config", file.toString());
        staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void nothingIsKeptBeforeTheAttestationAllIsAfterItAndNoPromptIsHeard() throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        staff.dial(site.uri("0120000001"));
        citizen.awaitIncoming();
        site.awaitStage("RINGING", Duration.ofSeconds(5));
        assertThat(site.api().attest(call()).statusCode()).as("nobody answered").isEqualTo(409);
        citizen.answer();
        staff.awaitEstablished();
        site.awaitStage("ORAL_NOTICE", Duration.ofSeconds(5));
        talk(begin, 150); // longer than the prompt waits for its cue
        assertThat(site.api().stage()).isEqualTo("ORAL_NOTICE");
        assertThat(site.recordings()).hasSize(before);
        Instant attested = Instant.now();
        assertThat(site.api().attest(call()).statusCode()).isEqualTo(200);
        site.awaitStage("RECORDED", Duration.ofSeconds(5));
        assertThat(site.api().attest(call()).statusCode()).as("twice").isEqualTo(409);
        talk(Instant.now(), 300);
        hangUp();

        assertThat(site.recordings()).hasSize(before + 1);
        KeptRecording recording = site.recordings().getLast();
        List<Rtp> heard = site.heardBy(citizen, begin);
        assertThat(Correlation.of(Speech.notice(), Rtp.sound(heard)).value())
                .as("the notice in what the outside party received")
                .isLessThan(0.3);
        long from = KeptRecording.epochNanos(attested);
        assertThat(recording.inside()).hasSizeGreaterThan(250).allMatch(packet -> packet.epochNanos() >= from);
        assertThat(recording.outside()).hasSizeGreaterThan(250).allMatch(packet -> packet.epochNanos() >= from);
        assertThat(recording.captureStartedAt()).isBetween(attested, attested.plusSeconds(1));
        assertThat(recording.manifest().path("basis").path("kind").asString("")).isEqualTo("attested");
        assertThat(recording.manifest().path("basis").path("author").asString(""))
                .isEqualTo("operator");
        JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
        assertThat(Files.readString(site.data().resolve("journal/journal.jsonl"))
                        .lines())
                .filteredOn(
                        line -> line.contains("\"act\":\"notice.attested\"") && line.contains("\"channel\":\"api\""))
                .singleElement()
                .asString()
                .contains("\"actor\":\"operator\"", "\"channel\":\"api\"", "\"stage\":\"oral_notice\"");
    }

    @Test
    void itIsAttestedOnTheScreen() throws Exception {
        try (Chromium chromium = Chromium.start();
                Visitor visitor = chromium.visitor(site.product().console())) {
            Page page = visitor.open("/");
            Visitor.signIn(page, "operator", site.product().password("operator"));
            staff.dial(site.uri("0120000001"));
            citizen.accept();
            staff.awaitEstablished();
            page.locator("button.attest").click();
            Visitor.photograph(page, "attest-ja");
            assertThat(Visitor.faintTexts(page)).isEmpty();
            page.locator("#attest-act").click();
            site.awaitStage("RECORDED", Duration.ofSeconds(5));
            PlaywrightAssertions.assertThat(page.locator("#attest")).isHidden();
            Visitor.photograph(page, "attested-ja");
            assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
            hangUp();
            assertThat(site.recordings()
                            .getLast()
                            .manifest()
                            .path("basis")
                            .path("channel")
                            .asString(""))
                    .isEqualTo("console");
        }
    }

    @Test
    void aCallThatNobodyAttestsIsNotRecordedAndCounted() throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        double counted = site.api().metric(UNRECORDED, "reason=\"not_attested\"");
        staff.dial(site.uri("0120000001"));
        citizen.accept();
        staff.awaitEstablished();
        site.awaitStage("ORAL_NOTICE", Duration.ofSeconds(5));
        talk(begin, 250);
        hangUp();

        assertThat(site.recordings()).hasSize(before);
        assertThat(site.api().metric(UNRECORDED, "reason=\"not_attested\"")).isEqualTo(counted + 1);
        assertThat(Correlation.of(Speech.notice(), Rtp.sound(site.heardBy(citizen, begin)))
                        .value())
                .isLessThan(0.3);
    }

    @Test
    void whoeverCallsThatLineHearsTheNotice() throws Exception {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("NOTICE", Duration.ofSeconds(5));
        assertThat(site.api().attest(call()).statusCode())
                .as("while the prompt plays")
                .isEqualTo(409);
        site.awaitStage("RECORDED", Duration.ofSeconds(20));
        hangUp();
    }

    /// What was said before is lost, and what comes after the kill is not kept for that.
    @Test
    void afterKill9ACallThatNobodyAttestedIsStillToBeAttested(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), ORAL);
        try (Site alone = Site.start(
                        folder.resolve("site"), Site.Standing.beforeRegistrar(false), "--config", file.toString());
                Baresip caller = alone.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip callee = alone.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            Instant begin = Instant.now();
            String password = alone.product().operatorPassword();
            caller.dial(alone.uri("0120000001"));
            callee.accept();
            caller.awaitEstablished();
            alone.awaitStage("ORAL_NOTICE", Duration.ofSeconds(5));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> alone.saidBy(callee, begin).size() > 100); // a checkpoint takes a quarter of a second
            alone.product().process().signal("KILL");
            alone.product().process().awaitExit(Duration.ofSeconds(20));
            alone.restart(password);
            alone.awaitStage("ORAL_NOTICE", Duration.ofSeconds(20));
            assertThat(alone.recordings()).isEmpty();
            Instant attested = Instant.now();
            String call = alone.api().onlyCall().orElseThrow().path("call").asString("");
            assertThat(alone.api().attest(call).statusCode()).isEqualTo(200);
            alone.awaitStage("RECORDED", Duration.ofSeconds(5));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> alone.saidBy(callee, attested).size() > 150);
            caller.hangUp();
            callee.awaitClosed();
            alone.awaitNoCall();

            KeptRecording recording = alone.recordings().getFirst();
            assertThat(recording.manifest().path("basis").path("kind").asString(""))
                    .isEqualTo("attested");
            assertThat(recording.captureStartedAt()).isAfterOrEqualTo(attested);
            JudgedCall.keptWhole(recording, alone.saidBy(caller, begin), alone.saidBy(callee, begin));
        }
    }

    private String call() throws Exception {
        return site.api().onlyCall().orElseThrow().path("call").asString("");
    }

    private void talk(Instant since, int packets) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(citizen, since).size() > packets
                        && site.saidBy(staff, since).size() > packets);
    }

    private void hangUp() throws Exception {
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
    }
}
