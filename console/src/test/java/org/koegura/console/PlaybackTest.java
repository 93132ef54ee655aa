package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.StoreFault;

/// Recordings listed, shown and heard (A6, A7).
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
class PlaybackTest {

    private static final int LENGTH = ArrangedStore.WAVE.length;
    private static final String RECORDING = "/api/v1/recordings/" + Recorded.id(1);

    @TempDir
    Path directory;

    private OpenConsole open;
    private String operator;

    @BeforeEach
    void open() throws Exception {
        open = new OpenConsole(directory);
        open.record(Recorded.announced(1), Recorded.exempted(2), Recorded.announced(3));
        operator = open.operator();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void recordingsAreListedNewestFirstPageByPage() throws Exception {
        var first = json(open.get("/api/v1/recordings?limit=2", operator));
        assertThat(first.path("recordings")).hasSize(2);
        assertThat(first.path("recordings").get(0).path("recording").stringValue())
                .isEqualTo(Recorded.id(3).value());

        var second = json(open.get(
                "/api/v1/recordings?limit=2&before=" + first.path("next").stringValue(), operator));
        assertThat(second.path("recordings")).hasSize(1);
        assertThat(second.path("recordings").get(0).path("recording").stringValue())
                .isEqualTo(Recorded.id(1).value());
        assertThat(second.path("next").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,limit-out-of-range",
        "limit=101,limit-out-of-range",
        "limit=x,limit-out-of-range",
        "limit=99999999999,limit-out-of-range",
        "before=x,bad-id",
        "before=abababababababababababababababab,cursor-unknown",
    })
    void aPageThatCannotBeIsRefused(String query, String reason) throws Exception {
        isProblem(open.get("/api/v1/recordings?" + query, operator), 400, reason);
    }

    @Test
    void anOverwrittenRecordingSaysWhenItWasOverwritten() throws Exception {
        open.store.erase(Recorded.id(1), Instant.parse("2026-12-01T15:04:05Z"));

        HttpResponse<String> facts = open.get(RECORDING, operator);
        isProblem(facts, 410, "overwritten");
        assertThat(json(facts).path("detail").stringValue()).contains("令和8年12月2日 00:04:05");
        isProblem(open.post(RECORDING + "/playbacks", "{\"purpose\":\"fairness\"}", operator), 410, "overwritten");

        HttpResponse<String> unknown = open.get("/api/v1/recordings/" + "ab".repeat(16), operator);
        isProblem(unknown, 404, "not-found");
    }

    @Test
    void aRecordingTellsWhyItWasLawfulAndWhatBecameOfEveryPacket() throws Exception {
        var announced = json(open.get(RECORDING, operator));
        assertThat(announced.path("result").stringValue()).isEqualTo("COMPLETE");
        assertThat(announced.path("basis").path("kind").stringValue()).isEqualTo("announced");
        assertThat(announced.path("basis").path("packets").intValue()).isEqualTo(347);
        assertThat(announced.path("seal").path("root").stringValue()).isEqualTo("cd".repeat(32));
        assertThat(announced
                        .path("accounts")
                        .get(0)
                        .path("withheld")
                        .path("before-notice")
                        .intValue())
                .isEqualTo(3);

        var exempted = json(open.get("/api/v1/recordings/" + Recorded.id(2), operator));
        assertThat(exempted.path("basis").path("kind").stringValue()).isEqualTo("exempted");
        assertThat(exempted.path("basis").path("ground").intValue()).isEqualTo(3);
        assertThat(exempted.path("basis").path("author").stringValue()).isEqualTo("operator");
        assertThat(exempted.path("accounts").get(0).path("lost").intValue()).isEqualTo(12);
    }

    @Test
    void theAdministratorReachesNeitherListNorRecordingNorAudio() throws Exception {
        String administrator = open.administrator();
        String audio = audio("fairness", operator);

        isProblem(open.get("/api/v1/recordings", administrator), 403, "forbidden");
        isProblem(open.get(RECORDING, administrator), 403, "forbidden");
        isProblem(open.post(RECORDING + "/playbacks", "{\"purpose\":\"fairness\"}", administrator), 403, "forbidden");
        isProblem(open.get(audio, administrator), 403, "forbidden");
        assertThat(open.journal()).contains("\"act\":\"access.denied\"");
    }

    @Test
    void theWholeIsAWaveFileThatNoCacheKeeps() throws Exception {
        String audio = audio("fairness", operator);

        HttpResponse<byte[]> answer = open.bytes(authorized(audio));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(ArrangedStore.WAVE);
        assertThat(answer.headers().firstValue("Content-Type")).contains("audio/wav");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("Accept-Ranges")).contains("bytes");
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(LENGTH);
    }

    @Test
    void aTicketTellsWhereAndHowLongAndUntilWhen() throws Exception {
        HttpResponse<String> answer = play("{\"purpose\":\"crime-prevention\"}", operator);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("bytes").intValue()).isEqualTo(LENGTH);
        assertThat(json(answer).path("expiresAt").stringValue()).isEqualTo("2026-11-24T01:17:03Z");
        assertThat(answer.headers().firstValue("Location"))
                .contains(json(answer).path("audio").stringValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"courtesy", "fairness", "crime-prevention", "undue-pressure", "case:R8-12"})
    void everyPlaybackIsJournalledWithItsPurpose(String purpose) throws Exception {
        audio(purpose, operator);

        assertThat(open.journal().lines().filter(line -> line.contains("\"act\":\"recording.play\"")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("operator", purpose, Recorded.id(1).value()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|purpose-missing",
                "{\"purpose\":null}|purpose-missing",
                "{\"purpose\":\" \"}|purpose-missing",
                "{\"purpose\":\"case:\"}|purpose-missing",
                "{\"purpose\":\"curiosity\"}|purpose-unknown",
                "{\"purpose\":\"case:<b>\"}|purpose-unknown",
                "{\"purpose\":\"case:03-0000-0000\"}|text-holds-number",
                "{\"purpose\":1}|bad-member",
                "{\"aim\":\"fairness\"}|unknown-member",
            })
    void withoutAPurposeNothingIsHeard(String body, String reason) throws Exception {
        isProblem(play(body, operator), 400, reason);

        assertThat(open.journal()).doesNotContain("recording.play");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-99,0,99",
        "bytes=100-,100,32043",
        "bytes=-44,32000,32043",
        "bytes=-99999999,0,32043",
        "bytes=32043-32043,32043,32043",
        "bytes=32000-99999999,32000,32043",
    })
    void aPartOfTheAudioIsAnsweredAsThatPart(String range, int first, int last) throws Exception {
        HttpResponse<byte[]> answer =
                open.bytes(authorized(audio("fairness", operator)).header("Range", range));

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes " + first + "-" + last + "/" + LENGTH);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(ArrangedStore.WAVE, first, last + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=32044-", "bytes=99999999-99999999", "bytes=-0"})
    void aPartOutsideTheAudioIsRefusedWithItsLength(String range) throws Exception {
        HttpResponse<String> answer =
                open.send(authorized(audio("fairness", operator)).header("Range", range));

        isProblem(answer, 416, "range");
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */" + LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,4-5", "bytes=5-1", "bytes=-", "bytes=x", "lines=0-1", "bytes=0-1-2"})
    void severalPartsOrAnUnreadableRangeAreAnsweredWithTheWhole(String range) throws Exception {
        HttpResponse<byte[]> answer =
                open.bytes(authorized(audio("fairness", operator)).header("Range", range));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(LENGTH);
    }

    @Test
    void aTicketWorksForItsOwnSessionOnly() throws Exception {
        String audio = audio("fairness", operator);

        isProblem(open.get(audio, open.operator()), 404, "not-found");
        isProblem(open.send(open.request(audio)), 401, "not-signed-in");
        assertThat(open.bytes(authorized(audio)).statusCode()).as("control").isEqualTo(200);
    }

    @Test
    void anUnusedTicketExpires() throws Exception {
        String audio = audio("fairness", operator);

        open.clock.advance(Duration.ofMinutes(15));

        isProblem(open.get(audio, operator), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%2e%2e", "abababababababababababababababab"})
    void aTicketThatWasNeverIssuedOpensNothing(String ticket) throws Exception {
        isProblem(open.get("/api/v1/playbacks/" + ticket + "/audio.wav", operator), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0F3C0000000000000000000000000001", "..%5c..", "%3Cscript%3E"})
    void aMalformedIdIsRefused(String id) throws Exception {
        isProblem(open.get("/api/v1/recordings/" + id, operator), 400, "bad-id");
        isProblem(
                open.post("/api/v1/recordings/" + id + "/playbacks", "{\"purpose\":\"fairness\"}", operator),
                400,
                "bad-id");
    }

    @Test
    void aRecordingThatIsNotThereIsNotFound() throws Exception {
        isProblem(open.get("/api/v1/recordings/" + "ab".repeat(16), operator), 404, "not-found");
        isProblem(
                open.post(
                        "/api/v1/recordings/" + "ab".repeat(16) + "/playbacks", "{\"purpose\":\"fairness\"}", operator),
                404,
                "not-found");
    }

    @Test
    void whatTheStoreCannotGiveIsToldWithoutItsInside() throws Exception {
        open.store.playbackFault = new StoreFault.Damaged("/data/secret-path: hash differs");
        isProblem(play("{\"purpose\":\"fairness\"}", operator), 500, "recording-damaged");
        open.store.playbackFault = new StoreFault.Unreachable("disk", new IOException("/data/secret-path"));
        isProblem(play("{\"purpose\":\"fairness\"}", operator), 503, "store");
        open.store.playbackFault = new StoreFault.Missing("key of /data/secret-path is gone");
        isProblem(play("{\"purpose\":\"fairness\"}", operator), 404, "not-found");
    }

    @Test
    void audioThatCannotBeReadIsAProblemAndNoShorterAudio() throws Exception {
        String audio = audio("fairness", operator);
        open.store.readFault = new StoreFault.Damaged("frame 7");

        isProblem(open.get(audio, operator), 500, "recording-damaged");
        isProblem(open.send(authorized(audio).header("Range", "bytes=0-9")), 500, "recording-damaged");
    }

    private HttpRequest.Builder authorized(String path) {
        return open.request(path).header("Authorization", "Bearer " + operator);
    }

    private HttpResponse<String> play(String body, String token) throws Exception {
        return open.post(RECORDING + "/playbacks", body, token);
    }

    private String audio(String purpose, String token) throws Exception {
        HttpResponse<String> answer = play("{\"purpose\":\"" + purpose + "\"}", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).path("audio").stringValue();
    }
}
