package org.koegura.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.RequestOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Cable;
import org.koegura.server.peer.Chromium;
import org.koegura.server.peer.Visitor;

/// What people see at a browser while telephones ring (U1, U2, U5, A6, A7, N6, N7).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all, and before each
class ConsoleIT {

    private static final String ROW = "#live tbody tr";
    private static final String RECORDING = "#recordings tbody tr";
    private static final int WAV_HEADER_BYTES = 44;

    private Site site;
    private Baresip staff;
    private Baresip citizen;
    private Chromium chromium;
    private Visitor visitor;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder);
        staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
        chromium = Chromium.start();
    }

    @AfterAll
    void stop() throws Exception {
        chromium.close();
        site.close();
    }

    @BeforeEach
    void arrive() {
        visitor = chromium.visitor(site.product().console());
    }

    @AfterEach
    void leave() {
        visitor.close();
    }

    @Test
    void anOperatorSeesACallRingExemptsItAndFindsAndPlaysItsRecording() throws Exception {
        Page page = signedInJapanese();
        int recorded = page.locator(RECORDING).count();
        ringsWithoutReload(page);
        exemptsInTwoActions(page);
        Instant answered = talk(page);
        opensTheRecordingOfIt(page, recorded);
        plays(page, Duration.between(answered, Instant.now()));
        staysEnglish(page);
        signingOutEndsEveryTab(page);
        assertThat(visitor.strayRequests()).isEmpty();
        assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
    }

    private Page signedInJapanese() {
        Page page = visitor.open("/");
        assertThat(page.locator("html")).hasAttribute("lang", "ja");
        assertThat(page.locator("h1")).hasText("ログイン");
        looksGood(page, "sign-in-ja");
        Visitor.signIn(page, "operator", site.product().password("operator"));
        assertThat(page.locator("#live-status")).hasText("変化をすぐに表示しています");
        assertThat(page.locator("#live-empty")).isVisible();
        return page;
    }

    private void ringsWithoutReload(Page page) {
        page.evaluate("() => (window.sameDocument = true)");
        List<String> before = visitor.requests();

        citizen.dial(site.uri("201"));
        staff.awaitIncoming();

        assertThat(page.locator(ROW)).containsText("呼出中", within1Second());
        assertThat(page.locator(ROW)).containsText("0120000001");
        assertThat(page.locator("#live-news")).containsText("0120000001：呼出中");
        assertThat(visitor.requests())
                .as("nothing was fetched; the one stream was open already")
                .isEqualTo(before)
                .filteredOn(url -> url.endsWith("/calls/events"))
                .hasSize(1);
        assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
        looksGood(page, "ringing-ja");
    }

    private void exemptsInTwoActions(Page page) {
        // the first, and at once a second click that lands on a ground, wherever that may be on the page
        page.evaluate("() => { document.querySelector('button.exempt').click();"
                + " document.querySelector('[data-ground=\"1\"]').click(); }");
        assertThat(page.locator("#exempt-title")).isFocused();
        assertThat(page.locator("#exempt-stage")).hasText(Pattern.compile("呼出中"));
        page.keyboard().press("Enter");
        page.keyboard().press("Space");
        assertThat(page.locator("#exempt")).isVisible(); // a stray key chooses nothing
        page.locator("[data-ground='3']").click();
        assertThat(page.locator("#exempt-problem")).hasText("第3号には、特別の事情を書いてください。");
        assertThat(page.locator("#exempt-text")).isFocused();
        looksGood(page, "exempt-ja");

        assertThat(visitor.requests()).noneMatch(url -> url.endsWith("/exemption"));
        page.locator("[data-ground='1']").click(); // the second

        assertThat(page.locator(ROW)).containsText("免除済み（第1号）", within1Second());
        assertThat(page.locator("#exempt")).isHidden();
        assertThat(page.locator("#done")).containsText("告知を免除しました（第1号）");
        assertThat(page.locator("button.exempt")).hasCount(0);
        looksGood(page, "exempted-ja");
    }

    private Instant talk(Page page) throws Exception {
        Instant answered = Instant.now();
        staff.answer();
        citizen.awaitEstablished();
        assertThat(page.locator(ROW + " .state")).hasText(Pattern.compile("告知なしで録音中"));
        assertThat(page.locator(ROW + " .ticking")).hasText("0:02");
        looksGood(page, "recording-without-notice-ja");
        heard(answered, 4);
        staff.hangUp();
        assertThat(page.locator(ROW)).hasCount(0);
        site.awaitNoCall();
        return answered;
    }

    private void heard(Instant since, int seconds) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(seconds + 15L))
                .until(() -> site.saidBy(citizen, since).size() > seconds * 50);
    }

    private void opensTheRecordingOfIt(Page page, int recorded) {
        assertThat(page.locator(RECORDING)).hasCount(recorded + 1);
        Locator newest = page.locator(RECORDING).first();
        assertThat(newest).containsText("免除（第1号）");
        assertThat(newest).containsText(Pattern.compile("令和[0-9]+年"));
        assertThat(newest).containsText("着信");
        assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
        looksGood(page, "recordings-ja");
        newest.locator("a.open").click();
        assertThat(page.locator("h1")).hasText("録音の詳細");
    }

    private void plays(Page page, Duration longest) throws Exception {
        page.selectOption("#purpose", "fairness");
        page.click("#play button");
        page.waitForFunction("() => document.getElementById('audio').currentTime > 1");
        String recording = page.url().substring(page.url().lastIndexOf('/') + 1);
        double seconds = ((Number) page.evaluate("() => document.getElementById('audio').duration")).doubleValue();
        assertThat(seconds)
                .as("the length that the player shows")
                .isEqualTo(secondsOfWav(recording), within(0.05))
                .isBetween(3.5, longest.toMillis() / 1000.0);
        page.keyboard().press("k");
        assertThat(page.evaluate("() => document.getElementById('audio').paused"))
                .isEqualTo(true);
        page.keyboard().press("j");
        assertThat(((Number) page.evaluate("() => document.getElementById('audio').currentTime")).doubleValue())
                .isZero();
        page.click("[data-skip='10']");
        page.waitForFunction("() => document.getElementById('audio').currentTime > 3");
        page.selectOption("#speed", "2");
        assertThat(page.evaluate("() => document.getElementById('audio').playbackRate"))
                .isEqualTo(2);
        looksGood(page, "recording-ja");
    }

    private double secondsOfWav(String recording) throws Exception {
        byte[] wav = site.api().audio(recording, "fairness").body();
        ByteBuffer header = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
        return (wav.length - WAV_HEADER_BYTES) / (double) header.getInt(28); // bytes a second
    }

    private void staysEnglish(Page page) {
        page.locator("button[lang=en]").click();
        assertThat(page.locator("h1")).hasText("Recording");
        looksGood(page, "recording-en");
        page.navigate("/calls");
        assertThat(page.locator("html")).hasAttribute("lang", "en");
        assertThat(page.locator("#live-status")).hasText("Changes show at once");
        looksGood(page, "recordings-en");
    }

    private void signingOutEndsEveryTab(Page page) throws Exception {
        Page other = visitor.open("/calls");
        assertThat(other.locator("#live-status")).hasText("Changes show at once");
        page.locator("form[action='/sign-out'] button").click();
        page.waitForURL("**/sign-in");
        other.waitForURL("**/sign-in");
        assertThat(site.api().metric("koegura_call_watches")).isZero();
    }

    @Test
    void anAnnouncedCallIsToldStateByState() throws Exception {
        Page page = visitor.open("/");
        Visitor.signIn(page, "operator", site.product().password("operator"));
        Instant begin = Instant.now();
        citizen.dial(site.uri("201"));
        assertThat(page.locator(ROW + " .state")).hasText(Pattern.compile("呼出中"));
        page.locator("button.exempt").focus();
        staff.accept();
        assertThat(page.locator(ROW + " .state")).hasText(Pattern.compile("告知中"));
        assertThat(page.locator("button.exempt")).isFocused(); // cells that did not change were left alone
        looksGood(page, "notice-ja");
        assertThat(page.locator(ROW + " .state"))
                .hasText(Pattern.compile("● 録音中"), new LocatorAssertions.HasTextOptions().setTimeout(15_000));
        assertThat(page.locator("button.exempt")).hasCount(0);
        assertThat(page.locator(ROW)).isFocused(); // not lost with the button
        looksGood(page, "recording-now-ja");
        heard(begin, 9);
        staff.hangUp();
        assertThat(page.locator(RECORDING).first()).containsText("告知を送出");
        site.awaitNoCall();
        assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
    }

    /// The journal may be slow; meanwhile the operator goes on.
    @Test
    void aSlowExemptionIsToldOfTheCallThatItWasFor() throws Exception {
        try (Baresip colleague = site.insideTelephone("202", "pcmu", Speech.spoken("staff-2"));
                Baresip other = site.outsideTelephone("0120000002", "pcmu", Speech.spoken("citizen-2"))) {
            Page page = visitor.open("/");
            Visitor.signIn(page, "operator", site.product().password("operator"));
            List<Route> held = new CopyOnWriteArrayList<>();
            page.route("**/exemption", held::add);
            citizen.dial(site.uri("201"));
            staff.awaitIncoming();
            other.dial(site.uri("202"));
            colleague.awaitIncoming();
            Locator first = page.locator(ROW).filter(new Locator.FilterOptions().setHasText("0120000001"));
            Locator second = page.locator(ROW).filter(new Locator.FilterOptions().setHasText("0120000002"));

            first.locator("button.exempt").click();
            page.locator("[data-ground='1']").click();
            page.waitForCondition(() -> held.size() == 1);
            page.keyboard().press("Escape");
            second.locator("button.exempt").click();
            held.getFirst().resume();

            assertThat(page.locator("#done")).containsText("0120000001");
            assertThat(page.locator("#exempt")).isVisible();
            assertThat(page.locator("#exempt-call")).containsText("0120000002");
            assertThat(first).containsText("免除済み");
            assertThat(second).not().containsText("免除済み");
            citizen.hangUp();
            other.hangUp();
            site.awaitNoCall();
            assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
        }
    }

    @Test
    void anAdministratorSeesNeitherNumbersNorRecordingsNorAudio() throws Exception {
        Page page = visitor.open("/");
        Visitor.signIn(page, "admin", site.product().password("admin"));
        citizen.dial(site.uri("201"));
        assertThat(page.locator(ROW)).containsText("呼出中");
        assertThat(page.locator(ROW)).containsText("非表示");
        assertThat(page.content()).doesNotContain("0120000001", "class=\"exempt\"", "<audio", "/recordings/");
        assertThat(page.locator("#recordings")).hasCount(0);
        looksGood(page, "administrator-ja");
        citizen.hangUp();
        assertThat(page.locator(ROW)).hasCount(0);
        site.awaitNoCall();

        String any = "0f3c0000000000000000000000000001";
        APIResponse recording = visitor.context().request().get("/recordings/" + any);
        assertThat(recording.status()).isEqualTo(403);
        assertThat(recording.text()).doesNotContain("<audio");
        APIResponse ticket = visitor.context()
                .request()
                .post(
                        "/api/v1/recordings/" + any + "/playbacks",
                        RequestOptions.create().setHeader("X-Koegura", "1").setData(Map.of("purpose", "fairness")));
        assertThat(ticket.status()).as(ticket.text()).isEqualTo(403);
        assertThat(visitor.faults()).as("what the pages complained of").isEmpty();
    }

    @Test
    void whereNoStreamIsFreeAPageAsksEveryFiveSecondsAndSaysSo() {
        Page first = visitor.open("/");
        Visitor.signIn(first, "operator", site.product().password("operator"));
        for (int page = 2; page <= 4; page++) {
            assertThat(visitor.open("/calls").locator("#live-status")).hasText("変化をすぐに表示しています");
        }
        Page fifth = visitor.open("/calls");
        assertThat(fifth.locator("#live-status")).hasText("接続が切れました。再接続しています…");
        assertThat(fifth.locator("#live-status"))
                .hasText("5秒ごとに更新しています", new LocatorAssertions.HasTextOptions().setTimeout(8000));

        citizen.dial(site.uri("201"));
        assertThat(fifth.locator(ROW))
                .containsText("呼出中", new LocatorAssertions.ContainsTextOptions().setTimeout(8000));
        citizen.hangUp();
        site.awaitNoCall();
        assertThat(visitor.faults())
                .as("nothing but the refusal of the fifth stream")
                .isNotEmpty()
                .allMatch(fault -> fault.contains("429"));
    }

    @Test
    void aLostConnectionIsToldAndSoIsItsReturnWithWhatCameMeanwhile() throws Exception {
        try (Cable cable = Cable.to(site.product().console(), site.unboundPort());
                Visitor remote = chromium.visitor(cable.uri())) {
            Page page = remote.open("/");
            Visitor.signIn(page, "operator", site.product().password("operator"));
            assertThat(page.locator("#live-status")).hasText("変化をすぐに表示しています");

            cable.pull();
            assertThat(page.locator("#live-status")).hasText("接続が切れました。再接続しています…");
            assertThat(page.locator("#live-empty")).hasText("通話があるかどうかは、今は分かりません。");
            looksGood(page, "lost-ja");
            citizen.dial(site.uri("201"));
            staff.awaitIncoming();
            cable.plug();

            assertThat(page.locator("#live-status"))
                    .hasText("接続が戻りました。変化をすぐに表示しています", new LocatorAssertions.HasTextOptions().setTimeout(15_000));
            assertThat(page.locator(ROW)).containsText("呼出中");
            citizen.hangUp();
            site.awaitNoCall();
        }
    }

    private static LocatorAssertions.ContainsTextOptions within1Second() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(1000);
    }

    /// Legible, and nothing runs off the side: on a desk, on a tablet, at 200 %, and at 400 % (WCAG 2.2, 1.4.10).
    private static void looksGood(Page page, String name) {
        assertThat(Visitor.faintTexts(page)).as("faint texts of " + name).isEmpty();
        Map.of("-tablet", 820, "-200-percent", 640, "-400-percent", 320).forEach((suffix, width) -> {
            assertThat(Visitor.overflow(page, width)).as(name + suffix).isLessThanOrEqualTo(0);
            Visitor.photograph(page, name + suffix);
        });
        page.setViewportSize(1280, 860);
        Visitor.photograph(page, name);
    }
}
