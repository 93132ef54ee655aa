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
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.LoopbackPorts;
import tools.jackson.databind.JsonNode;

/// What descriptions say of media beside where they go, and media that heed it or do not, through the whole product
/// under its usual settings. Both parties are made by hand, each on an address of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignalledMediaIT {

    private static final int BLOCK = 64;
    private static final int MEDIA = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SEAL_WAIT = Duration.ofSeconds(60);
    private static final int PACKETS = 50;
    private static final String UNRECORDED = "koegura_calls_unrecorded_total";

    /// A first byte of 20 to 63 is DTLS (RFC 7983 §7): the handshake's.
    private static final int HANDSHAKE = 22;

    /// Of 20 ms of PCMU, with a tag of 80 bits.
    private static final int SEALED_BYTES = 170;

    /// Of 20 ms of PCMU.
    private static final int PLAIN_BYTES = 160;

    private static final int FRAGMENT_BYTES = 1_100;
    private static final Pattern VIDEO_PORT = Pattern.compile("(?m)^m=video (\\d+) ");

    private static final int STRANGER = 0xBAD;
    private static final String ONE_WAY = "koegura_rtp_one_way_calls_total";
    private static final String DEAD = "koegura_rtp_dead_streams_total";
    private static final String CALLER_IS_SILENT = "silent_leg=\"inside\"";
    private static final String CALLEE_IS_SILENT = "silent_leg=\"outside\"";
    private static final String PLAIN = "RTP/AVP";
    private static final String BOTH_WAYS = "a=sendrecv";
    private static final String DTLS_SRTP = "UDP/TLS/RTP/SAVP";

    @SuppressWarnings("NullAway.Init") // set before all
    private Path data;

    @SuppressWarnings("NullAway.Init") // set before all
    private ProductProcess product;

    @SuppressWarnings("NullAway.Init") // set before all
    private ConsoleApi api;

    private int block;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder;
        block = LoopbackPorts.block(BLOCK);
        product = ProductProcess.run(data, block, block + MEDIA, block + BLOCK - 1);
        api = product.api();
    }

    @AfterAll
    void stop() throws Exception {
        api.close();
        product.close();
    }

    /// Trap 28, with keys that the media path itself agrees on: we cannot have them (RFC 5763).
    @Test
    void theHandshakeOfDtlsAndWhatItsKeysSealPassBothWaysAndNothingIsKept() throws Exception {
        double encrypted = api.metric(UNRECORDED, "reason=\"encrypted_media\"");
        double notices = api.metric("koegura_notices_total");
        int recordings = KeptRecording.allIn(data).size();
        String[] offered = {"a=setup:actpass", fingerprint(1)};
        String[] answered = {"a=setup:active", fingerprint(2)};
        try (RawCall up = new RawCall("dtls", DTLS_SRTP, offered, answered)) {
            isLedThroughUs(up.toCallee, up.caller, offered);
            isLedThroughUs(up.toCaller, up.callee, answered);

            Random random = new Random(28);
            for (int flight = 0; flight < 3; flight++) {
                passes(up.callee.send(up.toCallee.rtp(), handshake(random)), up.caller);
                passes(up.caller.send(up.toCaller.rtp(), handshake(random)), up.callee);
            }
            awaitStage("NOT_RECORDED");
            for (int i = 0; i < PACKETS; i++) {
                passes(up.callee.say(up.toCallee.rtp(), 2, bytes(random, SEALED_BYTES)), up.caller);
                passes(up.caller.say(up.toCaller.rtp(), 1, bytes(random, SEALED_BYTES)), up.callee);
            }
            up.hangUp();
        }
        awaitNoCall();
        assertThat(api.metric(UNRECORDED, "reason=\"encrypted_media\"")).isEqualTo(encrypted + 1);
        assertThat(api.metric("koegura_notices_total")).isEqualTo(notices);
        assertThat(KeptRecording.allIn(data)).hasSize(recordings);
    }

    /// Whoever forges a party's address is not heard beside it (ADR 39).
    @Test
    void besideTheSourceThatADescriptionNamesAnotherIsRefusedAndCounted() throws Exception {
        double refused = otherSource();
        int recordings = KeptRecording.allIn(data).size();
        Random random = new Random(5576);
        List<byte[]> said = new ArrayList<>();
        try (RawCall up = new RawCall("ssrc", "a=ssrc:1 cname:x")) {
            awaitStage("RECORDED_WITHOUT_NOTICE");
            for (int i = 0; i < PACKETS; i++) {
                said.add(up.caller.say(up.toCaller.rtp(), 1, bytes(random, PLAIN_BYTES)));
                up.caller.say(up.toCaller.rtp(), STRANGER, new byte[PLAIN_BYTES]);
                passes(said.getLast(), up.callee);
            }
            await("all of the other source are refused")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(otherSource()).isEqualTo(refused + PACKETS));
            // the control: the same packets are heard once the named source is silent
            await("the other is heard").atMost(PATIENCE).until(() -> {
                byte[] late = up.caller.say(up.toCaller.rtp(), STRANGER, new byte[PLAIN_BYTES]);
                return Arrays.equals(late, MediaParty.receive(up.callee.rtp));
            });
            up.hangUp();
        }
        awaitNoCall();
        List<KeptRecording> all = KeptRecording.allIn(data);
        assertThat(all).hasSize(recordings + 1);
        List<Rtp> kept = new ArrayList<>(all.getLast().inside());
        kept.addAll(all.getLast().outside());
        assertThat(kept.subList(0, PACKETS))
                .extracting(packet -> packet.datagram().payload())
                .containsExactlyElementsOf(said);
    }

    private double otherSource() throws Exception {
        return api.metric("koegura_rtp_packets_discarded_total", "reason=\"other_source\"");
    }

    /// At one time, each in a call of its own: a caller that says nothing more but that it is there, a callee that
    /// vanishes, and one that is on hold and hears music.
    @Test
    void whoFallsSilentAndWhoVanishesAreCountedOnceAndWhoIsOnHoldIsNot() throws Exception {
        double dead = api.metric(DEAD);
        double[] oneWay = {api.metric(ONE_WAY, CALLER_IS_SILENT), api.metric(ONE_WAY, CALLEE_IS_SILENT)};
        try (RawCall silent = new RawCall("silent", BOTH_WAYS);
                RawCall vanished = new RawCall("vanished", BOTH_WAYS);
                RawCall held = new RawCall("held", BOTH_WAYS);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            for (RawCall up : List.of(silent, vanished, held)) {
                passes(up.caller.say(up.toCaller.rtp()), up.callee);
                passes(up.callee.say(up.toCallee.rtp()), up.caller);
            }
            held.hold();
            Runnable talk = () -> {
                silent.calleeSays();
                vanished.callerSays();
                held.callerSays();
            };
            List<Future<?>> going = List.of(
                    clock.scheduleAtFixedRate(talk, 0, 20, TimeUnit.MILLISECONDS),
                    clock.scheduleAtFixedRate(silent::callerReports, 1, 1, TimeUnit.SECONDS));
            await("the one that vanished is counted")
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> api.metric(DEAD) > dead);
            // it is looked at once a second
            await("each is counted once")
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(8))
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> {
                        assertThat(api.metric(DEAD)).isEqualTo(dead + 1);
                        assertThat(api.metric(ONE_WAY, CALLER_IS_SILENT)).isEqualTo(oneWay[0] + 1);
                        assertThat(api.metric(ONE_WAY, CALLEE_IS_SILENT)).isEqualTo(oneWay[1] + 1);
                    });
            assertThat(going).noneMatch(Future::isDone);
            for (RawCall up : List.of(silent, vanished, held)) {
                up.hangUp();
            }
        }
        awaitNoCall();
    }

    /// Video comes and goes in mid-call (RFC 3264 §8.1, §8.2): it passes both ways, nothing of it is kept, and the
    /// recording declares when it was there.
    @Test
    void videoPassesUnkeptAndTheRecordingDeclaresWhenItWasThere() throws Exception {
        int recordings = KeptRecording.allIn(data).size();
        Random random = new Random(264);
        List<byte[]> said = new ArrayList<>();
        try (MediaParty films = new MediaParty("127.0.0.2", 3);
                MediaParty watches = new MediaParty("127.0.0.3", 4);
                RawCall up = new RawCall("video", BOTH_WAYS)) {
            awaitStage("RECORDED_WITHOUT_NOTICE");
            up.callerIsHeard(random, said);
            Parties.Call seen = up.offers(2, video(films.rtp.getLocalPort()), video(watches.rtp.getLocalPort()));
            up.callerIsHeard(random, said);
            for (int i = 0; i < PACKETS; i++) {
                passes(films.say(videoPort(seen.answer()), 3, bytes(random, FRAGMENT_BYTES)), watches);
                passes(watches.say(videoPort(seen.invite()), 4, bytes(random, FRAGMENT_BYTES)), films);
            }
            up.offers(3, video(0), video(0));
            up.callerIsHeard(random, said);
            up.hangUp();
        }
        awaitNoCall();
        List<KeptRecording> all = KeptRecording.allIn(data);
        assertThat(all).hasSize(recordings + 1);
        KeptRecording recording = all.getLast();
        assertThat(recording.outside()).isEmpty();
        List<Rtp> kept = recording.inside();
        assertThat(kept).extracting(packet -> packet.datagram().payload()).containsExactlyElementsOf(said);
        JsonNode beside = recording.manifest().path("relayedOnly");
        assertThat(beside.size()).isEqualTo(1);
        assertThat(nanos(beside.path(0).path("from")))
                .isBetween(kept.get(PACKETS - 1).epochNanos(), kept.get(PACKETS).epochNanos());
        assertThat(nanos(beside.path(0).path("to")))
                .isBetween(
                        kept.get(2 * PACKETS - 1).epochNanos(),
                        kept.get(2 * PACKETS).epochNanos());
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
        assertThat(ProductProcess.verify(recording.folder(), SEAL_WAIT)).isZero();
    }

    private static String video(int port) {
        return "m=video " + port + " RTP/AVP 96\r\na=rtpmap:96 H264/90000";
    }

    private static int videoPort(String description) {
        Matcher port = VIDEO_PORT.matcher(description);
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static long nanos(JsonNode instant) {
        return KeptRecording.epochNanos(Instant.parse(instant.asString("")));
    }

    /// It hears of us and of what we leave alone, and not of whom it speaks to.
    private static void isLedThroughUs(MediaParty.Told told, MediaParty described, String... attributes) {
        assertThat(told.described())
                .contains("\r\nc=IN IP4 127.0.0.1\r\n", "\r\nm=audio " + told.rtp() + " " + DTLS_SRTP + " 0\r\n")
                .contains(attributes)
                .doesNotContain("c=IN IP4 " + described.host, "m=audio " + described.rtp.getLocalPort());
    }

    /// It comes as it was sent, and nothing else does before it.
    private static void passes(byte[] sent, MediaParty to) throws IOException {
        assertThat(MediaParty.awaited(to.rtp)).isEqualTo(sent);
    }

    /// A record of a handshake (RFC 6347 §4.1), of whatever it may say.
    private static byte[] handshake(Random random) {
        byte[] fragment = bytes(random, 200);
        return ByteBuffer.allocate(13 + fragment.length)
                .put((byte) HANDSHAKE)
                .putShort((short) 0xFEFD)
                .putLong(0)
                .putShort((short) fragment.length)
                .put(fragment)
                .array();
    }

    private static String fingerprint(int seed) {
        return "a=fingerprint:sha-256 "
                + HexFormat.ofDelimiter(":").withUpperCase().formatHex(bytes(new Random(seed), 32));
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private void awaitNoCall() {
        await("no call is up").atMost(SEAL_WAIT).until(() -> api.calls().isEmpty());
    }

    private InetSocketAddress sip() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
    }

    /// The newest call is not to be announced in.
    static Object exempt(ConsoleApi api) throws Exception {
        String id = api.calls().getLast().path("call").asString("");
        assertThat(api.exempt(id, 1, "").statusCode()).isEqualTo(200);
        return id;
    }

    private void awaitStage(String stage) {
        await("a call stands at " + stage)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> api.stage().equals(stage));
    }

    /// A call that was answered; nobody has spoken yet.
    private final class RawCall implements AutoCloseable {
        final MediaParty caller = new MediaParty("127.0.0.2", 1);
        final MediaParty callee = new MediaParty("127.0.0.3", 2);
        final MediaParty.Told toCaller;
        final MediaParty.Told toCallee;
        private final RawPeer calling = RawPeer.over(RawPeer.Protocol.UDP, "127.0.0.2");
        private final RawPeer called = RawPeer.over(RawPeer.Protocol.UDP, "127.0.0.3");
        private final Parties parties;
        private final Parties.Call call;

        /// One that goes as calls go.
        RawCall(String id, String profile, String[] offered, String[] answered) throws Exception {
            parties = new Parties(calling, called, sip(), RestartIT.way(called, block));
            call = parties.establish(id, caller.describedAs(profile, offered), callee.describedAs(profile, answered));
            toCaller = MediaParty.Told.in(call.answer());
            toCallee = MediaParty.Told.in(call.invite());
        }

        /// One in plain that is recorded from its answer on: no notice is in what the parties hear.
        RawCall(String id, String... offered) throws Exception {
            parties = new Parties(calling, called, sip(), RestartIT.way(called, block));
            call = parties.establish(
                    id, caller.describedAs(PLAIN, offered), callee.describedAs(PLAIN, BOTH_WAYS), () -> exempt(api));
            toCaller = MediaParty.Told.in(call.answer());
            toCallee = MediaParty.Told.in(call.invite());
        }

        /// The caller says music, and hears nothing.
        void hold() throws Exception {
            String hold = caller.describedAs(PLAIN, "a=sendonly");
            parties.callerOffers(call, 2, hold, callee.describedAs(PLAIN, "a=recvonly"));
        }

        /// Either party says its audio as before, and what else there is.
        Parties.Call offers(int cseq, String offered, String answered) throws Exception {
            return parties.callerOffers(
                    call,
                    cseq,
                    caller.describedAs(PLAIN, BOTH_WAYS, offered),
                    callee.describedAs(PLAIN, BOTH_WAYS, answered));
        }

        /// The caller says packets of noise, and each is heard.
        void callerIsHeard(Random random, List<byte[]> said) throws IOException {
            for (int i = 0; i < PACKETS; i++) {
                said.add(caller.say(toCaller.rtp(), 1, bytes(random, PLAIN_BYTES)));
                passes(said.getLast(), callee);
            }
        }

        void callerSays() {
            said(() -> caller.say(toCaller.rtp()));
        }

        void calleeSays() {
            said(() -> callee.say(toCallee.rtp()));
        }

        /// It is there, and says nothing.
        void callerReports() {
            said(() -> caller.report(toCaller.rtcp()));
        }

        private static void said(Callable<byte[]> what) {
            try {
                what.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        void hangUp() throws Exception {
            parties.callerAsks(call, "BYE", 9);
        }

        @Override
        public void close() throws IOException {
            calling.close();
            called.close();
            caller.close();
            callee.close();
        }
    }
}
