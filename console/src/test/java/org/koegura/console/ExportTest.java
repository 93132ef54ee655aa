package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.StoreFault;
import org.koegura.console.page.Language;
import org.koegura.console.page.Words;

/// Copies of the demo's recordings, and of no others (C1, Art. 7.4).
@SuppressWarnings("NullAway.Init") // @BeforeEach sets the field
class ExportTest extends AtTheConsole {

    private static final String ID = Recorded.id(1).value();
    private static final String RECORDING = "/api/v1/recordings/" + ID;
    private static final String WAV = "{\"form\":\"wav\",\"purpose\":\"fairness\"}";

    private String operator;

    @BeforeEach
    void record() throws Exception {
        open.record(Recorded.announced(1));
        open.store.demo = true;
        operator = open.operator();
    }

    @ParameterizedTest
    @CsvSource({"pcapng,application/octet-stream,PCAPN", "wav,audio/wav,WAVWA"})
    void aCopyIsAFileToSaveThatNoCacheKeeps(String form, String type, String begins) throws Exception {
        HttpResponse<byte[]> copy = open.bytes(authorized(copy(form)));

        assertThat(copy.statusCode()).isEqualTo(200);
        assertThat(copy.body()).hasSize(10);
        assertThat(new String(copy.body(), StandardCharsets.US_ASCII)).startsWith(begins);
        assertThat(copy.headers().firstValueAsLong("Content-Length")).hasValue(10);
        assertThat(copy.headers().firstValue("Content-Type")).contains(type);
        assertThat(copy.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(copy.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"" + ID + "." + form + "\"");
        assertThat(open.journal().lines().filter(line -> line.contains("\"act\":\"recording.export\"")))
                .singleElement()
                .asString()
                .contains("operator", ID, "\"form\":\"" + form + "\"", "\"purpose\":\"fairness\"");
    }

    @Test
    void aTicketTellsWhereAndHowLongAndUntilWhenAndWorksOnce() throws Exception {
        HttpResponse<String> answer = export(WAV, operator);
        String copy = json(answer).path("copy").stringValue();

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).contains(copy);
        assertThat(json(answer).path("bytes").intValue()).isEqualTo(10);
        assertThat(json(answer).path("expiresAt").stringValue()).isEqualTo("2026-11-24T01:17:03Z");

        isProblem(open.get(copy, open.operator()), 404, "not-found");
        assertThat(open.get(copy, operator).statusCode()).isEqualTo(200);
        isProblem(open.get(copy, operator), 404, "not-found");
    }

    @Test
    void anyOtherRecordingIsRefusedInTheReadersLanguageAndTheJournalHoldsIt() throws Exception {
        open.store.demo = false;

        HttpResponse<String> english = export(WAV, operator);
        isProblem(english, 403, "no-warrant");
        assertThat(json(english).path("detail").stringValue()).contains("manager's approval", "demo");
        HttpResponse<String> japanese = open.send(open.post(RECORDING + "/exports", WAV)
                .setHeader("Accept-Language", "ja")
                .header("Authorization", "Bearer " + operator));
        isProblem(japanese, 403, "no-warrant");
        assertThat(json(japanese).path("detail").stringValue()).contains("管理責任者の承認", "デモ");

        assertThat(open.journal().lines().filter(line -> line.contains("\"reason\":\"no-warrant\"")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("\"act\":\"access.denied\"", ID, "recording.export"));
        assertThat(open.journal()).doesNotContain("\"act\":\"recording.export\"");
    }

    @Test
    void theAdministratorTakesNoCopy() throws Exception {
        String administrator = open.administrator();
        String copy = copy("wav");

        isProblem(export(WAV, administrator), 403, "forbidden");
        isProblem(open.get(copy, administrator), 403, "forbidden");
        isProblem(open.send(open.request(copy)), 401, "not-signed-in");
        assertThat(open.get(copy, operator).statusCode()).as("control").isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"form\":\"wav\"}|purpose-missing",
                "{\"form\":\"wav\",\"purpose\":\"curiosity\"}|purpose-unknown",
                "{\"form\":\"wav\",\"purpose\":\"case:03-0000-0000\"}|text-holds-number",
                "{\"form\":\"mp3\",\"purpose\":\"fairness\"}|form-unknown",
                "{\"purpose\":\"fairness\"}|bad-member",
                "{\"form\":\"wav\",\"purpose\":\"fairness\",\"to\":\"x\"}|unknown-member",
            })
    void withoutFormAndPurposeNothingIsCopied(String body, String reason) throws Exception {
        isProblem(export(body, operator), 400, reason);

        assertThat(open.journal()).doesNotContain("recording.export");
    }

    @Test
    void damageMidwayEndsTheTransferShortAndTheJournalHoldsIt() throws Exception {
        String copy = copy("pcapng");
        open.store.readFault = new StoreFault.Damaged("chunk 7");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> open.bytes(authorized(copy)));

        assertThat(open.journal()).contains("\"act\":\"recording.export.failed\"", "{\"fault\":\"damaged\"}");
    }

    @Test
    void aRecordingSaysWhetherItCanBeExported() throws Exception {
        assertThat(json(open.get(RECORDING, operator)).path("exportable").booleanValue())
                .isTrue();
        open.store.demo = false;
        assertThat(json(open.get(RECORDING, operator)).path("exportable").isBoolean())
                .isTrue();
        assertThat(json(open.get(RECORDING, operator)).path("exportable").booleanValue())
                .isFalse();
    }

    @Test
    void onlyThePageOfADemoRecordingHasTheButtonsAndSaysWhy() throws Exception {
        String cookie = open.cookie();
        Words words = Words.in(Language.JA);

        assertThat(open.page("/recordings/" + ID, cookie).body())
                .contains(
                        "<form id=\"export\"",
                        "value=\"pcapng\"",
                        "value=\"wav\"",
                        words.text("export.lead"),
                        words.text("export.wireshark"));
        open.store.demo = false;
        assertThat(open.page("/recordings/" + ID, cookie).body())
                .contains("id=\"play\"")
                .doesNotContain("id=\"export\"", "pcapng", words.text("export.title"));
    }

    @Test
    void aForeignPageStartsNoExport() throws Exception {
        isProblem(
                open.send(open.post(RECORDING + "/exports", WAV).header("Cookie", open.cookie())),
                403,
                "foreign-origin");
        assertThat(open.send(open.post(RECORDING + "/exports", WAV)
                                .header("Cookie", open.cookie())
                                .header("X-Koegura", "1"))
                        .statusCode())
                .as("control")
                .isEqualTo(201);
    }

    private HttpRequest.Builder authorized(String path) {
        return open.request(path).header("Authorization", "Bearer " + operator);
    }

    private HttpResponse<String> export(String body, String token) throws Exception {
        return open.post(RECORDING + "/exports", body, token);
    }

    private String copy(String form) throws Exception {
        HttpResponse<String> answer = export("{\"form\":\"" + form + "\",\"purpose\":\"fairness\"}", operator);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).path("copy").stringValue();
    }
}
