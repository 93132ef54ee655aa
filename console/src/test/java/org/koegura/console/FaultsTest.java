package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.console.ProblemLine.isProblem;
import static org.koegura.console.ProblemLine.showsNothingOfTheInside;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;

/// Faults of clients, of the inside, and of the start; and what `/metrics` tells.
class FaultsTest extends AtTheConsole {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/", "/api/v1/nothing", "/api/v2/calls", "/api/v1/calls/x/y/z"})
    void anUnknownRouteIsAProblem(String path) throws Exception {
        isProblem(open.get(path, open.operator()), 404, "no-such-path");
    }

    @Test
    void aMethodThatARouteDoesNotTakeIsAProblemThatNamesThoseItTakes() throws Exception {
        HttpResponse<String> answer = open.send(open.request("/api/v1/calls").DELETE());

        isProblem(answer, 405, "method");
        assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET");
    }

    @Test
    void aFaultInsideShowsATimeAndNoStackTrace() throws Exception {
        String operator = open.operator();
        String cookie = open.cookie();
        open.calls.fault = new IllegalStateException("secret of the inside");

        HttpResponse<String> answer = open.get("/api/v1/calls", operator);
        isProblem(answer, 500, "internal");
        assertThat(answer.body()).contains("2026-11-24T01:02:03Z").doesNotContain("secret of the inside");

        HttpResponse<String> page = open.page("/calls", cookie);
        assertThat(page.statusCode()).isEqualTo(500);
        assertThat(page.body()).contains("内部の障害です").doesNotContain("secret of the inside");
        showsNothingOfTheInside(page.body());
    }

    @Test
    void evenAnErrorOfTheMachineShowsNoStackTrace() throws Exception {
        String operator = open.operator();
        open.calls.fault = new StackOverflowError("secret of the inside");

        HttpResponse<String> answer = open.get("/api/v1/calls", operator);

        isProblem(answer, 500, "internal");
        assertThat(answer.body()).doesNotContain("secret of the inside");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsTold() throws Exception {
        String operator = open.operator();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + open.database());
                var statement = connection.createStatement()) {
            statement.execute("alter table call rename to away");
        }

        isProblem(open.get("/api/v1/recordings", operator), 503, "database");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/calls/%2f%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET /api/v1/calls/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
                "POST /sign-in HTTP/1.1\r\nHost: x\r\nX-Koegura: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void aRequestThatIsNoneIsRefusedWithoutShowingTheInside(String request) throws Exception {
        String answer = raw(request);

        assertThat(answer).matches("(?s)HTTP/1\\.1 (4[0-9]{2}|505) .*");
        showsNothingOfTheInside(answer);
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() throws Exception {
        String answer = raw("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(20_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 431");
        showsNothingOfTheInside(answer);
    }

    private String raw(String request) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), open.base().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFormThatIsTooLargeIsRefused() throws Exception {
        HttpResponse<String> answer = open.send(open.request("/sign-in")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", open.base().toString())
                .POST(BodyPublishers.ofString("account=" + "x".repeat(40_000))));

        assertThat(answer.statusCode()).isEqualTo(413);
        showsNothingOfTheInside(answer.body());
    }

    @Test
    void metricsAreScrapedWithoutSigningInAndTellNobodysNumber() throws Exception {
        open.calls.add(Stage.RINGING);
        open.record(Recorded.announced(1, new Party("tel:+81990123456")));
        String operator = open.operator();
        open.get("/api/v1/calls", operator);
        open.get("/api/v1/recordings/" + Recorded.id(1), operator);
        open.post("/api/v1/recordings/" + Recorded.id(1) + "/playbacks", "{\"purpose\":\"case:R8-12\"}", operator);

        HttpResponse<String> answer = open.send(open.request("/metrics"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body())
                .contains("koegura_login_attempts", "purpose=\"case\"")
                .doesNotContain(
                        "300000000",
                        "990123456",
                        "\"201",
                        "example.com",
                        "R8-12",
                        Recorded.id(1).value());
    }

    @Test
    void aTakenPortIsToldInOneLine() {
        int taken = open.base().getPort();

        assertThatExceptionOfType(ConsoleFault.PortTaken.class)
                .isThrownBy(() ->
                        Console.open(new Console.Settings("127.0.0.1", taken), open.door, open.registry, open.clock))
                .satisfies(fault -> assertThat(Objects.requireNonNull(fault.getMessage()))
                        .contains("" + taken, "taken")
                        .doesNotContain("\n", "Exception"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "no-such-host.invalid"})
    void anAddressOfNoInterfaceIsToldInOneLine(String host) {
        assertThatExceptionOfType(ConsoleFault.Unusable.class)
                .isThrownBy(() -> Console.open(new Console.Settings(host, 0), open.door, open.registry, open.clock))
                .satisfies(fault -> assertThat(Objects.requireNonNull(fault.getMessage()))
                        .contains(host)
                        .doesNotContain("\n", "Exception"));
    }
}
