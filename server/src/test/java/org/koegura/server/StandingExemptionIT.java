package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

/// A standing exemption for an outside number (N8): whose number the PBX asserts is recorded without notice while it is
/// in force, and nobody else is; who approves his own is told why not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandingExemptionIT {

    private static final Duration LONG = Duration.ofHours(1);

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private ConsoleApi supervisor;

    @SuppressWarnings("NullAway.Init") // set before all
    private ConsoleApi manager;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip staff;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder.resolve("site"), 80);
        supervisor = as("supervisor");
        manager = as("manager");
        staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
    }

    private ConsoleApi as(String account) throws Exception {
        return ConsoleApi.signIn(
                site.product().console(), account, site.product().password(account));
    }

    @AfterAll
    void stop() throws Exception {
        supervisor.close();
        manager.close();
        site.close();
    }

    private Baresip citizen(String number) throws Exception {
        return site.outsideTelephone(number, "pcmu", Speech.spoken("citizen-1"));
    }

    private String approved(String number, Instant until) throws Exception {
        String name = site.api().proposeStanding(number, until);
        assertThat(supervisor.approveStanding(name, "en").statusCode()).isEqualTo(200);
        return name;
    }

    /// Whoever calls is announced.
    private void isTold(Baresip citizen) throws Exception {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("NOTICE", Duration.ofSeconds(5));
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
    }

    @Test
    void whoseNumberThePbxAssertsIsRecordedWithoutNoticeAndWhoWithholdsItIsTold() throws Exception {
        Instant until = Instant.now().plus(LONG);
        String name = approved("+81120000003", until);
        approved("+81120000004", until);
        approved("+81120000001", until);
        Baresip vouched = citizen("0120000003");

        Instant called = Instant.now();
        vouched.dial(site.uri("201"));
        staff.accept();
        vouched.awaitEstablished();
        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(5));
        KeptRecording recording = JudgedCall.ended(site, staff, vouched, called, 9);
        assertThat(Correlation.of(Speech.notice(), Rtp.sound(site.heardBy(vouched, called)))
                        .value())
                .as("the notice in what the outside party received")
                .isLessThan(0.3);
        assertThat(List.of("kind", "channel", "stage", "author").stream()
                        .map(member ->
                                recording.manifest().path("basis").path(member).asString("")))
                .containsExactly("exempted", "standing", "before-call", "standing:" + name);
        JudgedCall.keptWhole(recording, site.saidBy(staff, called), site.saidBy(vouched, called));

        isTold(citizen("0120000004")); // the PBX knows the number, and its caller withholds it
        isTold(citizen("0120000001")); // nobody but the caller says the number

        Path journal = site.data().resolve("journal/journal.jsonl");
        assertThat(Files.readString(journal).lines().filter(line -> line.contains("standing:" + name)))
                .singleElement()
                .satisfies(line ->
                        assertThat(line).contains("\"act\":\"exemption.in-force\"", "\"channel\":\"standing\""));
        assertThat(Files.readString(journal)).doesNotContain("120000003");
        assertThat(ProductProcess.verify(journal)).as("the chain holds").isZero();
        assertThat(site.api().metric("koegura_exemptions_total", "channel=\"standing\"", "ground=\"1\""))
                .isEqualTo(1);
        site.api().awaitScanned(1);
    }

    @Test
    void onceItsTimeIsOverWhoeverCallsIsToldAgain() throws Exception {
        Instant end = Instant.now().plusSeconds(3);
        approved("+81120000005", end);
        await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(end));
        isTold(citizen("0120000005"));
    }

    @Test
    void whoApprovesHisOwnIsToldWhyNotInHisLanguageAndItIsJournalledAndCounted() throws Exception {
        String own = supervisor.proposeStanding("+81990123456", Instant.now().plus(LONG));
        HttpResponse<String> japanese = supervisor.approveStanding(own, "ja");
        HttpResponse<String> english = supervisor.approveStanding(own, "en");
        assertThat(japanese.statusCode()).isEqualTo(403);
        assertThat(japanese.body()).contains("standing-self-approved", "自分では承認できません");
        assertThat(english.statusCode()).isEqualTo(403);
        assertThat(english.body()).contains("standing-self-approved", "Not to be approved by its author");
        assertThat(Files.readString(site.data().resolve("journal/journal.jsonl"))
                        .lines()
                        .filter(line -> line.contains("\"reason\":\"self-approved\"") && line.contains(own)))
                .hasSize(2);
        assertThat(site.api().metric("koegura_standing_refusals_total", "reason=\"self-approved\""))
                .isEqualTo(2);
        assertThat(manager.approveStanding(own, "ja").statusCode()).isEqualTo(200);
    }
}
