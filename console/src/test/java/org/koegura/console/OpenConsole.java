package org.koegura.console;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.VirtualClock;
import org.koegura.governance.CallRules;
import org.koegura.governance.Door;
import org.koegura.governance.Governance;
import org.koegura.governance.account.Accounts.FirstPasswords;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A console on a free loopback port, over a real door, with a client that speaks HTTP to it.
final class OpenConsole implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-24T01:02:03Z"));
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final ArrangedCalls calls = new ArrangedCalls();
    final ArrangedStore store = new ArrangedStore();
    final FirstPasswords passwords;
    final Door door;
    final Console console;

    private final Path directory;
    private final Governance governance;
    private final HttpClient http = HttpClient.newHttpClient();

    OpenConsole(Path directory) throws Exception {
        this(directory, LiveEvents.KEEP_ALIVE);
    }

    OpenConsole(Path directory, Duration keepAlive) throws Exception {
        this.directory = directory;
        governance = Governance.open(
                new Governance.Settings(directory, new CallRules(true, false)),
                store,
                clock,
                new SecureRandom(),
                registry);
        passwords = governance.firstPasswords().orElseThrow();
        door = governance.door(calls);
        console = Console.open(new Console.Settings("127.0.0.1", 0), door, registry, clock, keepAlive);
    }

    void record(CallOutcome... outcomes) {
        for (CallOutcome outcome : outcomes) {
            if (outcome.seal() != null) {
                store.add(outcome.seal());
            }
            governance.ledger().ended(outcome);
        }
    }

    String journal() throws IOException {
        return Files.readString(directory.resolve("journal/journal.jsonl"));
    }

    Path database() {
        return directory.resolve("metadata/koegura.db");
    }

    /// A bearer token of the operator.
    String operator() throws IOException, InterruptedException {
        return token("operator", passwords.operator());
    }

    /// A bearer token of one of the first accounts.
    String as(String account) throws IOException, InterruptedException {
        return token(account, passwords.of(account));
    }

    /// A bearer token of the administrator.
    String administrator() throws IOException, InterruptedException {
        return token("admin", passwords.administrator());
    }

    private String token(String account, String password) throws IOException, InterruptedException {
        HttpResponse<String> answer = signIn(account, password);
        if (answer.statusCode() != 201) {
            throw new AssertionError("sign-in was refused: " + answer.body());
        }
        return json(answer).path("token").stringValue();
    }

    HttpResponse<String> signIn(String account, String password) throws IOException, InterruptedException {
        return send(post(
                "/api/v1/sessions",
                JSON.createObjectNode()
                        .put("account", account)
                        .put("password", password)
                        .toString()));
    }

    /// A stream of the live calls.
    HttpResponse<InputStream> events(String token) throws IOException, InterruptedException {
        return http.send(
                request("/calls/events")
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofInputStream());
    }

    /// A cookie of the operator, as the sign-in page gives it.
    String cookie() throws IOException, InterruptedException {
        return cookie("operator");
    }

    /// The same of one of the first accounts.
    String cookie(String account) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(form(
                "/sign-in",
                "account=" + account + "&password=" + passwords.of(account),
                console.base().toString()));
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(console.base().resolve(path)).header("Accept-Language", "en");
    }

    HttpRequest.Builder post(String path, String json) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
    }

    HttpRequest.Builder form(String path, String fields, String origin) {
        return request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", origin)
                .POST(BodyPublishers.ofString(fields));
    }

    HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path).header("Authorization", "Bearer " + token));
    }

    HttpResponse<String> post(String path, String json, String token) throws IOException, InterruptedException {
        return send(post(path, json).header("Authorization", "Bearer " + token));
    }

    HttpResponse<String> page(String path, String cookie) throws IOException, InterruptedException {
        return send(request(path).header("Cookie", cookie));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    URI base() {
        return console.base();
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        http.close();
        console.close();
        governance.close();
    }
}
