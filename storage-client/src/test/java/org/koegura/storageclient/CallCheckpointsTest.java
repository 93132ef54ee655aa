package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint.Window;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;

/// What a process leaves of its calls when it dies, as the next one finds it.
final class CallCheckpointsTest {

    private static final Instant NOW = TestStore.NOW;
    private static final Prompt PROMPT = new Prompt("notice-ja-1", "ja", "words", "ab".repeat(32));
    private static final CaptureBasis ANNOUNCED = new CaptureBasis.Announced(new NoticeProof(
            PROMPT,
            new AudioFormat(0, "PCMU", 8_000, 20),
            4_000_000_000L,
            65_530,
            340,
            347,
            NOW.minusSeconds(7),
            NOW.minusNanos(1),
            2,
            List.of(new ReceiverReport(NOW, 3, -4, 66_000, 5))));
    private static final CaptureBasis EXEMPTED = new CaptureBasis.Exempted(
            new Exemption(Ground.SPECIAL, "because", "operator", NOW, Exemption.Channel.CONSOLE), Stage.RINGING);

    private static final String VERSION_AND_NAMES =
            "6 adapts addressOfRecord agreed anonymity answeredAt at attempt audio "
                    + "author basis call callee calleeAt calleeTag caller callerAt callerTag "
                    + "channel clockRateHz continues controlSignalled controlSource cumulativeLost "
                    + "dialled dialog direction e164 encodingName endedAt exemption facts "
                    + "firstSequence forbidden format formats forms fractionLost from ground heard "
                    + "highestSequence id inside invite invitedAt jitterTicks keys kind language "
                    + "lastSequence left line lines mLine media octets otherPayloadTypes ours "
                    + "outside packetIndex packetMillis packets passage pause payloadType prompt "
                    + "proof reason receiverReports receives recording reportIndex rtcp rtp sent "
                    + "sequence sha256 signalled signalling silence since sipCallId source sources "
                    + "srtp ssrc stage standing startedAt stream text theirs ticksPerPacket "
                    + "timestamp unrecorded value";

    private final Path data;

    CallCheckpointsTest(@TempDir Path folder) {
        data = folder.resolve("data");
    }

    private static CallCheckpoint checkpoint(int call, CallCheckpoint.Standing standing) {
        InetAddress six = InetAddress.ofLiteral("2001:db8::10");
        InetAddress four = InetAddress.ofLiteral("192.0.2.20");
        RemoteMedia inside = new RemoteMedia(
                new InetSocketAddress(six, 1000),
                new InetSocketAddress(six, 1001),
                six,
                List.of(new AudioFormat(0, "PCMU", 8_000, 20)),
                List.of(101),
                true);
        RemoteMedia held = new RemoteMedia(null, null, four, List.of(), List.of(), false);
        return new CallCheckpoint(
                new CallFacts(
                        new CallId("%032x".formatted(call)),
                        "call-" + call + "@example.com",
                        Direction.INBOUND,
                        new Party("sip:201@example.com", null, null),
                        new Party("tel:+81990123456", "+81990123456", null),
                        NOW,
                        new Party("sip:200@example.com"),
                        null),
                NOW.plusNanos(123_456_789),
                standing,
                new CallCheckpoint.Dialog(
                        "passage",
                        Leg.OUTSIDE,
                        "one",
                        7,
                        "other",
                        four,
                        six,
                        new CallCheckpoint.Forms(SrtpProfile.REQUIRE, SrtpProfile.NEVER, true)),
                new CallCheckpoint.Agreed(List.of(inside), List.of(held), 0),
                new CallCheckpoint.Media(
                        List.of(new CallCheckpoint.Line(
                                0,
                                new CallCheckpoint.Side(
                                        new InetSocketAddress(six, 20_000),
                                        new InetSocketAddress(six, 998),
                                        new InetSocketAddress(six, 999),
                                        null,
                                        null),
                                new CallCheckpoint.Side(new InetSocketAddress(four, 20_002), null, null, null, null))),
                        new CallCheckpoint.Stream(
                                -5, 70_000, -9, NOW, 8_000, 160, 12, 1_920, new CallCheckpoint.Joint(77, 65_000, -1)),
                        new CallCheckpoint.Silence(RecordingSink.Span.Reason.FAX, NOW),
                        new CallCheckpoint.Pause(NOW, Duration.ofSeconds(299), NOW.plusSeconds(1))));
    }

    /// With keys of 30 bytes, all of them 0x55 or all of them 0x66.
    private static CallCheckpoint underSrtp(int call) {
        CallCheckpoint plain = checkpoint(call, kept(ANNOUNCED));
        RemoteMedia party = plain.agreed().inside().getFirst();
        SrtpKeys keys = new SrtpKeys(key(0x55), key(0x66));
        RemoteMedia keyed = new RemoteMedia(
                party.rtp(),
                party.rtcp(),
                party.signalling(),
                party.formats(),
                party.otherPayloadTypes(),
                party.receives(),
                keys);
        CallCheckpoint.Line line = plain.media().lines().getFirst();
        CallCheckpoint.Side side = new CallCheckpoint.Side(
                line.inside().rtp(),
                line.inside().signalled(),
                line.inside().source(),
                null,
                null,
                new SrtpCheckpoint(
                        keys,
                        List.of(new SourceCheckpoint(-7, (3L << 16) + 5, 9), new SourceCheckpoint(8, -1, 0)),
                        List.of(new SourceCheckpoint(6, 65_535, -1))));
        return new CallCheckpoint(
                plain.facts(),
                plain.answeredAt(),
                plain.standing(),
                plain.dialog(),
                new CallCheckpoint.Agreed(List.of(keyed), plain.agreed().outside(), 0),
                new CallCheckpoint.Media(List.of(new CallCheckpoint.Line(0, side, line.outside())), null));
    }

    private static MasterKey key(int octet) {
        byte[] bytes = new byte[30];
        Arrays.fill(bytes, (byte) octet);
        return new MasterKey(CryptoSuite.AES_CM_128_HMAC_SHA1_80, bytes);
    }

    private static CallCheckpoint.Standing kept(CaptureBasis basis) {
        return new CallCheckpoint.Standing(null, basis, null, false, new RecordingId("0b".repeat(16)));
    }

    private static CallCheckpoint.Standing unrecorded(Unrecorded why) {
        return new CallCheckpoint.Standing(null, null, why, true, null);
    }

    private static void say(LocalStore store, LeftCall left) {
        store.checkpoints().changed(left.facts().call(), () -> left);
    }

    /// The directory as a kill leaves it at this moment.
    private Path killed(String name) throws Exception {
        Path copy = data.resolveSibling(name);
        try (var paths = Files.walk(data)) {
            for (Path path : paths.toList()) {
                if (!path.getFileName().toString().equals("lock")) {
                    Files.copy(path, copy.resolve(data.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return copy;
    }

    private static List<CallCheckpoint> left(Path killed) throws Exception {
        try (LocalStore next = TestStore.open(killed)) {
            return next.checkpoints().left();
        }
    }

    @Test
    void whatIsSaidOfACallIsFoundByTheNextProcessWordForWord() throws Exception {
        CallCheckpoint announced = checkpoint(1, kept(ANNOUNCED));
        CallCheckpoint exempted = checkpoint(2, kept(EXEMPTED));
        CallCheckpoint notified = checkpoint(3, new CallCheckpoint.Standing(PROMPT, null, null, false, null));
        CallCheckpoint bypassed = checkpoint(4, unrecorded(Unrecorded.BYPASS_NUMBER));
        try (LocalStore store = TestStore.open(data)) {
            List.of(announced, exempted, notified, bypassed).forEach(call -> say(store, call));
            AtomicInteger at = new AtomicInteger();
            await().untilAsserted(() -> assertThat(left(killed("killed-" + at.incrementAndGet())))
                    .containsExactlyInAnyOrder(announced, exempted, notified, bypassed));
        }
    }

    @Test
    void ofSeveralChangesTheLastIsFoundAndOfACallThatIsOverNothing() throws Exception {
        try (LocalStore store = TestStore.open(data)) {
            say(store, checkpoint(1, kept(ANNOUNCED)));
            say(store, checkpoint(2, kept(ANNOUNCED)));
            AtomicInteger at = new AtomicInteger();
            await().untilAsserted(() ->
                    assertThat(left(killed("before-" + at.incrementAndGet()))).hasSize(2));
            say(store, checkpoint(1, unrecorded(Unrecorded.STORE_FAILED)));
            store.checkpoints().over(new CallId("%032x".formatted(2)));
            await().untilAsserted(() -> assertThat(left(killed("after-" + at.incrementAndGet())))
                    .containsExactly(checkpoint(1, unrecorded(Unrecorded.STORE_FAILED))));
            store.checkpoints().over(new CallId("%032x".formatted(1)));
        }
        assertThat(data.resolve("calls.checkpoint")).doesNotExist();
        assertThat(left(data)).isEmpty();
    }

    @Test
    void untilTheyAreSaidToBeOverTheNextStartFindsTheSameCalls() throws Exception {
        leave(checkpoint(1, kept(ANNOUNCED)));
        assertThat(left(data)).hasSize(1);
        assertThat(left(data)).hasSize(1);
        try (LocalStore store = TestStore.open(data)) {
            store.checkpoints().over(new CallId("%032x".formatted(1)));
        }
        assertThat(left(data)).isEmpty();
    }

    /// As after a kill: the call is still up when the store closes.
    private void leave(LeftCall checkpoint) throws Exception {
        try (LocalStore store = TestStore.open(data)) {
            say(store, checkpoint);
        }
    }

    @Test
    void nobodyReadsAWordOfItWithoutTheKeyAndOnlyItsOwnerMayOpenIt() throws Exception {
        leave(checkpoint(1, kept(EXEMPTED)));
        Path file = data.resolve("calls.checkpoint");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes).startsWith("KGRCALL6").doesNotContain("example.com", "+81990123456", "because", "operator");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        assertThat(checkpoint(1, kept(EXEMPTED)).toString()).doesNotContain("example", "990123456", "because");
    }

    /// Trap 28: however many processes die before they say anything.
    @Test
    void eachStartFindsIndicesOfSrtpBehindAllThatTheOneBeforeMayHaveUsed() throws Exception {
        CallCheckpoint said = underSrtp(1);
        leave(said);
        assertThat(left(data)).containsExactly(said);
        assertThat(left(data)).containsExactly(said.claimed());
        assertThat(left(data)).containsExactly(said.claimed().claimed());
        assertThat(said.claimed().media().lines().getFirst().inside().srtp())
                .isEqualTo(new SrtpCheckpoint(
                        new SrtpKeys(key(0x55), key(0x66)),
                        List.of(
                                new SourceCheckpoint(-7, (3L << 16) + 5 + Window.AUDIO.packets(), 9 + 125),
                                new SourceCheckpoint(8, -1, 125)),
                        List.of(new SourceCheckpoint(6, 65_535, -1))));
    }

    @Test
    void whereNothingCouldBeClaimedOnlyPlainCallsAreTakenUp() {
        CallCheckpoint plain = checkpoint(2, kept(ANNOUNCED));
        LeftCall.Owed owed = checkpoint(3, kept(ANNOUNCED)).owed();

        var left = new CheckpointKeeper.Left(List.of(underSrtp(1), plain), List.of(owed)).withoutSrtp();

        assertThat(left.up()).containsExactly(plain);
        assertThat(left.owed()).containsExactly(owed, underSrtp(1).owed());
    }

    @Test
    void keysAreInNoTextThatIsNotEncrypted() throws Exception {
        leave(underSrtp(1));
        String bytes = Files.readString(data.resolve("calls.checkpoint"), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain("VVVVVVVV", "ZmZmZmZm", "UUUUUUUU", "ffffffff");
        assertThat(underSrtp(1).media().toString() + underSrtp(1).agreed())
                .contains("MasterKey[AES_CM_128_HMAC_SHA1_80]")
                .doesNotContain("VVVV", "85, 85", "5555");
    }

    @Test
    void whoTellsHearsThatItIsFoundOnceItIs() throws Exception {
        Settling teller = new Settling();
        try (LocalStore store = TestStore.open(data)) {
            store.checkpoints().changed(teller.call.facts().call(), teller);
            await().until(() -> teller.settled.get() > 0);
            assertThat(left(killed("killed"))).containsExactly(teller.call);
        }
    }

    /// Of a file that is gone nothing is found either; calls need not fall silent because a disk is full.
    @Test
    void whoTellsHearsThatNothingIsFoundWhereTheDiskIsFull() throws Exception {
        Path inTheWay = Files.createDirectories(data.resolve("calls.checkpoint.part/full"));
        Settling teller = new Settling();
        try (LocalStore store = TestStore.open(data)) {
            store.checkpoints().changed(teller.call.facts().call(), teller);
            await().until(() -> teller.settled.get() > 0);
            assertThat(data.resolve("calls.checkpoint")).doesNotExist();
            Files.delete(inTheWay);
        }
    }

    private static final class Settling implements CallCheckpoints.Telling {
        final CallCheckpoint call = underSrtp(1);
        final AtomicInteger settled = new AtomicInteger();

        @Override
        public CallCheckpoint now() {
            return call;
        }

        @Override
        public void settled() {
            settled.incrementAndGet();
        }
    }

    @Test
    void aFrameThatWasCutOffOrChangedEndsWhatIsRead() throws Exception {
        leave(checkpoint(1, kept(ANNOUNCED)));
        Path file = data.resolve("calls.checkpoint");
        byte[] whole = Files.readAllBytes(file);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(whole.length - 1L);
        }
        assertThat(left(data)).isEmpty();
        whole[whole.length / 2] ^= 1;
        Files.write(file, whole);
        assertThat(left(data)).isEmpty();
    }

    @Test
    void aFileThatNobodyCanReadKeepsNoStartBack() throws Exception {
        leave(checkpoint(1, kept(ANNOUNCED)));
        Files.write(data.resolve("calls.checkpoint"), new byte[] {1, 2, 3});
        assertThat(left(data)).isEmpty();
    }

    /// What its words mean may be another matter by then.
    @Test
    void whatAnotherVersionWroteIsNotBelieved() throws Exception {
        leave(checkpoint(1, kept(ANNOUNCED)));
        Path file = data.resolve("calls.checkpoint");
        byte[] whole = Files.readAllBytes(file);
        whole[7] = '1';
        Files.write(file, whole);
        KeyCabinet keys = KeyCabinet.open(new Layout(data), new Medium(data), new SecureRandom());
        assertThatExceptionOfType(CheckpointFile.OtherVersion.class)
                .isThrownBy(() -> CheckpointFile.read(file, keys))
                .withMessageContaining("is of version 1, not 6");
        assertThat(left(data)).isEmpty();
    }

    /// If this fails, what is written was changed: raise [CheckpointFile#VERSION], and this with it.
    @Test
    void whoeverChangesWhatIsWrittenRaisesItsVersion() {
        String shape = new String(CheckpointWords.of(checkpoint(1, kept(ANNOUNCED))), StandardCharsets.UTF_8)
                + new String(CheckpointWords.of(checkpoint(1, kept(EXEMPTED)).owed()), StandardCharsets.UTF_8)
                + new String(CheckpointWords.of(underSrtp(1)), StandardCharsets.UTF_8);
        String names = Pattern.compile("\"(\\w+)\":")
                .matcher(shape)
                .results()
                .map(name -> name.group(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        assertThat(CheckpointFile.VERSION + " " + names).isEqualTo(VERSION_AND_NAMES);
    }

    @Test
    void ofACallThatTheNextProcessTookUpOnlyTheOutcomeIsOwed() throws Exception {
        CallCheckpoint before = checkpoint(1, kept(ANNOUNCED));
        CallCheckpoint continued = continued(before);
        try (LocalStore store = TestStore.open(data)) {
            say(store, before);
            say(store, continued);
        }
        try (LocalStore next = TestStore.open(data)) {
            assertThat(next.checkpoints().left()).containsExactly(continued);
            assertThat(next.checkpoints().owed()).containsExactly(before.owed());
        }
    }

    /// Its ports may be another call's by then.
    @Test
    void aCallThatWasTakenUpAndIsOverIsNotTakenUpOnceMoreThoughItsOutcomeIsStillOwed() throws Exception {
        CallCheckpoint before = checkpoint(1, kept(ANNOUNCED));
        CallCheckpoint continued = continued(before);
        leave(before);
        try (LocalStore next = TestStore.open(data)) {
            assertThat(next.checkpoints().left()).containsExactly(before);
            CountDownLatch written = new CountDownLatch(1);
            next.checkpoints().changed(continued.facts().call(), new CallCheckpoints.Telling() {
                @Override
                public LeftCall now() {
                    return continued;
                }

                @Override
                public void settled() {
                    written.countDown();
                }
            });
            assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
            next.checkpoints().over(continued.facts().call());
        }
        try (LocalStore last = TestStore.open(data)) {
            assertThat(last.checkpoints().left()).isEmpty();
            assertThat(last.checkpoints().owed()).containsExactly(before.owed());
        }
    }

    private static CallCheckpoint continued(CallCheckpoint before) {
        CallCheckpoint after = checkpoint(2, kept(ANNOUNCED));
        return new CallCheckpoint(
                before.facts().continuedAs(after.facts().call()),
                after.answeredAt(),
                after.standing(),
                after.dialog(),
                after.agreed(),
                after.media());
    }

    @Test
    void anOutcomeIsOwedUntilItIsToldHoweverManyProcessesDie() throws Exception {
        leave(checkpoint(1, kept(EXEMPTED)).owed());
        for (int start = 0; start < 2; start++) {
            try (LocalStore next = TestStore.open(data)) {
                assertThat(next.checkpoints().left()).isEmpty();
                assertThat(next.checkpoints().owed())
                        .containsExactly(checkpoint(1, kept(EXEMPTED)).owed());
            }
        }
        try (LocalStore last = TestStore.open(data)) {
            last.checkpoints().over(new CallId("%032x".formatted(1)));
        }
        assertThat(data.resolve("calls.checkpoint")).doesNotExist();
    }

    @Test
    void aMinuteAfterTheKillNothingIsTakenUpAndTheOutcomesAreOwed() throws Exception {
        leave(checkpoint(1, kept(ANNOUNCED)));
        assertThat(LocalStore.hasLeftCalls(StoreSettings.at(data))).isTrue();
        Files.setLastModifiedTime(
                data.resolve("calls.checkpoint"),
                FileTime.from(Instant.now().minus(CheckpointKeeper.AGE_MAX).minusSeconds(5)));
        assertThat(LocalStore.hasLeftCalls(StoreSettings.at(data))).isFalse();
        try (LocalStore next = TestStore.open(data)) {
            assertThat(next.checkpoints().left()).isEmpty();
            assertThat(next.checkpoints().owed())
                    .containsExactly(checkpoint(1, kept(ANNOUNCED)).owed());
        }
    }

    @Test
    void whatCouldNotBeWrittenIsToldByTheGaugeAndWrittenAsSoonAsItCanBe() throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        Path inTheWay = Files.createDirectories(data.resolve("calls.checkpoint.part/full"));
        try (LocalStore store = TestStore.open(StoreSettings.at(data), metrics)) {
            say(store, checkpoint(1, kept(ANNOUNCED)));
            await().until(() ->
                    metrics.get("koegura.call.checkpoints.failed").counter().count() > 1);
            assertThat(oldestUnwritten(metrics)).isEqualTo((double) NOW.getEpochSecond());
            Files.delete(inTheWay);
            await().until(() -> oldestUnwritten(metrics) == 0);
            assertThat(left(killed("killed"))).containsExactly(checkpoint(1, kept(ANNOUNCED)));
        }
    }

    private static double oldestUnwritten(SimpleMeterRegistry metrics) {
        return metrics.get("koegura.call.checkpoints.oldest.unwritten.timestamp")
                .gauge()
                .value();
    }

    @Test
    void theFileStaysAsSmallAsWhatItSays() throws Exception {
        leave(checkpoint(1, kept(ANNOUNCED)));
        KeyCabinet keys = KeyCabinet.open(new Layout(data), new Medium(data), new SecureRandom());
        Path own = data.resolveSibling("own.checkpoint");
        CallId call = new CallId("%032x".formatted(1));
        byte[] state = CheckpointWords.of(checkpoint(1, kept(ANNOUNCED)));
        try (CheckpointFile log = new CheckpointFile(own, keys, new SecureRandom())) {
            log.begin(Map.of());
            for (int i = 0; i < 3 * CheckpointFile.LOG_BYTES_MAX / state.length; i++) {
                log.add(Map.of(call, state));
                assertThat(Files.size(own)).isLessThan(CheckpointFile.LOG_BYTES_MAX + 2L * state.length + 1024);
            }
            assertThat(CheckpointFile.read(own, keys)).containsOnlyKeys(call);
        }
    }

    @Test
    void aCallWhoseStateCannotBeToldTakesNothingFromTheOthers() throws Exception {
        try (LocalStore store = TestStore.open(data)) {
            store.checkpoints().changed(new CallId("%032x".formatted(9)), CallCheckpointsTest::broken);
            say(store, checkpoint(1, kept(ANNOUNCED)));
        }
        assertThat(left(data)).containsExactly(checkpoint(1, kept(ANNOUNCED)));
    }

    private static @Nullable CallCheckpoint broken() {
        throw new IllegalStateException("a fault of ours");
    }
}
