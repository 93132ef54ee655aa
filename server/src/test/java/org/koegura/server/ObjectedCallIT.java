package org.koegura.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

/// An operator marks on the page that the other party objects (N12): where policy stops, what is said
/// after it is heard and not kept, and what was kept stays as it is.
class ObjectedCallIT {

    private static final String ROW = "#live tbody tr";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Between a click and the packet that it is about, on a busy machine.
    private static final Duration SLACK = Duration.ofSeconds(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void whatIsSaidAfterAnObjectionIsHeardAndNotKept() throws Exception {
        try (Site site = Site.start(folder, Site.Standing.USUAL, "--objection", "stop");
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
            objects(page);
            Instant marked = Instant.now();
            SaidAndKept.talk(site, citizen, 3);
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            KeptRecording recording = site.recordings().getLast();
            Set<String> kept = SaidAndKept.bytes(recording.inside());
            kept.addAll(SaidAndKept.bytes(recording.outside()));
            List<Rtp> said = site.saidBy(citizen, begin);
            assertThat(SaidAndKept.bytes(SaidAndKept.between(said, marked.plus(SLACK), Instant.now())))
                    .as("what was said after it")
                    .hasSizeGreaterThan(50)
                    .doesNotContainAnyElementsOf(kept);
            assertThat(kept)
                    .as("what was said before")
                    .containsAll(SaidAndKept.bytes(SaidAndKept.between(said, asked.minus(SLACK), asked)));
            assertThat(site.heardBy(staff, marked)).as("relay goes on").hasSizeGreaterThan(100);
            judge(site, recording);
            shown(page);
            assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
        }
    }

    private static void objects(Page page) {
        page.locator("button.object").click();
        assertThat(page.locator("#objection")).containsText("これより後の音声は残しません");
        Visitor.photograph(page, "objection-ja");
        assertThat(Visitor.faintTexts(page)).isEmpty();
        page.locator("#objection-act").click();
        assertThat(page.locator(ROW)).containsText(Pattern.compile("相手方の異議により録音しません"), soon());
        assertThat(page.locator("#objection")).isHidden();
        Visitor.photograph(page, "objected-ja");
    }

    private static LocatorAssertions.ContainsTextOptions soon() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout((double) PATIENCE.toMillis());
    }

    /// To the packet: what came after the objection counts as withheld for it, on both legs.
    private static void judge(Site site, KeptRecording recording) throws Exception {
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
        for (JsonNode stream : recording.manifest().path("streams")) {
            assertThat(stream.path("withheld").path("objection").asInt(0)).isGreaterThan(100);
        }
        assertThat(ProductProcess.verify(recording.folder(), PATIENCE)).isZero();
        List<String> journal = Files.readAllLines(site.data().resolve("journal/journal.jsonl"));
        assertThat(journal.stream().filter(line -> line.contains("\"act\":\"call.objection\"")))
                .singleElement()
                .asString()
                .contains("\"actor\":\"operator\"", "\"policy\":\"stop\"", "\"channel\":\"console\"");
        assertThat(journal.stream().filter(line -> line.contains("\"why\":\"objection\"")))
                .singleElement()
                .asString()
                .contains("\"capture\":\"stopped\"");
    }

    private static void shown(Page page) {
        page.locator("#recordings a").first().click();
        assertThat(page.locator("main")).containsText("異議の記録");
        assertThat(page.locator("main")).containsText("異議の後");
        Visitor.photograph(page, "objected-recording-ja");
    }
}
