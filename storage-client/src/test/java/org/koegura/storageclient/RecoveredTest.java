package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.RecordingSink.Closing;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.storageclient.LocalStore.Recovered;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.packets.AesGcmChunks;
import org.koegura.storageclient.packets.ChunkCipher;

/// What a start reports of a recording that was left open, and that it does so until somebody took it (R4, R5).
class RecoveredTest {

    @TempDir
    Path data;

    @Test
    void anInterruptedCallHasTheFactsOfItsOpeningAndTheAccountsOfWhatIsOnDisk() throws StoreFault {
        Opening opening = opening(id(1));
        leaveOpen(opening);

        try (LocalStore store = TestStore.open(data)) {
            CallOutcome outcome = store.recovered().getFirst().outcome();
            assertThat(outcome.facts()).isEqualTo(opening.facts());
            assertThat(outcome.answeredAt()).isEqualTo(opening.answeredAt());
            assertThat(outcome.endedAt()).isEqualTo(STARTED.plusMillis(20));
            assertThat(outcome.reason()).isEqualTo(EndReason.INTERRUPTED);
            assertThat(outcome.result()).isEqualTo(CallOutcome.Result.PARTIAL);
            assertThat(outcome.basis()).isEqualTo(opening.basis());
            assertThat(outcome.seal()).isEqualTo(store.recovered().getFirst().seal());
            assertThat(outcome.accounts())
                    .containsExactly(
                            new StreamAccount(Leg.INSIDE, 2, 2, 0, Map.of()),
                            new StreamAccount(Leg.OUTSIDE, 0, 0, 0, Map.of()));
        }
    }

    @Test
    void anAnnouncedCallHasItsNoticeButNotTheWordsOfThePrompt() throws StoreFault {
        Opening plain = opening(id(1));
        leaveOpen(new Opening(
                plain.recording(), plain.facts(), announced("words"), plain.formats(), plain.answeredAt(), STARTED));

        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered().getFirst().outcome().basis()).isEqualTo(announced(""));
        }
    }

    @Test
    void aPromptThatWasEncodedElsewhereIsNamedByTheHashOfWhatWasSentToo() throws StoreFault {
        NoticeProof made = ((CaptureBasis.Announced) announced("")).proof();
        CaptureBasis encoded = new CaptureBasis.Announced(new NoticeProof(
                made.prompt(),
                new AudioFormat(18, "G729", 8_000, 20),
                made.ssrc(),
                made.firstSequence(),
                made.lastSequence(),
                made.packets(),
                made.startedAt(),
                made.endedAt(),
                made.attempt(),
                made.receiverReports(),
                "cd".repeat(32)));
        Opening plain = opening(id(1));
        leaveOpen(new Opening(plain.recording(), plain.facts(), encoded, plain.formats(), plain.answeredAt(), STARTED));

        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered().getFirst().outcome().basis()).isEqualTo(encoded);
        }
    }

    @Test
    void theThirdGroundPointsToTheJournalForItsText() throws StoreFault {
        Opening plain = opening(id(1));
        leaveOpen(new Opening(
                plain.recording(), plain.facts(), special("why"), plain.formats(), plain.answeredAt(), STARTED));

        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered().getFirst().outcome().basis()).isEqualTo(special("see the journal"));
        }
    }

    @Test
    void aSealingCutBeforeItsMoveKeepsTheOutcomeThatItsWriterSealed() throws StoreFault, IOException {
        Closing closing = new Closing(
                opening(id(1)).basis(),
                STARTED.plusSeconds(3),
                EndReason.MEDIA_SILENT,
                List.of(
                        new StreamAccount(Leg.INSIDE, 2, 0, 0, Map.of(StreamAccount.Withheld.BEFORE_NOTICE, 2L)),
                        new StreamAccount(Leg.OUTSIDE, 1, 1, 0, Map.of())),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        Seal seal;
        try (LocalStore store = TestStore.open(data)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            append(open, Leg.OUTSIDE, 0, (byte) 1);
            seal = open.seal(closing);
        }
        Files.move(Path.of(seal.location()), new Layout(data).openFolder(id(1)));

        try (LocalStore store = TestStore.open(data)) {
            CallOutcome outcome = store.recovered().getFirst().outcome();
            assertThat(outcome.seal()).isEqualTo(seal);
            assertThat(outcome.endedAt()).isEqualTo(closing.endedAt());
            assertThat(outcome.reason()).isEqualTo(EndReason.MEDIA_SILENT);
            assertThat(outcome.result()).isEqualTo(CallOutcome.Result.COMPLETE);
            assertThat(outcome.accounts()).isEqualTo(closing.accounts());
        }
    }

    @Test
    void whatNobodyAcknowledgedIsReportedAgainAsTheSame() throws StoreFault {
        leaveOpen(opening(id(1)));
        Recovered first;
        try (LocalStore store = TestStore.open(data)) {
            first = store.recovered().getFirst();
            assertThat(store.store().find(id(1))).isEmpty();
        }

        try (LocalStore later = openLater()) {
            assertThat(later.recovered()).hasSize(1);
            Recovered again = later.recovered().getFirst();
            assertThat(again.outcome()).isEqualTo(first.outcome());
            again.acknowledge();
            again.acknowledge();
            assertThat(later.store().find(id(1))).contains(first.seal());
            later.store().playback(id(1));
        }
        assertThat(new Layout(data).open()).isEmptyDirectory();
        try (LocalStore last = openLater()) {
            assertThat(last.recovered()).isEmpty();
        }
    }

    @Test
    void whatCannotBeMovedStaysForTheNextStart() throws StoreFault, IOException {
        leaveOpen(opening(id(1)));
        Path inTheWay = new Layout(data).recordings().resolve("2026");
        try (LocalStore store = TestStore.open(data)) {
            Recovered recovered = store.recovered().getFirst();
            Files.createFile(inTheWay);
            assertThatExceptionOfType(StoreFault.Unreachable.class)
                    .isThrownBy(recovered::acknowledge)
                    .withMessageContaining(inTheWay + " is a file where a folder is needed");
        }
        Files.delete(inTheWay);

        try (LocalStore store = TestStore.open(data)) {
            store.recovered().getFirst().acknowledge();
            assertThat(store.store().find(id(1))).isPresent();
        }
    }

    @Test
    void aRecordingThatItsWriterSealedIsNotReported() throws StoreFault {
        try (LocalStore store = TestStore.open(data)) {
            store.sink().open(opening(id(1))).seal(closing(0, 0, 1));
        }
        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered()).isEmpty();
        }
    }

    /// Two packets on the inside leg, 20 ms apart, and no seal: as after a kill.
    /// The one of a call of hours is read for long.
    @Test
    void anEndOfTheProcessWithinARecordingLeavesItToTheNextStart() throws StoreFault {
        leaveOpen(opening(id(1)));
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        ChunkCipher.Kind ending = (key, header) -> new Seen(new AesGcmChunks(key, header), () -> {
            Thread.currentThread().interrupt();
        });
        try (LocalStore store = open(metrics, ending)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(store.recovered()).isEmpty();
            assertThat(store.unrecovered()).containsExactly(id(1));
            assertThat(recoveries(metrics, "failed")).as("it is no fault").isZero();
        }
        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered()).hasSize(1);
            assertThat(store.unrecovered()).isEmpty();
        }
    }

    @Test
    void aFaultOfOursInOneRecordingKeepsNoOtherOpen() throws StoreFault {
        leaveOpen(opening(id(1)));
        leaveOpen(opening(id(2)));
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        AtomicInteger files = new AtomicInteger();
        ChunkCipher.Kind failing = (key, header) -> {
            boolean first = files.getAndIncrement() == 0;
            return new Seen(new AesGcmChunks(key, header), () -> {
                if (first) {
                    throw new IllegalStateException("a fault of ours");
                }
            });
        };
        try (LocalStore store = open(metrics, failing)) {
            assertThat(store.unrecovered()).containsExactly(id(1));
            assertThat(store.recovered())
                    .extracting(recovered -> recovered.seal().recording())
                    .containsExactly(id(2));
            assertThat(recoveries(metrics, "failed")).isEqualTo(1);
        }
    }

    /// Something happens with each chunk that is read.
    private record Seen(ChunkCipher cipher, Runnable with) implements ChunkCipher {
        @Override
        public void seal(long index, boolean last, ByteBuffer plain, ByteBuffer sealed) {
            cipher.seal(index, last, plain, sealed);
        }

        @Override
        public boolean open(long index, boolean last, ByteBuffer sealed, ByteBuffer plain) {
            with.run();
            return cipher.open(index, last, sealed, plain);
        }
    }

    private LocalStore open(SimpleMeterRegistry metrics, ChunkCipher.Kind ciphers) throws StoreFault {
        return LocalStore.open(
                StoreSettings.at(data), new SecureRandom(), new VirtualClock(TestStore.NOW), metrics, ciphers);
    }

    private static double recoveries(SimpleMeterRegistry metrics, String outcome) {
        return metrics.get("koegura.storage.recoveries")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private void leaveOpen(Opening opening) throws StoreFault {
        try (LocalStore store = TestStore.open(data)) {
            OpenRecording open = store.sink().open(opening);
            append(open, Leg.INSIDE, 0, (byte) 1);
            append(open, Leg.INSIDE, 1, (byte) 1);
            open.flush();
        }
    }

    private LocalStore openLater() throws StoreFault {
        return LocalStore.open(
                StoreSettings.at(data),
                new SecureRandom(),
                new VirtualClock(TestStore.NOW.plus(Duration.ofHours(1))),
                new SimpleMeterRegistry());
    }

    private static CaptureBasis announced(String words) {
        return new CaptureBasis.Announced(new NoticeProof(
                new Prompt("notice-ja-1", "ja", words, "ab".repeat(32)),
                new AudioFormat(0, "PCMU", 8_000, 20),
                4_000_000_000L,
                65_530,
                340,
                347,
                STARTED.minusSeconds(7),
                STARTED.minusNanos(1),
                2,
                List.of(new ReceiverReport(STARTED.minusSeconds(1), 3, -4, 66_000, 5))));
    }

    private static CaptureBasis special(String text) {
        return new CaptureBasis.Exempted(
                new Exemption(Ground.SPECIAL, text, "operator", STARTED.minusSeconds(1), Exemption.Channel.CONSOLE),
                Stage.RINGING);
    }
}
