package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.governance.Answer;
import org.koegura.governance.CallRules;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.server.config.Config;
import org.koegura.server.config.HostPort;
import org.koegura.server.config.LogFormat;
import org.koegura.server.config.PortRange;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.transport.Dscp;

/// All rooms together, in this process: they start on free ports, refuse what cannot be in one line, and leave nothing.
class ProductTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each
    Path folder;

    @Test
    void itStartsOnFreePortsAndShowsTheFirstPasswordsOnce() throws Exception {
        try (Product first = Product.start(config(ANY, ANY))) {
            assertThat(first.telephonesUse()).startsWith("127.0.0.1:");
            assertThat(first.listeners())
                    .containsExactly(new Listener("udp tcp", first.telephonesUse(), List.of(first.telephonesUse())));
            assertThat(first.firstPasswords()).isPresent();
            assertThat(first.liveCalls()).isZero();
            assertThat(first.awaitIdle(Duration.ZERO)).isTrue();
            assertThat(Prober.ask(first.reachedAt())).startsWith("SIP/2.0 ");
        }
        try (Product second = Product.start(config(ANY, ANY))) {
            assertThat(second.firstPasswords()).isEmpty();
        }
    }

    @Test
    void theMetricsOfAllRoomsAndOfTheJvmAreInOnePlace() throws Exception {
        try (Product product = Product.start(config(ANY, ANY))) {
            String metrics = get(product.consoleUri().resolve("/metrics"));
            assertThat(metrics)
                    .contains("koegura_rtp_ports", "koegura_audit_events_total", "koegura_ledger_calls_total")
                    .contains("koegura_ring_capacity_bytes", "koegura_ring_overwrites_total 0.0")
                    .contains("koegura_deletions_overdue{target=\"cloud\"} 0.0", "koegura_storage_up{target=\"cloud\"}")
                    .contains("koegura_storage_oldest_unsynced_timestamp_seconds 0.0")
                    .contains("koegura_calls_", "koegura_sip_")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void theLogIsInTheDataDirectory() throws Exception {
        try (Product product = Product.start(config(ANY, ANY))) {
            assertThat(product.liveCalls()).isZero();
        }
        DataLog.flush();
        assertThat(Files.readString(data().resolve("log").resolve("koegura.log")))
                .contains("media.opened");
    }

    @Test
    void aSecondOneOnTheSameDataIsRefusedAndTheFirstGoesOn() throws Exception {
        try (Product first = Product.start(config(ANY, ANY))) {
            assertThat(refusal(config(ANY, ANY)).getMessage())
                    .contains(data().toString())
                    .contains("in use");
            assertThat(Prober.ask(first.reachedAt())).startsWith("SIP/2.0 ");
        }
    }

    /// Not only after the sockets were had and the rehearsal was over: whoever starts it twice is told why.
    @Test
    void aSecondOneWithTheSameFileIsToldOfTheFirstAndNotOfItsPorts() throws Exception {
        HostPort sip = new HostPort("127.0.0.1", freePort());
        try (Product first = Product.start(config(sip, ANY))) {
            assertThat(refusal(config(sip, ANY)).getMessage()).contains("in use by another Koegura");
            assertThat(Prober.ask(first.reachedAt())).startsWith("SIP/2.0 ");
        }
    }

    /// They are shown once, so that a later start could not tell them. Whoever gets the console's port between its
    /// trial
    /// and its use makes such a failure.
    @Test
    void aStartThatFailsWhenTheAccountsAreMadeTellsTheirPasswordsAllTheSame() throws Exception {
        try (ServerSocket late = new ServerSocket()) {
            HostPort http = new HostPort("127.0.0.1", freePort());
            Thread other = Thread.ofPlatform().start(() -> {
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> Files.exists(data()));
                bind(late, http);
            });
            StartFault fault = refusal(config(ANY, http));
            other.join();
            assertThat(fault.getMessage()).contains(Integer.toString(http.port()));
            FirstPasswords passwords = fault.firstPasswords().orElseThrow();
            try (Product second = Product.start(config(ANY, ANY))) {
                assertThat(second.firstPasswords()).isEmpty();
                char[] password = passwords.administrator().toCharArray();
                assertThat(second.door().signIn("admin", password, "test")).isInstanceOf(Answer.Granted.class);
            }
        }
    }

    private static void bind(ServerSocket socket, HostPort at) {
        try {
            socket.bind(at.resolve());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aTakenSipPortIsRefusedAndTheDataIsFreeAgain() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
            HostPort sip = new HostPort("127.0.0.1", taken.getLocalPort());
            assertThat(refusal(config(sip, ANY)).getMessage()).contains(Integer.toString(sip.port()));
        }
        startsAgain();
    }

    @Test
    void whereTheConsoleCannotListenNothingIsAnsweredOnSipAndNoAccountIsMade() throws Exception {
        int sipPort = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            HostPort http = new HostPort("127.0.0.1", taken.getLocalPort());
            try (Prober prober = Prober.start(new InetSocketAddress(LOOPBACK, sipPort))) {
                StartFault fault = refusal(config(new HostPort("127.0.0.1", sipPort), http));
                assertThat(fault.getMessage()).contains(Integer.toString(http.port()));
                assertThat(data()).doesNotExist();
                await().until(() -> prober.asked() > 1);
                assertThat(prober.answer()).as("an answer on SIP").isNull();
            }
        }
        startsAgain();
    }

    @Test
    void anAddressThatIsNoneOfThisMachineIsRefused() throws Exception {
        assertThat(refusal(advertising("192.0.2.7")).getMessage())
                .contains("--advertise")
                .contains("192.0.2.7");
        assertThat(refusal(advertising("0.0.0.0")).getMessage()).contains("--advertise");
        startsAgain();
    }

    @Test
    void aNameWithoutAnAddressIsRefused() {
        assertThat(refusal(advertising("nowhere.invalid")).getMessage())
                .contains("--advertise")
                .contains("nowhere.invalid");
    }

    @Test
    void aDataDirectoryThatCannotBeIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "not a directory");
        StartFault fault = refusal(config(ANY, ANY, null, file.resolve("data")));
        assertThat(fault.getMessage()).contains(file.toString());
    }

    @Test
    void aLogThatCannotBeWrittenIsRefused() throws Exception {
        Files.createDirectories(data());
        Path file = Files.writeString(data().resolve("log"), "not a directory");
        assertThat(refusal(config(ANY, ANY)).getMessage()).contains(file.toString());
        Files.delete(file);
        startsAgain();
    }

    @Test
    void closingFreesPortsAndDataAndMayBeRepeated() throws Exception {
        Product product = Product.start(config(ANY, ANY));
        InetSocketAddress sip = product.reachedAt();
        int http = product.consoleUri().getPort();
        product.drain();
        product.close();
        product.close();
        try (DatagramSocket again = new DatagramSocket(sip);
                ServerSocket console = new ServerSocket(http, 1, LOOPBACK)) {
            assertThat(again.isBound()).isTrue();
            assertThat(console.isBound()).isTrue();
        }
        startsAgain();
    }

    private void startsAgain() throws StartFault {
        try (Product product = Product.start(config(ANY, ANY))) {
            assertThat(product.liveCalls()).isZero();
        }
    }

    private static StartFault refusal(Config config) {
        StartFault fault = catchThrowableOfType(
                StartFault.class, () -> Product.start(config).close());
        assertThat(fault).as("it does not start").isNotNull();
        assertThat(String.valueOf(fault.getMessage()).lines()).hasSize(1);
        return fault;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, LOOPBACK)) {
            return free.getLocalPort();
        }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    @Test
    void everyAddressOfBothFamiliesIsHadTogetherWithOnePort() throws Exception {
        int port = LoopbackPorts.block(1);
        List<HostPort> both = List.of(new HostPort("0.0.0.0", port), new HostPort("::", port));
        try (Product product = Product.start(config(both, ANY, null, data()))) {
            assertThat(product.listeners()).extracting(Listener::at).containsExactly("0.0.0.0:" + port, "[::]:" + port);
            assertThat(product.listeners().getFirst().reached())
                    .singleElement()
                    .asString()
                    .doesNotStartWith("[");
            assertThat(product.listeners().getLast().reached())
                    .singleElement()
                    .asString()
                    .startsWith("[")
                    .endsWith("]:" + port);
            assertThat(Prober.ask(new InetSocketAddress(LOOPBACK, port))).startsWith("SIP/2.0 ");
        }
    }

    private Config config(HostPort sip, HostPort http) {
        return config(sip, http, null, data());
    }

    private Config advertising(String address) {
        return config(ANY, ANY, address, data());
    }

    private static Config config(HostPort sip, HostPort http, @Nullable String advertised, Path data) {
        return config(List.of(sip), http, advertised, data);
    }

    private static Config config(List<HostPort> sip, HostPort http, @Nullable String advertised, Path data) {
        return new Config(
                new Config.Sip(sip, advertised == null ? List.of() : List.of(advertised), null),
                Config.Routes.NONE,
                Numbering.USUAL,
                List.of(),
                Config.Calendar.PLAIN,
                Dscp.CS3,
                http,
                new PortRange(20_000, 39_999),
                true,
                Config.Store.at(data),
                false,
                NoticeCodecs.Others.LAST,
                InsideHears.OTHER_PARTY,
                Config.Prompts.SHIPPED,
                new CallRules(false, false),
                Config.Telephone.USUAL,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                0,
                LogFormat.TEXT);
    }
}
