package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.console.ProblemLine.isProblem;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Stage;

/// The live list as server-sent events (U1): at once, only what changed, and not a moment longer than one may see it.
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
class LiveEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-24T01:02:03Z");

    @TempDir
    Path directory;

    private OpenConsole open;

    @BeforeEach
    void open() throws Exception {
        open = new OpenConsole(directory);
    }

    @AfterEach
    void close() {
        open.close();
    }

    /// Quiet streams say so this often from now on.
    private void keepAliveEvery(Duration keepAlive) throws Exception {
        open.close();
        open = new OpenConsole(directory.resolve("again"), keepAlive);
    }

    private HeardEvents listen(String token) throws Exception {
        HttpResponse<InputStream> answer = open.events(token);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return new HeardEvents(answer.body());
    }

    @Test
    void noRequestIsHandledOnACarrierOfTheCallsThreads() throws Exception {
        try (HeardEvents events = listen(open.operator())) {
            var _ = events.next();
            // virtual threads are not among them
            assertThat(Thread.getAllStackTraces()).anySatisfy((thread, stack) -> {
                assertThat(thread.getName()).startsWith("console-");
                assertThat(stack).anyMatch(frame -> frame.getClassName().equals(LiveEvents.class.getName()));
            });
        }
    }

    @Test
    void theFirstEventHoldsAllAndThenOnlyRowsThatChangedCome() throws Exception {
        CallId first = open.calls.add(Stage.RINGING);
        try (HeardEvents events = listen(open.operator())) {
            HeardEvents.Event begin = events.next();
            assertThat(begin.name()).isEqualTo("calls");
            assertThat(begin.data().path("calls").toString()).isEqualTo("[\"" + first + "\"]");
            assertThat(begin.data().path("rows").path(first.value()).asString(""))
                    .contains("呼出中", "tel:+81300000000".substring(4), "class=\"exempt\"");
            assertThat(begin.data().path("now").asString("")).isEqualTo(NOW.toString());

            CallId second = open.calls.add(Stage.NOTICE);
            HeardEvents.Event came = events.next();
            assertThat(came.data().path("calls").toString()).isEqualTo("[\"" + first + "\",\"" + second + "\"]");
            assertThat(came.data().path("rows").propertyNames()).containsExactly(second.value());

            open.calls.answered(first, Stage.RECORDED, NOW);
            HeardEvents.Event moved = events.next();
            assertThat(moved.data().path("rows").propertyNames()).containsExactly(first.value());
            assertThat(moved.data().path("rows").path(first.value()).asString(""))
                    .contains("録音中", "datetime=\"2026-11-24T10:02:03+09:00\"")
                    .doesNotContain("class=\"exempt\"");

            open.calls.over(second);
            HeardEvents.Event went = events.next();
            assertThat(went.data().path("calls").toString()).isEqualTo("[\"" + first + "\"]");
            assertThat(went.data().path("rows").isEmpty()).isTrue();
        }
    }

    @Test
    void anExemptionShowsAtOnceToWhoMayExempt() throws Exception {
        CallId call = open.calls.add(Stage.RINGING);
        String operator = open.operator();
        try (HeardEvents events = listen(operator)) {
            events.next();

            open.post("/api/v1/calls/" + call + "/exemption", "{\"ground\":1}", operator);

            assertThat(events.next().data().path("rows").path(call.value()).asString(""))
                    .contains("免除済み（第1号）")
                    .doesNotContain("class=\"exempt\"");
        }
    }

    @Test
    void anAdministratorsStreamHoldsNeitherNumberNorExemption() throws Exception {
        CallId call = open.calls.add(Stage.RINGING);
        try (HeardEvents events = listen(open.administrator())) {
            assertThat(events.next().data().path("rows").path(call.value()).asString(""))
                    .contains("呼出中", "非表示")
                    .doesNotContain("300000000", "class=\"exempt\"");
        }
    }

    @Test
    void aQuietStreamSaysThatItIsThere() throws Exception {
        keepAliveEvery(Duration.ofMillis(100));
        try (HeardEvents events = listen(open.operator())) {
            events.next();
            HeardEvents.Event quiet = events.next();
            assertThat(quiet.name()).isEqualTo("quiet");
            assertThat(quiet.data().path("now").asString("")).isEqualTo(NOW.toString());
        }
    }

    @Test
    void signingOutEndsTheStreamAtOnce() throws Exception {
        String operator = open.operator();
        try (HeardEvents events = listen(operator)) {
            events.next();

            open.send(open.request("/api/v1/sessions/current")
                    .header("Authorization", "Bearer " + operator)
                    .DELETE());

            assertThat(events.next().name()).isEqualTo("ended");
            events.awaitEnd();
        }
        awaitNoWatch();
    }

    @Test
    void aSessionThatRanOutEndsTheStreamBeforeAnythingElseIsShown() throws Exception {
        try (HeardEvents events = listen(open.operator())) {
            events.next();
            open.clock.advance(Duration.ofHours(13));

            open.calls.add(Stage.RINGING);

            assertThat(events.next().name()).isEqualTo("ended");
            events.awaitEnd();
        }
    }

    @Test
    void aBrowserThatIsGoneFreesItsWatch() throws Exception {
        keepAliveEvery(Duration.ofMillis(200));
        String request =
                "GET /calls/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + open.operator() + "\r\n\r\n";
        try (Socket browser =
                new Socket(InetAddress.getLoopbackAddress(), open.base().getPort())) {
            browser.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(browser.getInputStream().read()).isEqualTo('H');
            await().atMost(Duration.ofSeconds(5)).until(() -> watches() == 1);
            browser.setSoLinger(true, 0); // it vanishes: a reset, no goodbye
        }
        awaitNoWatch();
    }

    @Test
    void whoMayNotWatchIsToldBeforeTheStreamBegins() throws Exception {
        isProblem(open.send(open.request("/calls/events")), 401, "not-signed-in");

        String operator = open.operator();
        List<HeardEvents> pages = new ArrayList<>();
        for (int page = 0; page < 4; page++) {
            pages.add(listen(operator));
        }
        isProblem(open.get("/calls/events", operator), 429, "too-many-watches");
        for (HeardEvents page : pages) {
            page.close();
        }
    }

    @Test
    void whatDoesNotAnswerIsToldBeforeTheStreamBegins() throws Exception {
        String operator = open.operator();
        open.calls.fault = new IllegalStateException("secret of the inside");

        HttpResponse<String> answer = open.get("/calls/events", operator);

        isProblem(answer, 500, "internal");
        assertThat(answer.body()).doesNotContain("secret of the inside");
        awaitNoWatch();
    }

    @Test
    void closingTheConsoleEndsAllStreamsWithoutWaitingForNews() throws Exception {
        HeardEvents one = listen(open.operator());
        HeardEvents other = listen(open.administrator());
        one.next();
        other.next();

        open.console.close();

        one.awaitEnd();
        other.awaitEnd();
        awaitNoWatch();
    }

    private void awaitNoWatch() {
        await("no watch is left").atMost(Duration.ofSeconds(5)).until(() -> watches() == 0);
    }

    private double watches() {
        return open.registry.get("koegura.call.watches").gauge().value();
    }
}
