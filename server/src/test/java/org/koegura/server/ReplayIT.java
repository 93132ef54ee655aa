package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
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
import org.koegura.server.peer.Chromium;
import org.koegura.server.peer.Visitor;
import tools.jackson.databind.JsonNode;

/// The notice once more in the middle of a recorded call, between real telephones (N13): by a code, by
/// the API, on the page.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayIT {

    private static final String LINES = """
            lines:
              - {number: 201, section: tax, site: main-hall, codes: all}
            """;

    private static final double THE_SAME = 0.9;
    private static final double ANOTHER = 0.3;

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip staff;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip citizen;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), LINES);
        site = Site.start(folder, Site.Standing.USUAL, "--config", file.toString());
        staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void theOtherPartyHearsItAgainAndInAnotherLanguageAndTheRecordingGoesOn() throws Exception {
        Instant begin = Instant.now();
        int replays = journal("notice.replayed").size();
        recorded();
        Instant byCode = Instant.now();
        for (char key : "*551".toCharArray()) {
            staff.press(key);
            await().pollDelay(Duration.ofMillis(180)).until(() -> true);
        }
        awaitReplays(replays + 1);
        Instant byApi = Instant.now();
        assertThat(site.api().replay(call(), "en").statusCode()).isEqualTo(200);
        assertThat(site.api().replay(call(), "ja").statusCode())
                .as("a second one")
                .isEqualTo(409);
        awaitReplays(replays + 2);
        Instant after = Instant.now();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> site.heardBy(citizen, after).size() > 100);
        assertThat(site.api().stage()).isEqualTo("RECORDED");
        hangUp();

        List<Rtp> heard = site.heardBy(citizen, begin);
        assertThat(like(Speech.notice(), between(heard, byCode, byApi))).isGreaterThan(THE_SAME);
        assertThat(like(Speech.notice("en"), between(heard, byApi, after))).isGreaterThan(THE_SAME);
        assertThat(like(Speech.notice("en"), between(heard, begin, byApi))).isLessThan(ANOTHER);
        assertThat(heard).as("no key leaves").allMatch(packet -> packet.payloadType() == 0);
        CallEvidence.isOneStream(heard, 160, 20, 3);
        assertThat(like(Speech.notice(), site.heardBy(staff, byCode)))
                .as("staff hear what they hear in any notice")
                .isLessThan(ANOTHER);

        KeptRecording recording = site.recordings().getLast();
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
        assertThat(recording.manifest().has("spans")).isFalse();
        JsonNode declared = recording.manifest().path("replays");
        assertThat(declared.size()).as(declared.toString()).isEqualTo(2);
        isDeclared(declared.get(0), "notice-ja-1", heard);
        isDeclared(declared.get(1), "notice-en-1", heard);
        JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
        assertThat(ProductProcess.verify(recording.folder())).isZero();
        assertThat(journal("notice.replay"))
                .anyMatch(
                        line -> line.contains("\"actor\":\"extension:201\"") && line.contains("\"language\":\"line\""))
                .anyMatch(line -> line.contains("\"actor\":\"operator\"") && line.contains("\"language\":\"en\""));
        assertThat(journal("notice.replayed").subList(replays, replays + 2))
                .allMatch(line -> line.contains("\"end\":\"completed\""));
        assertThat(site.api().metric("koegura_notice_replays_total", "language=\"en\"", "outcome=\"completed\""))
                .isEqualTo(1);
        assertThat(site.api().metric("koegura_unnoticed_recordings_total")).isZero();
    }

    @Test
    void itIsPlayedFromTheScreenInEasyJapanese() throws Exception {
        try (Chromium chromium = Chromium.start();
                Visitor visitor = chromium.visitor(site.product().console())) {
            Page page = visitor.open("/");
            Visitor.signIn(page, "operator", site.product().password("operator"));
            int replays = journal("notice.replayed").size();
            recorded();
            Instant begin = Instant.now();
            page.locator("button.replay").click();
            Visitor.photograph(page, "replay-ja");
            assertThat(Visitor.faintTexts(page)).isEmpty();
            page.locator("#replay button[data-language='ja-simple']").click();
            PlaywrightAssertions.assertThat(page.locator("#replay")).isHidden();
            awaitReplays(replays + 1);
            assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
            hangUp();
            assertThat(like(Speech.notice("ja-easy"), site.heardBy(citizen, begin)))
                    .isGreaterThan(THE_SAME);
            assertThat(ProductProcess.verify(site.recordings().getLast().folder()))
                    .isZero();
        }
    }

    private void recorded() throws Exception {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", Duration.ofSeconds(20));
    }

    private void awaitReplays(int count) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> journal("notice.replayed").size() == count);
    }

    /// What is declared was sent: the numbers are those of packets that were heard.
    private static void isDeclared(JsonNode replay, String prompt, List<Rtp> heard) {
        assertThat(replay.path("prompt").path("id").asString("")).isEqualTo(prompt);
        assertThat(replay.path("end").asString("")).isEqualTo("completed");
        int first = replay.path("firstSequence").asInt();
        List<Integer> numbers = heard.stream().map(Rtp::sequence).toList();
        assertThat(numbers).contains(first, replay.path("lastSequence").asInt());
        assertThat(replay.path("packets").asInt()).isGreaterThan(50);
    }

    private static List<Rtp> between(List<Rtp> heard, Instant from, Instant to) {
        return heard.stream()
                .filter(packet -> packet.epochNanos() >= KeptRecording.epochNanos(from)
                        && packet.epochNanos() <= KeptRecording.epochNanos(to))
                .toList();
    }

    private static double like(short[] sound, List<Rtp> heard) {
        return Correlation.of(sound, Rtp.sound(heard)).value();
    }

    private List<String> journal(String act) throws Exception {
        return Files.readAllLines(site.data().resolve("journal/journal.jsonl")).stream()
                .filter(line -> line.contains("\"act\":\"" + act + "\""))
                .toList();
    }

    private String call() throws Exception {
        return site.api().onlyCall().orElseThrow().path("call").asString("");
    }

    private void hangUp() throws Exception {
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
    }
}
