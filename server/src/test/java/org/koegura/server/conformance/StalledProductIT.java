package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.AudioFormat;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.ThreadDump;
import org.koegura.server.WholeMachine;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.media.Crowd;
import org.koegura.server.media.FreezingDisk;
import org.koegura.server.media.Standstill;
import org.koegura.server.peer.LoopbackPorts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The disk below the product's data directory stands still for ten seconds while calls are up and recorded: their
/// audio passes in time, calls begin, change and end, and afterwards each recording says what it has not.
///
/// `StalledDiskIT` puts more calls on the rooms of media and storage alone.
@WholeMachine
class StalledProductIT {

    private static final Logger LOG = LoggerFactory.getLogger(StalledProductIT.class);

    /// Twice as many as fill the rings to the writers in ten seconds.
    private static final int CALLS = 180;

    /// Made by hand.
    private static final int MORE_CALLS = 4;

    private static final int PACKET_MILLIS = 20;
    private static final int PCMU = 0;

    /// Nothing is kept of it.
    private static final int G729 = 18;

    private static final int MEDIA = 4;
    private static final int PORTS = MEDIA + 4 * (CALLS + 2 * MORE_CALLS);

    /// Each recording takes room of some MiB at once, and its twin as much; the disk's image is sparse.
    private static final int DISK_MEGABYTES = 16_384;

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(30);
    private static final Duration SEAL_WAIT = Duration.ofSeconds(60);
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final int PACKETS = 5;

    /// Who may wait for the disk: nobody waits for these.
    private static final Pattern MAY_WAIT = Pattern.compile(
            "track-writer-\\d+|journal-writer|ledger-writer|ledger-retry|call-checkpoints|log-file|cloud-.*|ring-keeper");

    /// Where a thread stands that waits for a file.
    private static final Pattern FILE = Pattern.compile(
            "sun\\.nio\\.(ch\\.(UnixFile|FileDispatcher|FileChannel)|fs\\.UnixNative).*|java\\.io\\.(RandomAccess|FileOutput).*"
                    + "|org\\.sqlite\\.core\\.NativeDB.*");

    @Test
    void whileTheDiskStandsStillCallsBeginChangeAndEndAndNobodyHearsOfIt(@TempDir Path folder) throws Exception {
        int block = LoopbackPorts.block(PORTS);
        try (FreezingDisk disk = FreezingDisk.mount(folder, DISK_MEGABYTES)) {
            Path data = disk.path().resolve("data");
            Standstill.Spoken spoken;
            double lost;
            try (ProductProcess product = ProductProcess.run(data, block, block + MEDIA, block + PORTS - 1);
                    ConsoleApi api = product.api();
                    City city = new City(block)) {
                city.fill();
                HandMade held = city.call("held", PCMU);
                HandMade ended = city.call("ended", PCMU);
                awaitRecorded(api, CALLS + 2);
                held.isHeard();
                ended.isHeard();
                spoken = Standstill.talk(city.crowd, disk, stall -> {
                    held.pauses();
                    held.isHeard();
                    ended.hangUp();
                    city.call("begun", PCMU).isAnnounced();
                    assertThat(api.metric("koegura_rtp_packets_total")).isPositive();
                    Standstill.hadNotToWait(stall);
                    onlyWaitsWhoMay(product, folder);
                    HandMade unkept = city.call("unkept", G729);
                    unkept.isHeard(); // while it waits for the journal
                    unkept.hangUp();
                });
                assertThat(product.process().isAlive()).isTrue();
                Standstill.isHeard(city.crowd, spoken, 2 * CALLS, PACKET_MILLIS);
                awaitRecorded(api, CALLS + 2); // of those two one is new
                held.isHeard();
                city.made("begun").isHeard();
                city.hangUp();
                lost = accounted(api);
            }
            declared(KeptRecording.allIn(data), spoken, lost);
            assertThat(ProductProcess.verify(data, Duration.ofMinutes(2))).isZero();
        }
    }

    private static void awaitRecorded(ConsoleApi api, int calls) {
        await("so many calls are recorded")
                .atMost(NOTICE_WAIT)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> api.metric("koegura_calls", "state=\"recorded\"") == calls);
    }

    /// A thread that is in a file a second later, too, stands there for as long as the disk does.
    private static void onlyWaitsWhoMay(ProductProcess product, Path folder) throws Exception {
        List<String> before = inFiles(ThreadDump.of(product, folder));
        await("a second passes").pollDelay(A_SECOND).until(() -> true);
        List<String> standing = inFiles(ThreadDump.of(product, folder)).stream()
                .filter(before::contains)
                .toList();
        LOG.warn("stalled.product standing={}", standing);
        assertThat(standing).as("threads that wait for the disk").anyMatch(name -> name.startsWith("track-writer-"));
        assertThat(standing)
                .as("threads that wait for the disk")
                .allMatch(name -> MAY_WAIT.matcher(name).matches());
    }

    private static List<String> inFiles(ThreadDump dump) {
        return dump.threads().stream()
                .filter(thread -> thread.path("stack")
                        .valueStream()
                        .map(frame -> frame.asString("").replaceFirst("^.*/", "")) // without its module
                        .anyMatch(frame -> FILE.matcher(frame).matches()))
                .map(thread -> thread.path("name").asString(""))
                .toList();
    }

    /// Nothing of the product failed, and each call has its outcome.
    ///
    /// @return packets that the recordings have not
    private static double accounted(ConsoleApi api) throws Exception {
        await("all is sealed and told")
                .atMost(SEAL_WAIT)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> api.metric("koegura_calls") == 0 && api.metric("koegura_ledger_waiting") == 0);
        for (String fault : List.of(
                "koegura_faults_total",
                "koegura_call_faults_total",
                "koegura_sip_dropped_total",
                "koegura_call_checkpoints_failed_total",
                "koegura_storage_write_faults_total",
                "koegura_log_discarded_total")) {
            assertThat(api.metric(fault))
                    .as(
                            "%s",
                            api.metrics()
                                    .lines()
                                    .filter(line -> line.startsWith(fault) && !line.endsWith(" 0.0"))
                                    .toList())
                    .isZero();
        }
        double lost = api.metric("koegura_capture_packets_lost_total");
        double partial = api.metric("koegura_ledger_calls_total", "result=\"partial\"");
        assertThat(lost).as("packets that found no room").isPositive();
        assertThat(partial).isPositive();
        assertThat(partial + api.metric("koegura_ledger_calls_total", "result=\"complete\""))
                .isEqualTo(CALLS + MORE_CALLS - 1);
        assertThat(api.metric("koegura_ledger_calls_total", "result=\"missing\""))
                .isEqualTo(1);
        assertThat(api.metric("koegura_calls_unrecorded_total", "reason=\"unsupported_codec\""))
                .isEqualTo(1);
        return lost;
    }

    /// Every packet is kept or declared.
    private static void declared(List<KeptRecording> recordings, Standstill.Spoken spoken, double lost) {
        assertThat(recordings).hasSize(CALLS + MORE_CALLS - 1);
        List<JsonNode> gaps = recordings.stream()
                .flatMap(recording -> recording.manifest().path("gaps").valueStream())
                .toList();
        assertThat(gaps)
                .allMatch(gap -> gap.path("reason").asString("").equals("ring-full")
                        && !Instant.parse(gap.path("from").asString("")).isBefore(spoken.stalledFrom())
                        && !Instant.parse(gap.path("to").asString("")).isAfter(spoken.to()));
        assertThat(gaps.stream()
                        .mapToLong(gap -> gap.path("packets").asLong(-1))
                        .sum())
                .isEqualTo((long) lost);
        assertThat(recordings.stream()
                        .filter(recording -> recording
                                .manifest()
                                .path("streams")
                                .valueStream()
                                .allMatch(stream -> stream.path("received").asLong(-1) == spoken.each())))
                .as("calls of which all that was said came")
                .hasSize(CALLS);
    }

    /// Who calls, and who is called: many who talk all the time, and some who do what the test tells them to.
    private static final class City implements AutoCloseable {
        final Crowd crowd = new Crowd(new AudioFormat(PCMU, "PCMU", 8000, PACKET_MILLIS), Standstill.PHASES);
        private final RawPeer caller = RawPeer.over(RawPeer.Protocol.UDP);
        private final RawPeer callee = RawPeer.over(RawPeer.Protocol.UDP);
        private final Parties parties;
        private final List<Parties.Call> many = new ArrayList<>();
        private final List<HandMade> made = new ArrayList<>();

        City(int block) throws IOException {
            InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
            parties = new Parties(caller, callee, sip, RestartIT.way(callee, block));
        }

        void fill() throws Exception {
            for (int i = 0; i < CALLS; i++) {
                Crowd.Voice calling = crowd.join();
                Crowd.Voice called = crowd.join();
                Parties.Call call = parties.establish(
                        "many" + i,
                        calling.address().getPort(),
                        called.address().getPort());
                calling.speaksTo(told(call.answer()));
                called.speaksTo(told(call.invite()));
                many.add(call);
            }
        }

        private static InetSocketAddress told(String description) {
            return new InetSocketAddress(
                    InetAddress.getLoopbackAddress(),
                    MediaParty.Told.in(description).rtp());
        }

        HandMade call(String id, int payloadType) throws Exception {
            HandMade call = new HandMade(parties, id, payloadType);
            made.add(call);
            return call;
        }

        HandMade made(String id) {
            return made.stream()
                    .filter(call -> call.call.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        /// All that are up.
        void hangUp() throws Exception {
            for (Parties.Call call : many) {
                parties.callerAsks(call, "BYE", 2);
            }
            for (HandMade call : made) {
                call.hangUp();
            }
        }

        @Override
        public void close() throws IOException {
            made.forEach(HandMade::close);
            caller.close();
            callee.close();
            crowd.close();
        }
    }

    /// A call whose parties say what the test tells them to.
    private static final class HandMade implements AutoCloseable {
        private static final int BYE = 9;
        private static final int PAYLOAD_BYTES = 160;
        private static final int RTP_HEADER_BYTES = 12;

        private final MediaParty caller = new MediaParty(1);
        private final MediaParty callee = new MediaParty(2);
        private final Parties parties;
        private final int payloadType;
        final Parties.Call call;
        private int words;
        private boolean over;

        HandMade(Parties parties, String id, int payloadType) throws Exception {
            this.parties = parties;
            this.payloadType = payloadType;
            call = parties.establish(id, described(caller, "sendrecv"), described(callee, "sendrecv"));
        }

        private String described(MediaParty party, String direction) {
            return party.described("a=" + direction).replace("RTP/AVP 0", "RTP/AVP " + payloadType);
        }

        /// The callee is told that it is recorded, and heard meanwhile.
        void isAnnounced() throws IOException {
            assertThat(MediaParty.awaited(callee.rtp)).as("the notice").isNotEmpty();
            passes(callee, call.invite(), caller);
        }

        /// Each hears the other.
        void isHeard() throws IOException {
            while (MediaParty.receive(callee.rtp).length > 0) {
                // a notice that nobody listened to
            }
            for (int i = 0; i < PACKETS; i++) {
                passes(callee, call.invite(), caller);
                passes(caller, call.answer(), callee);
            }
        }

        /// The numbers of what is heard after a notice are others than those that were said.
        private void passes(MediaParty from, String told, MediaParty to) throws IOException {
            byte[] said = ByteBuffer.allocate(PAYLOAD_BYTES).putInt(++words).array();
            from.say(MediaParty.Told.in(told).rtp(), from.ssrc, said);
            assertThat(payload(MediaParty.awaited(to.rtp)))
                    .as("what was said in the call %s", call.id())
                    .isEqualTo(said);
        }

        private static byte[] payload(byte[] packet) {
            return Arrays.copyOfRange(packet, Math.min(RTP_HEADER_BYTES, packet.length), packet.length);
        }

        /// A hold, and its end.
        void pauses() throws Exception {
            parties.callerOffers(call, 2, described(caller, "sendonly"), described(callee, "recvonly"));
            parties.callerOffers(call, 3, described(caller, "sendrecv"), described(callee, "sendrecv"));
        }

        void hangUp() throws Exception {
            if (!over) {
                parties.callerAsks(call, "BYE", BYE);
                over = true;
            }
        }

        @Override
        public void close() {
            caller.close();
            callee.close();
        }
    }
}
