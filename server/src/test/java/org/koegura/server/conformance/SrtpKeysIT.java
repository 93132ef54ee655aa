package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.StandingFiles;
import org.koegura.server.peer.Certificate;
import org.koegura.server.peer.LoopbackPorts;

/// A recorded call between a telephone and a PBX that both speak SRTP alone, keys in their descriptions over TLS
/// (trap 28): where the keys are, and what becomes of the recording when they change.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SrtpKeysIT {

    private static final CryptoSuite FIRST = CryptoSuite.AES_CM_128_HMAC_SHA1_80;
    private static final CryptoSuite SECOND = CryptoSuite.AEAD_AES_256_GCM;
    private static final String TELEPHONE = "127.0.0.1";
    private static final String PBX = "127.0.0.2";
    private static final int BLOCK = 40;
    private static final int TLS = 1;
    private static final int MEDIA = 4;
    private static final int PACKETS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SEAL_WAIT = Duration.ofSeconds(60);

    /// What a checkpoint of a call without keys is not as long as.
    private static final int CHECKPOINT_BYTES = 2_000;

    private static final String CHECKPOINTS = "calls.checkpoint";

    /// So many neighbouring bytes of a key, and as many as are whole in base64, do not turn up by chance.
    private static final int NEEDLE_BYTES = 15;

    private final Random random = new Random(3711);
    private int calls;

    @SuppressWarnings("NullAway.Init") // set before all
    private Path data;

    @SuppressWarnings("NullAway.Init") // set before all
    private RawPeer telephone;

    @SuppressWarnings("NullAway.Init") // set before all
    private RawPeer pbx;

    @SuppressWarnings("NullAway.Init") // set before all
    private ProductProcess product;

    @SuppressWarnings("NullAway.Init") // set before all
    private ConsoleApi api;

    @SuppressWarnings("NullAway.Init") // set before all
    private InetSocketAddress sip;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder.resolve("data");
        int block = LoopbackPorts.block(BLOCK);
        sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block + TLS);
        Certificate own = Certificate.of(folder.resolve("certificate"), "IP:" + TELEPHONE + ",IP:" + PBX);
        telephone = RawPeer.over(own.context(), TELEPHONE);
        pbx = RawPeer.over(own.context(), PBX);
        String[] neighbours = {
            "--upstream",
            pbx.hostPort() + "/tls",
            "--health-interval",
            "0",
            "--srtp-upstream",
            "require",
            "--srtp-telephones",
            "require"
        };
        product = ProductProcess.run(
                data, block, block + MEDIA, block + BLOCK - 1, own.options("127.0.0.1:" + (block + TLS), neighbours));
        api = product.api();
    }

    @AfterAll
    void stop() throws Exception {
        api.close();
        product.close();
        telephone.close();
        pbx.close();
    }

    @Test
    void noKeyThatWasSaidIsInALogOnTheTerminalInTheJournalInACheckpointOrInTheMetrics() throws Exception {
        try (SealedCall call = new SealedCall()) {
            call.talk(new ArrayList<>(), new ArrayList<>());
            call.rekey();
            call.talk(new ArrayList<>(), new ArrayList<>());
            await("what a restart needs of the call is written")
                    .atMost(PATIENCE)
                    .until(() -> Files.size(data.resolve(CHECKPOINTS)) > CHECKPOINT_BYTES);
            Set<String> needles = needles(call.keys());
            assertThat(needles).as("three forms of each key").hasSizeGreaterThanOrEqualTo(3 * 5);
            assertThat(placesWith(needles)).as("while the call is up").isEmpty();
            call.hangUp();
            assertThat(placesWith(needles)).as("afterwards").isEmpty();

            // the control: the same search finds each key in each form in the middle of a file
            for (String needle : needles) {
                Path planted = data.resolve("planted");
                Files.writeString(planted, "x".repeat(3_333) + needle + "y", StandardCharsets.ISO_8859_1);
                assertThat(placesWith(Set.of(needle))).containsExactly(planted.toString());
                Files.delete(planted);
            }
        }
    }

    /// What the beginning of each key looks like: raw, in base64, and in hexadecimal of either case.
    private static Set<String> needles(List<MasterKey> keys) {
        Set<String> needles = new TreeSet<>();
        for (MasterKey key : keys) {
            byte[] beginning = Arrays.copyOf(key.key(), NEEDLE_BYTES);
            String hex = HexFormat.of().formatHex(beginning);
            needles.add(new String(beginning, StandardCharsets.ISO_8859_1));
            needles.add(Base64.getEncoder().encodeToString(beginning));
            needles.add(hex);
            needles.add(hex.toUpperCase(Locale.ROOT));
        }
        return needles;
    }

    /// Files of the product, what it said, and what its API says, that have one of them.
    private Set<String> placesWith(Set<String> needles) throws IOException, InterruptedException {
        Set<String> found = new TreeSet<>();
        for (Path file : StandingFiles.under(data)) {
            if (has(Files.readString(file, StandardCharsets.ISO_8859_1), needles)) {
                found.add(file.toString());
            }
        }
        if (has(String.join("\n", product.process().out()), needles)) {
            found.add("stdout");
        }
        if (has(String.join("\n", product.process().err()), needles)) {
            found.add("stderr");
        }
        if (has(api.metrics(), needles)) {
            found.add("metrics");
        }
        if (has(api.calls().toString(), needles)) {
            found.add("calls");
        }
        return found;
    }

    private static boolean has(String text, Set<String> needles) {
        return needles.stream().anyMatch(text::contains);
    }

    @Test
    void newKeysAndAnotherSuiteInMidCallAreOneRecordingToTheBit() throws Exception {
        int before = KeptRecording.allIn(data).size();
        List<byte[]> inside = new ArrayList<>();
        List<byte[]> outside = new ArrayList<>();
        try (SealedCall call = new SealedCall()) {
            call.talk(inside, outside);
            List<MasterKey> old = call.keys();
            byte[] late = call.caller.packet();
            byte[] underWay = call.caller.seal(late);
            call.rekey();
            List<MasterKey> fresh = new ArrayList<>(call.keys());
            fresh.removeAll(old);
            assertThat(fresh)
                    .as("one of each party, and one of ours for the caller")
                    .hasSizeGreaterThanOrEqualTo(3);
            call.caller.party.send(call.toCaller.rtp(), underWay);
            inside.add(late);
            assertThat(call.callee.hear()).isEqualTo(late);
            call.talk(inside, outside);
            call.hangUp();
        }
        List<KeptRecording> recordings = KeptRecording.allIn(data);
        assertThat(recordings).hasSize(before + 1);
        KeptRecording recording = recordings.getLast();
        isKept(recording.inside(), inside);
        isKept(recording.outside(), outside);
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
        assertThat(ProductProcess.verify(recording.folder(), PATIENCE)).isZero();
    }

    /// Bit by bit, and the time goes on from one to the next.
    private static void isKept(List<Rtp> kept, List<byte[]> said) {
        assertThat(kept).extracting(packet -> packet.datagram().payload()).containsExactlyElementsOf(said);
        assertThat(kept).extracting(Rtp::epochNanos).isSorted();
    }

    /// A call from the telephone to the PBX that is recorded from its answer on.
    private final class SealedCall implements AutoCloseable {
        final SealedParty caller = new SealedParty(TELEPHONE, 1, random);
        final SealedParty callee = new SealedParty(PBX, 2, random);
        final MediaParty.Told toCaller;
        final MediaParty.Told toCallee;
        private final Parties parties;
        private final Parties.Call call;

        SealedCall() throws Exception {
            Parties.Way way = new Parties.Way("sip:0990123@127.0.0.1:" + sip.getPort() + ";transport=tls", "");
            parties = new Parties(telephone, pbx, sip, way);
            call = parties.establish(
                    "keys" + ++calls,
                    caller.described(1, FIRST),
                    callee.described(1, FIRST),
                    () -> SignalledMediaIT.exempt(api));
            toCaller = MediaParty.Told.in(call.answer());
            toCallee = MediaParty.Told.in(call.invite());
            agreed(call);
            await("it is recorded")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> api.stage().equals("RECORDED_WITHOUT_NOTICE"));
        }

        private void agreed(Parties.Call on) {
            caller.agreed(on.answer());
            callee.agreed(on.invite());
        }

        /// Both speak by turns, and hear each other.
        void talk(List<byte[]> callerSaid, List<byte[]> calleeSaid) throws IOException {
            for (int i = 0; i < PACKETS; i++) {
                callerSaid.add(caller.packet());
                caller.party.send(toCaller.rtp(), caller.seal(callerSaid.getLast()));
                assertThat(callee.hear()).isEqualTo(callerSaid.getLast());
                calleeSaid.add(callee.packet());
                callee.party.send(toCallee.rtp(), callee.seal(calleeSaid.getLast()));
                assertThat(caller.hear()).isEqualTo(calleeSaid.getLast());
            }
        }

        /// The caller offers another key of another suite, and the callee answers with another one, too.
        void rekey() throws Exception {
            Parties.Call changed =
                    parties.callerOffers(call, 2, caller.described(1, SECOND), callee.described(2, SECOND));
            assertThat(MediaParty.Told.in(changed.answer()).rtp()).isEqualTo(toCaller.rtp());
            agreed(changed);
        }

        List<MasterKey> keys() {
            return Stream.of(caller, callee)
                    .flatMap(party -> party.keys().stream())
                    .distinct()
                    .toList();
        }

        void hangUp() throws Exception {
            parties.callerAsks(call, "BYE", 9);
            await("no call is up").atMost(SEAL_WAIT).until(() -> api.calls().isEmpty());
        }

        @Override
        public void close() {
            caller.close();
            callee.close();
        }
    }
}
