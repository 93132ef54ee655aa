package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.storageclient.CheckpointSamples.ANNOUNCED;
import static org.koegura.storageclient.CheckpointSamples.ATTESTED;
import static org.koegura.storageclient.CheckpointSamples.EXEMPTED;
import static org.koegura.storageclient.CheckpointSamples.PROMPT;
import static org.koegura.storageclient.CheckpointSamples.checkpoint;
import static org.koegura.storageclient.CheckpointSamples.continued;
import static org.koegura.storageclient.CheckpointSamples.kept;
import static org.koegura.storageclient.CheckpointSamples.leave;
import static org.koegura.storageclient.CheckpointSamples.left;
import static org.koegura.storageclient.CheckpointSamples.say;
import static org.koegura.storageclient.CheckpointSamples.standing;
import static org.koegura.storageclient.CheckpointSamples.underSrtp;
import static org.koegura.storageclient.CheckpointSamples.unrecorded;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;

/// What a process leaves of its calls when it dies, as the next one finds it.
final class CallCheckpointsTest {

    private final Path data;

    CallCheckpointsTest(@TempDir Path folder) {
        data = folder.resolve("data");
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

    @Test
    void whatIsSaidOfACallIsFoundByTheNextProcessWordForWord() throws Exception {
        CallCheckpoint announced = checkpoint(1, kept(ANNOUNCED));
        CallCheckpoint exempted = checkpoint(2, kept(EXEMPTED));
        CallCheckpoint attested = checkpoint(5, kept(ATTESTED));
        CallCheckpoint untold = oral(checkpoint(6, unrecorded(Unrecorded.NOT_ATTESTED)));
        CallCheckpoint notified = checkpoint(3, new CallCheckpoint.Standing(PROMPT, null, null, false, null));
        CallCheckpoint bypassed = checkpoint(4, unrecorded(Unrecorded.BYPASS_NUMBER));
        try (LocalStore store = TestStore.open(data)) {
            List.of(announced, exempted, standing(7), attested, untold, notified, bypassed)
                    .forEach(call -> say(store, call));
            AtomicInteger at = new AtomicInteger();
            await().untilAsserted(() -> assertThat(left(killed("killed-" + at.incrementAndGet())))
                    .containsExactlyInAnyOrder(announced, exempted, standing(7), attested, untold, notified, bypassed));
        }
    }

    private static CallCheckpoint oral(CallCheckpoint of) {
        return new CallCheckpoint(
                of.facts().decided(new CallFacts.Decided("ef".repeat(32), new NoticeDecision.Oral(), false)),
                of.answeredAt(),
                of.standing(),
                of.dialog(),
                of.agreed(),
                of.media());
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
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        assertThat(left(data)).hasSize(1);
        assertThat(left(data)).hasSize(1);
        try (LocalStore store = TestStore.open(data)) {
            store.checkpoints().over(new CallId("%032x".formatted(1)));
        }
        assertThat(left(data)).isEmpty();
    }

    @Test
    void nobodyReadsAWordOfItWithoutTheKeyAndOnlyItsOwnerMayOpenIt() throws Exception {
        leave(data, checkpoint(1, kept(EXEMPTED)));
        Path file = data.resolve("calls.checkpoint");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes).startsWith("KGRCALLA").doesNotContain("example.com", "+81990123456", "because", "operator");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        assertThat(checkpoint(1, kept(EXEMPTED)).toString()).doesNotContain("example", "990123456", "because");
        assertThat(standing(1).toString()).doesNotContain("990123456");
    }

    @Test
    void keysAreInNoTextThatIsNotEncrypted() throws Exception {
        leave(data, underSrtp(1));
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
    void ofACallThatTheNextProcessTookUpOnlyTheOutcomeIsOwed() throws Exception {
        CallCheckpoint before = checkpoint(1, kept(ANNOUNCED));
        CallCheckpoint continued = continued(before, 2);
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
        CallCheckpoint continued = continued(before, 2);
        leave(data, before);
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

    @Test
    void anOutcomeIsOwedUntilItIsToldHoweverManyProcessesDie() throws Exception {
        leave(data, checkpoint(1, kept(EXEMPTED)).owed());
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
    void whatCouldNotBeWrittenIsToldByTheGaugeAndWrittenAsSoonAsItCanBe() throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        Path inTheWay = Files.createDirectories(data.resolve("calls.checkpoint.part/full"));
        try (LocalStore store = TestStore.open(StoreSettings.at(data), metrics)) {
            say(store, checkpoint(1, kept(ANNOUNCED)));
            await().until(() ->
                    metrics.get("koegura.call.checkpoints.failed").counter().count() > 1);
            assertThat(oldestUnwritten(metrics)).isEqualTo((double) TestStore.NOW.getEpochSecond());
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
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        KeyCabinet keys = KeyCabinet.open(new Layout(data), new Medium(data), new SecureRandom());
        Path own = data.resolveSibling("own.checkpoint");
        CallId call = new CallId("%032x".formatted(1));
        byte[] state = CheckpointWords.of(checkpoint(1, kept(ANNOUNCED)));
        try (CheckpointFile log = new CheckpointFile(own, keys, new SecureRandom(), Boot.current())) {
            log.begin(Map.of());
            for (int i = 0; i < 3 * CheckpointFile.LOG_BYTES_MAX / state.length; i++) {
                log.add(Map.of(call, CheckpointFile.State.own(state)));
                assertThat(Files.size(own)).isLessThan(CheckpointFile.LOG_BYTES_MAX + 2L * state.length + 1024);
            }
            assertThat(CheckpointFile.read(own, keys).states()).containsOnlyKeys(call);
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
