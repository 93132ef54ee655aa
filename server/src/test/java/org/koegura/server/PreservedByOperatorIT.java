package org.koegura.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Chromium;
import org.koegura.server.peer.Visitor;

/// Whoever wants a call kept says so on the live list, and on the page of its recording (H2).
class PreservedByOperatorIT {

    private static final String ROW = "#live tbody tr";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void aCallIsPreservedWhileItIsUpAndBySomebodyElseAfterwards() throws Exception {
        try (Site site = Site.start(folder);
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
                Chromium chromium = Chromium.start();
                Visitor operator = chromium.visitor(site.product().console());
                Visitor manager = chromium.visitor(site.product().console())) {
            Page page = operator.open("/");
            Visitor.signIn(page, "operator", site.product().password("operator"));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", PATIENCE);
            SaidAndKept.talk(site, citizen, 2);
            preserves(page);
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            String recording = site.recordings().getLast().id();
            page.navigate("/recordings/" + recording);
            assertThat(page.locator("main")).containsText("脅迫された");
            assertThat(page.locator("main")).containsText("保全請求あり（決定待ち）");
            Visitor.photograph(page, "preserved-ja");
            byAnother(manager.open("/"), site.product().password("manager"), recording);

            assertThat(site.api().recording(recording).body())
                    .contains("\"author\":\"operator\"", "\"author\":\"manager\"", "\"channel\":\"CONSOLE\"");
            List<String> journal = Files.readAllLines(site.data().resolve("journal/journal.jsonl"));
            assertThat(journal.stream().filter(line -> line.contains("\"act\":\"recording.preserve\"")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("\"channel\":\"console\""));
            assertThat(operator.faults()).as("what the pages complained of").isEmpty();
            assertThat(manager.faults()).isEmpty();
        }
    }

    private static void preserves(Page page) {
        page.locator("button.preserve").click();
        page.locator("#preserve-act").click();
        assertThat(page.locator("#preserve-problem")).hasText("保全を請求する理由を書いてください。");
        page.locator("#preserve-reason").fill("脅迫された");
        Visitor.photograph(page, "preserve-ja");
        assertThat(Visitor.faintTexts(page)).isEmpty();
        page.locator("#preserve-act").click();
        assertThat(page.locator(ROW))
                .containsText(Pattern.compile("保全請求あり"), new LocatorAssertions.ContainsTextOptions().setTimeout((double)
                                PATIENCE.toMillis()));
        assertThat(page.locator("#preserve")).isHidden();
        assertThat(page.locator("button.preserve")).hasCount(0);
        assertThat(Visitor.overflow(page, 320)).isLessThanOrEqualTo(0);
        page.setViewportSize(1280, 860);
    }

    private static void byAnother(Page page, String password, String recording) {
        Visitor.signIn(page, "manager", password);
        page.navigate("/recordings/" + recording);
        page.locator("#preserve-reason").fill("捜査機関から要請がある見込み");
        page.locator("#preserve-recording button").click();
        assertThat(page.locator("main")).containsText("捜査機関から要請がある見込み");
        assertThat(Visitor.faintTexts(page)).isEmpty();
        assertThat(Visitor.overflow(page, 320)).isLessThanOrEqualTo(0);
        page.setViewportSize(1280, 860);
        Visitor.photograph(page, "preserved-twice-ja");
    }
}
