package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.ChildProcess;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.server.peer.Sipp;

/// What is wrong around the product is said in one line or answered in SIP; nobody sees a stack trace, nothing is lost.
class BadInputIT {

    private static final Duration EXIT_WAIT = Duration.ofSeconds(20);
    /// Twice the floor of free space below which nothing new is recorded.
    private static final int DISK_MEGABYTES = 128;

    /// Less than the floor, and enough for what is already being recorded.
    private static final long LEFT_BYTES = 16L << 20;

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aTakenSipPortIsSaidInOneLine(@TempDir Path folder) throws Exception {
        try (DatagramSocket taken = new DatagramSocket(LoopbackPorts.block(2), LOOPBACK)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(complaint("--data", folder + "/data", "--sip", "127.0.0.1:" + port, "--http", "127.0.0.1:0"))
                    .contains(port);
        }
    }

    @Test
    void aTakenHttpPortIsSaidInOneLine(@TempDir Path folder) throws Exception {
        try (ServerSocket taken = new ServerSocket(LoopbackPorts.block(2), 1, LOOPBACK)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(complaint("--data", folder + "/data", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:" + port))
                    .contains(port);
        }
    }

    @Test
    void aDataDirectoryThatCannotBeIsSaidInOneLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "not a directory");
        assertThat(complaint("--data", file + "/data", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0"))
                .contains(file.toString());
    }

    @Test
    void anOptionThatMakesNoSenseIsSaidInOneLine() throws Exception {
        assertThat(complaint("--ports", "40000-30000")).contains("40000-30000");
        assertThat(complaint("--sip", "nowhere")).contains("nowhere");
    }

    @Test
    void aBadConfigurationFileIsToldWithItsPlaceAndWhatIsAllowed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), "sip:\n  listen: abc\nsipp:\n  listen: 1\n");
        assertThat(refusal("--config", file.toString()))
                .containsExactly(
                        file
                                + ":2:11: sip.listen: 'abc' is no HOST:PORT; allowed: an address of this machine and a port 0"
                                + " to 65535, e.g. 0.0.0.0:5060",
                        file
                                + ":3:1: 'sipp' is no known key; allowed here: sip, media, console, store, calls, calendar, telephone, log,"
                                + " schedules, lines (did you mean 'sip'?)");
        Files.writeString(file, "sip: [\n");
        assertThat(refusal("--config", file.toString()))
                .singleElement()
                .asString()
                .startsWith(file + ":2:1: is no YAML: ");
        Files.writeString(file, "sip:\n  listen: 127.0.0.1:5060\n");
        assertThat(refusal("--config", file.toString(), "--http", "0.0.0.0:5060"))
                .containsExactly("koegura: --http: '0.0.0.0:5060' collides with sip.listen '127.0.0.1:5060';"
                        + " allowed: another port");
        assertThat(refusal("--config", folder.toString()))
                .containsExactly(folder + ": is a directory; allowed: a file");
    }

    @Test
    void aSecondInstanceOnTheSameDataIsSaidInOneLine(@TempDir Path folder) throws Exception {
        int ports = LoopbackPorts.block(20);
        Path data = folder.resolve("data");
        try (ProductProcess first = ProductProcess.run(data, ports, ports + 4, ports + 11)) {
            assertThat(complaint("--data", data.toString(), "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0"))
                    .contains(data.toString());
            assertThat(first.process().isAlive()).isTrue();
        }
    }

    @Test
    void aFullDataDirectoryIsSaidInOneLineAndBeginsToWorkWhenThereIsSpace(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("small"), DISK_MEGABYTES)) {
            Path filler = disk.fill(0);
            assertThat(complaint("--data", disk.path() + "/data", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0"))
                    .contains(disk.path().toString());
            Files.delete(filler);
            int ports = LoopbackPorts.block(20);
            try (ProductProcess product =
                    ProductProcess.run(disk.path().resolve("data"), ports, ports + 4, ports + 11)) {
                assertThat(product.process().isAlive()).isTrue();
            }
        }
    }

    @Test
    void aDiskThatFillsUpLeavesTheCallUpAndUnrecorded(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), DISK_MEGABYTES);
                Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.noise(1, 1));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.noise(1, 2));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            Path filler = disk.fill(0);
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(20));
            Instant full = Instant.now();
            Files.delete(filler);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.heardBy(staff, full).size() > 50);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
            assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"store_failed\""))
                    .isEqualTo(1);
            assertNoStackTrace(site.product().process());
        }
    }

    /// R3: people speak, and a disk that has filled up keeps no start from relaying them.
    @Test
    void aDiskThatIsFullAfterAKillKeepsNoStartFromTakingCallsUp(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), DISK_MEGABYTES);
                Site site = Site.start(folder, Site.Standing.beforeRegistrar(false))) {
            String password = site.product().operatorPassword();
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.noise(1, 1));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.noise(1, 2));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            site.product().process().signal("KILL");
            site.product().process().awaitExit(EXIT_WAIT);
            disk.fill(LEFT_BYTES);
            Instant restarted = Instant.now();
            site.restart(password);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> site.heardBy(staff, restarted).size() > 50
                            && site.heardBy(citizen, restarted).size() > 50);
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(20));
            assertThat(site.api().metric("koegura_calls_left_total", "outcome=\"resumed\""))
                    .isEqualTo(1);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
        }
    }

    @Test
    void whenNoPortIsFreeTheCallPassesUnrecordedAndCounted(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, 4)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.noise(1, 1));
            Baresip colleague = site.insideTelephone("202", "pcmu", Speech.noise(1, 2));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.noise(1, 3));
            Baresip other = site.outsideTelephone("0120000002", "pcmu", Speech.noise(1, 4));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            Instant begin = Instant.now();
            other.dial(site.uri("202"));
            colleague.accept();
            other.awaitEstablished();
            assertThat(site.api().metric("koegura_call_faults_total", "kind=\"no_port\""))
                    .isEqualTo(1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.heardBy(other, begin).size() > 50);
            other.hangUp();
            colleague.awaitClosed();
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
            assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"no_port\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void junkOnEveryPortChangesNothing(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            Instant begin = Instant.now();
            for (int port = site.mediaPort(); port < site.mediaPort() + 8; port++) {
                sendJunk(port, 50);
            }
            sendJunk(site.sipPort(), 300);
            try (Sipp asker = site.caller("uac-options", "201", Map.of(), Map.of())) {
                assertThat(asker.succeeded()).isTrue();
            }
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            Instant recorded = Instant.now();
            await("something of it is kept")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.saidBy(citizen, recorded).size() > 25);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
            List<Rtp> said = site.saidBy(citizen, begin);
            assertThat(site.heardBy(staff, begin).stream().map(Rtp::ssrc).distinct())
                    .as("nobody else's RTP reached the telephone")
                    .containsExactly(said.getFirst().ssrc());
            CallEvidence.keptIsTheWire(
                    site.recordings().getFirst().outside(),
                    said,
                    site.recordings().getFirst());
            assertNoStackTrace(site.product().process());
        }
    }

    private static void sendJunk(int port, int count) throws IOException {
        Random random = new Random(port);
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            for (int i = 0; i < count; i++) {
                byte[] junk = switch (i % 5) {
                    case 0 -> new byte[0];
                    case 1 -> "INVITE sip:201@127.0.0.1 SIP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                    case 2 -> rtp(random);
                    default -> bytes(random, 1 + random.nextInt(1400));
                };
                socket.send(new DatagramPacket(junk, junk.length, new InetSocketAddress(LOOPBACK, port)));
            }
        }
    }

    /// Well-formed RTP of a stranger.
    private static byte[] rtp(Random random) {
        byte[] packet = bytes(random, 172);
        packet[0] = (byte) 0x80;
        packet[1] = 0;
        return packet;
    }

    @Test
    void aFileIsCheckedBesideARunningInstanceAndNothingIsStarted(@TempDir Path folder) throws Exception {
        try (DatagramSocket running = new DatagramSocket(LoopbackPorts.block(2), LOOPBACK)) {
            String listen = "sip:\n  listen: 127.0.0.1:" + running.getLocalPort() + "\n";
            Path file = Files.writeString(folder.resolve("koegura.yaml"), listen);
            List<String> options = List.of( // LoopbackPorts are below these
                    "--check", "--config", file.toString(), "--data", folder + "/data", "--ports", "40000-40003");
            try (ChildProcess check = ProductProcess.start("run", options)) {
                assertThat(check.awaitExit(EXIT_WAIT)).isZero();
                assertThat(check.out()).containsExactly(file + " is right.");
                assertThat(check.err()).isEmpty();
            }
            Files.writeString(file, listen + "  advertise: 192.0.2.7\n");
            assertThat(refusal(options.toArray(String[]::new)))
                    .singleElement()
                    .asString()
                    .startsWith(file + ":3:14: sip.advertise: 192.0.2.7 is no address of this machine");
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    @Test
    void whatAFileSaysWrongIsToldBeforeTheWarmUpWithExitCode2(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("koegura.yaml"), "sip:\n  listen: 127.0.0.1:0\n  advertise: nowhere.invalid\n");
        try (ChildProcess product = ProductProcess.start(
                "run", List.of("--config", file.toString(), "--data", folder + "/data", "--http", "127.0.0.1:0"))) {
            assertThat(product.awaitExit(EXIT_WAIT)).isEqualTo(2);
            assertThat(product.err()).hasSize(1);
            assertThat(product.out()).isEmpty();
        }
    }

    @Test
    void thePrintedDefaultsTakeNoOtherOption(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), "sip:\n  listen: abc\n");
        assertThat(refusal("--print-config", "--config", file.toString()))
                .singleElement()
                .asString()
                .contains("--check");
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Starts the product, which must not start: it ends with a code that is not 0 and says why in one line.
    private static String complaint(String... options) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--rehearsal", "0")); // what is told after it comes sooner
        try (ChildProcess product = ProductProcess.start("run", all)) {
            assertThat(product.awaitExit(EXIT_WAIT)).as("exit code").isNotZero();
            assertThat(product.err()).hasSize(1);
            assertNoStackTrace(product);
            return product.err().getFirst();
        }
    }

    /// Starts the product with what it must refuse before it starts anything: all lines that it says, exit code 2.
    private static List<String> refusal(String... options) throws InterruptedException {
        try (ChildProcess product = ProductProcess.start("run", List.of(options))) {
            assertThat(product.awaitExit(EXIT_WAIT)).as("exit code").isEqualTo(2);
            assertNoStackTrace(product);
            return product.err();
        }
    }

    private static void assertNoStackTrace(ChildProcess product) {
        List<String> all = new ArrayList<>(product.out());
        all.addAll(product.err());
        assertThat(all).noneMatch(line -> line.contains("Exception") || line.contains("\tat "));
    }
}
