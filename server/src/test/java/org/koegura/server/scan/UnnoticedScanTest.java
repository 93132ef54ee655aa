package org.koegura.server.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.exempted;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.packet;
import static org.koegura.callmodel.RecordingStoreContract.peer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.RecordingSink.Closing;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.storageclient.LocalStore;
import org.koegura.storageclient.StoreSettings;
import org.koegura.verifier.VerifyCommand;

/// What the real store sealed is scanned: that a recording which no gate held back would be counted is shown with
/// recordings that no gate would let come about.
class UnnoticedScanTest {

    private static final Instant NOW = Instant.parse("2999-01-01T00:00:00Z"); // later than any folder was changed

    @TempDir
    Path data;

    private final List<JournalEntry> journalled = new ArrayList<>();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private LocalStore store;

    @BeforeEach
    void openStore() throws StoreFault {
        store = LocalStore.open(
                StoreSettings.at(data), new SecureRandom(), Clock.systemUTC(), new SimpleMeterRegistry());
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void aFirstPacketBeforeTheLastOfTheNoticeIsCountedJournalledAndRejected() throws Exception {
        announced(id(1), STARTED.plusMillis(100), STARTED.plusMillis(90));

        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
        }

        assertThat(unnoticed()).isEqualTo(1);
        assertThat(metrics.get("koegura.unnoticed.recordings")
                        .tag("direction", "in")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(scanned("unnoticed")).isEqualTo(1);
        JournalEntry entry = journalled.getFirst();
        assertThat(entry.act()).isEqualTo("recording.unnoticed");
        assertThat(entry.subject()).isEqualTo(id(1).value());
        assertThat(entry.details().get("why"))
                .isEqualTo("packet 1 of the recording (outside) arrived at " + STARTED.plusMillis(90)
                        + ", not after the notice ended at " + STARTED.plusMillis(100));
        assertThat(verify()).contains("not after the notice ended at").contains("\nFAILED");
    }

    @Test
    void packetsAfterTheNoticeAreNotCounted() throws Exception {
        announced(id(1), STARTED.minusMillis(1), STARTED.plusMillis(20));
        round();
        assertThat(unnoticed()).isZero();
        assertThat(scanned("justified")).isEqualTo(1);
        assertThat(verify()).contains("\nVERIFIED");
    }

    @Test
    void anExemptedRecordingIsNotCounted() throws Exception {
        exempt(id(1));
        round();
        assertThat(unnoticed()).isZero();
        assertThat(scanned("justified")).isEqualTo(1);
        assertThat(journalled).isEmpty();
    }

    /// Another fault, which is told as that once it was tried twice.
    @Test
    void aDamagedRecordingIsToldAndNotCounted() throws Exception {
        announced(id(1), STARTED.minusMillis(1), STARTED.plusMillis(20));
        exempt(id(2));
        Path file = folder(id(1)).resolve("packets.kgr");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
            assertThat(scanned("unreadable")).isZero();
            scan.round();
            scan.round();
        }

        assertThat(scanned("unreadable")).isEqualTo(1);
        assertThat(scanned("justified")).as("it holds nothing else up").isEqualTo(1);
        assertThat(unnoticed()).isZero();
        assertThat(journalled).isEmpty();
    }

    /// As one is that was copied back for another user.
    @Test
    void aDayThatCannotBeLookedAtHoldsUpNoOtherAndIsLookedAtAgain() throws Exception {
        exempt(id(1));
        exempt(id(2));
        Path day = folder(id(1)).resolve("..").normalize();
        Path other = Files.createDirectories(day.resolveSibling("23"));
        Files.move(folder(id(1)), other.resolve(id(1).value()));
        Path away = Files.move(day, day.resolveSibling("aside"));
        Files.createSymbolicLink(day, day); // leads nowhere

        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
            assertThat(scanned("justified")).as("of the other day").isEqualTo(1);
            Files.delete(day);
            Files.move(away, day);
            scan.round();
        }
        assertThat(scanned("justified")).isEqualTo(2);
    }

    @Test
    void eachIsReadOnceWhenItCameAlsoAcrossRestarts() throws Exception {
        exempt(id(1));
        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
            scan.round();
            exempt(id(2));
            scan.round();
            scan.round();
        }
        assertThat(scanned("justified")).isEqualTo(2);

        SimpleMeterRegistry next = new SimpleMeterRegistry();
        exempt(id(3));
        try (UnnoticedScan scan = scan(next)) {
            scan.round();
            scan.round();
        }
        assertThat(next.get("koegura.scanned.recordings")
                        .tag("result", "justified")
                        .counter()
                        .count())
                .as("the one that came since")
                .isEqualTo(1);
    }

    /// As long as it is kept, a restart does not silence the alert.
    @Test
    void oneThatIsUnnoticedIsCountedAgainByTheNextStart() throws Exception {
        announced(id(1), STARTED.plusMillis(100), STARTED.plusMillis(90));
        round();
        round();
        assertThat(unnoticed()).isEqualTo(2);
    }

    @Test
    void aListThatCannotBeReadCostsOnlyWork() throws Exception {
        exempt(id(1));
        round();
        Files.write(data.resolve("recordings.scanned"), new byte[] {(byte) 0xFF, 1, 2});
        round();
        round();
        assertThat(scanned("justified")).isEqualTo(2);
    }

    @Test
    void aListOfAnotherFormatIsNotBelieved() throws Exception {
        exempt(id(1));
        Files.write(data.resolve("recordings.scanned"), List.of("koegura-recordings-scanned/2", id(1).value()));
        round();
        assertThat(scanned("justified")).isEqualTo(1);
    }

    /// What is kept of a recording ends with it, so that memory does not grow with all that ever was.
    @Test
    void oneThatWentAndCameBackIsReadAgain() throws Exception {
        exempt(id(1));
        Path away = data.resolve("away");
        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
            Files.move(folder(id(1)), away);
            scan.round();
            Files.move(away, folder(id(1)));
            scan.round();
        }
        assertThat(scanned("justified")).isEqualTo(2);
    }

    @Test
    void whatWasOverwrittenLeavesTheList() throws Exception {
        exempt(id(1));
        exempt(id(2));
        round();
        List<String> scanned = new ArrayList<>(List.of("koegura-recordings-scanned/1", id(1).value(), id(2).value()));
        assertThat(data.resolve("recordings.scanned")).content().hasLineCount(3);
        for (int gone = 10; gone < 2000; gone++) {
            scanned.add(id(gone).value());
        }
        Files.write(data.resolve("recordings.scanned"), scanned);
        round();
        assertThat(Files.readAllLines(data.resolve("recordings.scanned")))
                .containsExactlyInAnyOrder("koegura-recordings-scanned/1", id(1).value(), id(2).value());
    }

    @Test
    void whatIsNotSealedYetIsNotLookedAt() throws Exception {
        OpenRecording open = store.sink().open(opening(id(1)));
        append(open, Leg.INSIDE, 0, (byte) 1);
        open.flush();
        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
            assertThat(metrics.get("koegura.scanned.recordings").counters()).allMatch(counter -> counter.count() == 0);
            open.seal(closing(1, 0, 1));
            scan.round();
        }
        assertThat(scanned("justified")).isEqualTo(1);
    }

    @Test
    void itRunsByItselfUntilItIsClosed() throws Exception {
        exempt(id(1));
        UnnoticedScan scan = UnnoticedScan.start(data, journalled::add, Clock.systemUTC(), metrics);
        await().atMost(Duration.ofSeconds(20)).until(() -> scanned("justified") == 1);
        scan.close();
        scan.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("notice-scan"));
    }

    private void round() throws InterruptedException {
        try (UnnoticedScan scan = scan(metrics)) {
            scan.round();
        }
    }

    private UnnoticedScan scan(SimpleMeterRegistry registry) {
        return new UnnoticedScan(data, journalled::add, new VirtualClock(NOW), registry);
    }

    /// Two packets, the second of which is the earlier one. The store lets no capture start before the end of the
    /// notice; when a packet came it is only told.
    private void announced(RecordingId recording, Instant noticeEnd, Instant earliest) throws StoreFault {
        Opening usual = opening(recording);
        Prompt prompt = new Prompt("notice-ja-1", "ja", "", "ab".repeat(32));
        CaptureBasis basis = new CaptureBasis.Announced(new NoticeProof(
                prompt,
                usual.formats().getFirst().format(),
                0x5EED,
                1,
                50,
                50,
                noticeEnd.minusSeconds(1),
                noticeEnd,
                1,
                List.of()));
        OpenRecording open = store.sink()
                .open(new Opening(
                        recording,
                        usual.facts(),
                        basis,
                        usual.formats(),
                        usual.answeredAt(),
                        noticeEnd.isAfter(STARTED) ? noticeEnd : STARTED));
        append(open, Leg.INSIDE, 10, (byte) 1);
        open.append(Leg.OUTSIDE, nanos(earliest), peer(), ours(), ByteBuffer.wrap(packet(1, (byte) 1)));
        seal(open, basis);
    }

    private void exempt(RecordingId recording) throws StoreFault {
        OpenRecording open = store.sink().open(opening(recording));
        append(open, Leg.INSIDE, 10, (byte) 1);
        append(open, Leg.OUTSIDE, 0, (byte) 1);
        seal(open, exempted(opening(recording).answeredAt()));
    }

    private static void seal(OpenRecording open, CaptureBasis basis) throws StoreFault {
        open.flush();
        Closing usual = closing(1, 1, 1);
        open.seal(new Closing(
                basis,
                usual.endedAt(),
                usual.end(),
                usual.accounts(),
                usual.gaps(),
                usual.spans(),
                usual.beside(),
                usual.replays()));
    }

    private Path folder(RecordingId recording) {
        return data.resolve("recordings/2026/11/24").resolve(recording.value());
    }

    private String verify() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        var _ = VerifyCommand.run(List.of(data.toString()), to, to);
        return out.toString(StandardCharsets.UTF_8);
    }

    private double unnoticed() {
        return metrics.get("koegura.unnoticed.recordings").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private double scanned(String result) {
        return metrics.get("koegura.scanned.recordings")
                .tag("result", result)
                .counter()
                .count();
    }
}
