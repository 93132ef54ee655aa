package org.koegura.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Chromium;
import org.koegura.server.peer.Visitor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An operator pauses the recording of a call from the page, and resumes it (R9): what is said meanwhile is heard and
/// not kept.
class PausedByOperatorIT {

    private static final String ROW = "#live tbody tr";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Between a click and the packet that it is about, on a busy machine.
    private static final Duration SLACK = Duration.ofSeconds(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void whatIsSaidInAPauseIsHeardAndNotKept() throws Exception {
        try (Site site = Site.start(folder, Site.Standing.USUAL, "--pause", "authorised");
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
                Chromium chromium = Chromium.start();
                Visitor visitor = chromium.visitor(site.product().console())) {
            Page page = visitor.open("/");
            Visitor.signIn(page, "operator", site.product().password("operator"));
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", PATIENCE);
            SaidAndKept.talk(site, citizen, 2);

            Instant asked = Instant.now();
            pauses(page);
            Instant paused = Instant.now();
            assertThat(site.api().onlyCall().orElseThrow().path("pausedUntil").asString(""))
                    .isNotEmpty();
            SaidAndKept.talk(site, citizen, 4);
            Instant resuming = Instant.now();
            page.locator("button.resume").click();
            assertThat(page.locator(ROW + " .state")).hasText(Pattern.compile("● 録音中"), soon());
            Instant resumed = Instant.now();
            SaidAndKept.talk(site, citizen, 2);
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            KeptRecording recording = site.recordings().getLast();
            Set<String> kept = SaidAndKept.bytes(recording.inside());
            kept.addAll(SaidAndKept.bytes(recording.outside()));
            List<Rtp> said = new ArrayList<>(site.saidBy(citizen, begin));
            said.addAll(site.saidBy(staff, begin));
            assertThat(SaidAndKept.bytes(SaidAndKept.between(said, paused.plus(SLACK), resuming.minus(SLACK))))
                    .as("what was said in the pause")
                    .hasSizeGreaterThan(100)
                    .doesNotContainAnyElementsOf(kept);
            assertThat(kept)
                    .as("what was said before and after")
                    .containsAll(SaidAndKept.bytes(SaidAndKept.between(said, asked.minus(SLACK), asked)))
                    .containsAll(SaidAndKept.bytes(
                            SaidAndKept.between(said, resumed.plus(SLACK), resumed.plus(SLACK.multipliedBy(2)))));
            assertThat(site.heardBy(staff, paused).stream()
                            .filter(packet -> packet.epochNanos() < KeptRecording.epochNanos(resuming)))
                    .as("what the other party heard meanwhile")
                    .hasSizeGreaterThan(150);
            judge(site, recording);
            assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
        }
    }

    private static void pauses(Page page) {
        page.locator("button.pause").click();
        page.locator("#pause-act").click();
        assertThat(page.locator("#pause-problem")).hasText("一時停止の理由を書いてください。");
        page.locator("#pause-reason").fill("カード番号を聞くため");
        Visitor.photograph(page, "pause-ja");
        assertThat(Visitor.faintTexts(page)).isEmpty();
        page.locator("#pause-act").click();
        assertThat(page.locator(ROW + " .state")).hasText(Pattern.compile("録音を一時停止中"), soon());
        assertThat(page.locator("#pause")).isHidden();
        assertThat(Visitor.faintTexts(page)).isEmpty();
        assertThat(Visitor.overflow(page, 320)).isLessThanOrEqualTo(0);
        Visitor.photograph(page, "paused-ja-400-percent");
        page.setViewportSize(1280, 860);
        Visitor.photograph(page, "paused-ja");
    }

    private static LocatorAssertions.HasTextOptions soon() {
        return new LocatorAssertions.HasTextOptions().setTimeout((double) PATIENCE.toMillis());
    }

    private static void judge(Site site, KeptRecording recording) throws Exception {
        JsonNode span = recording
                .manifest()
                .path("spans")
                .valueStream()
                .filter(each -> each.path("reason").asString("").equals("pause"))
                .findFirst()
                .orElseThrow();
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
        assertThat(ProductProcess.verify(recording.folder(), PATIENCE)).isZero();
        List<String> journal = Files.readAllLines(site.data().resolve("journal/journal.jsonl"));
        assertThat(journal.stream().filter(line -> line.contains("\"act\":\"recording.pause\"")))
                .singleElement()
                .asString()
                .contains("\"actor\":\"operator\"", "カード番号を聞くため", "\"channel\":\"console\"");
        List<String> over = journal.stream()
                .filter(line -> line.contains("\"act\":\"recording.pause.over\""))
                .toList();
        assertThat(over).singleElement().asString().contains("\"by\":\"command\"");
        JsonNode told = new JsonMapper().readTree(over.getFirst()).path("details");
        for (String end : List.of("from", "to")) {
            assertThat(Instant.parse(told.path(end).asString("")))
                    .isCloseTo(Instant.parse(span.path(end).asString("")), within(1, ChronoUnit.SECONDS));
        }
    }
}
