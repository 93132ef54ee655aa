package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The HTTP API as an operator's program uses it.
public final class ConsoleApi implements Closeable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final URI base;
    private final String token;

    private ConsoleApi(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    public static ConsoleApi signIn(URI base, String account, String password)
            throws IOException, InterruptedException {
        try (ConsoleApi nobody = new ConsoleApi(base, "")) {
            HttpResponse<String> answer =
                    nobody.post("/api/v1/sessions", Map.of("account", account, "password", password));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return new ConsoleApi(
                    base, nobody.json.readTree(answer.body()).required("token").stringValue());
        }
    }

    /// The live calls, oldest first.
    public List<JsonNode> calls() throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request("/api/v1/calls").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body()).required("calls").valueStream().toList();
    }

    Optional<JsonNode> onlyCall() throws IOException, InterruptedException {
        return calls().stream().findFirst();
    }

    /// Where the only live call stands, such as `NOTICE`; empty where there is none.
    public String stage() throws IOException, InterruptedException {
        return onlyCall().map(call -> call.path("stage").asString("")).orElse("");
    }

    public HttpResponse<String> exempt(String call, int ground, String text) throws IOException, InterruptedException {
        return post(
                "/api/v1/calls/" + call + "/exemption",
                text.isEmpty() ? Map.of("ground", ground) : Map.of("ground", ground, "text", text));
    }

    /// Attests that staff told the other party themselves.
    HttpResponse<String> attest(String call) throws IOException, InterruptedException {
        return post("/api/v1/calls/" + call + "/attestation", Map.of());
    }

    /// Has the notice played once more.
    HttpResponse<String> replay(String call, String language) throws IOException, InterruptedException {
        return post("/api/v1/calls/" + call + "/replay", Map.of("language", language));
    }

    /// Writes a standing exemption on ground 1 for a number.
    ///
    /// @return its name
    String proposeStanding(String number, Instant until) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                post("/api/v1/standing-exemptions", Map.of("number", number, "ground", 1, "until", until.toString()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json.readTree(answer.body()).required("id").stringValue();
    }

    /// Approves one.
    ///
    /// @param language in which a refusal is told
    HttpResponse<String> approveStanding(String name, String language) throws IOException, InterruptedException {
        return http.send(
                request("/api/v1/standing-exemptions/" + name + "/approval")
                        .header("Accept-Language", language)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// What is known of a recording.
    HttpResponse<String> recording(String recording) throws IOException, InterruptedException {
        return http.send(request("/api/v1/recordings/" + recording).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Asks for a ticket to hear a recording for a purpose, and hears it.
    HttpResponse<byte[]> audio(String recording, String purpose) throws IOException, InterruptedException {
        HttpResponse<String> ticket =
                post("/api/v1/recordings/" + recording + "/playbacks", Map.of("purpose", purpose));
        assertThat(ticket.statusCode()).as(ticket.body()).isEqualTo(201);
        String audio = json.readTree(ticket.body()).required("audio").stringValue();
        return http.send(request(audio).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /// Asks for a copy of a recording.
    HttpResponse<String> export(String recording, String form, String purpose)
            throws IOException, InterruptedException {
        return post("/api/v1/recordings/" + recording + "/exports", Map.of("form", form, "purpose", purpose));
    }

    /// Asks for a copy of a recording, and takes it.
    HttpResponse<byte[]> copy(String recording, String form, String purpose) throws IOException, InterruptedException {
        HttpResponse<String> ticket = export(recording, form, purpose);
        assertThat(ticket.statusCode()).as(ticket.body()).isEqualTo(201);
        String copy = json.readTree(ticket.body()).required("copy").stringValue();
        return http.send(request(copy).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /// All of /metrics.
    public String metrics() throws IOException, InterruptedException {
        return http.send(request("/metrics").build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// The sum of the samples of /metrics with this name and all of these labels, such as `reason="internal"`; 0 where
    /// only the labels are not there yet. Fails where there is no such name: every metric is there from the start.
    public double metric(String name, String... labels) throws IOException, InterruptedException {
        List<String> samples = metrics()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .toList();
        if (samples.isEmpty()) {
            throw new AssertionError("no metric " + name);
        }
        return samples.stream()
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Waits until so many sealed recordings were scanned: each has a notice or an exemption before its first packet.
    public void awaitScanned(int recordings) throws IOException, InterruptedException {
        await("sealed recordings are scanned")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> metric("koegura_scanned_recordings_total") >= recordings);
        assertThat(metric("koegura_scanned_recordings_total", "result=\"justified\""))
                .isEqualTo(recordings);
        assertThat(metric("koegura_scanned_recordings_total")).isEqualTo(recordings);
        assertThat(metric("koegura_unnoticed_recordings_total")).isZero();
        assertThat(metric("koegura_gate_unnoticed_recordings_total")).isZero();
    }

    private HttpResponse<String> post(String path, Object body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        http.close();
    }
}
