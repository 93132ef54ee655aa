package org.koegura.governance.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.JournalContract;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.governance.journal.FaultyChannel.Fault;

/// The journal on a real file: what it keeps, what it notices, what it refuses.
class FileJournalTest extends JournalContract {

    private static final Instant WHEN = Instant.parse("2026-11-24T01:02:03.5Z");
    private static final String SUBJECT = "77ab00000000000000000000000000ff";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    private final MemoryMark mark = new MemoryMark();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    private @Nullable FileJournal open;

    @AfterEach
    void close() {
        if (open != null) {
            open.close();
        }
    }

    @Override
    protected FileJournal journal() throws JournalRefused {
        if (open == null) {
            open = FileJournal.open(
                    directory,
                    mark,
                    new VirtualClock(WHEN),
                    registry,
                    List.of("exemption.flag", "journal.open"),
                    (file, options, attributes) ->
                            new FaultyChannel(FileChannel.open(file, options, attributes), fault));
        }
        return open;
    }

    @Override
    protected List<JournalEntry> kept() throws IOException {
        close();
        open = null;
        return lines().stream()
                .map(JournalLine::entry)
                .filter(entry -> !entry.act().equals("journal.open"))
                .toList();
    }

    @Test
    void aLineIsWhatTheFormatPageSays() throws Exception {
        journal()
                .append(new JournalEntry(
                        WHEN, "operator", "exemption.flag", SUBJECT, Map.of("stage", "notice", "ground", "1")));

        String second = Files.readAllLines(file()).get(1);
        String hashed = second.substring(0, second.lastIndexOf(",\"hash\":"));
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8)));
        assertThat(second)
                .matches("\\{\"seq\":2,\"at\":\"2026-11-24T01:02:03.500000000Z\",\"actor\":\"operator\","
                        + "\"act\":\"exemption.flag\",\"subject\":\"" + SUBJECT + "\","
                        + "\"details\":\\{\"ground\":\"1\",\"stage\":\"notice\"},"
                        + "\"previous\":\"[0-9a-f]{64}\",\"hash\":\"" + hash + "\"}");
        assertThat(Files.readAllLines(file()).getFirst()).contains("\"previous\":\"" + "0".repeat(64) + "\"");
    }

    @Test
    void theChainGoesOnAfterARestartAndSaysThatItStarted() throws Exception {
        append(3);
        restart();
        append(1);

        assertThat(lines())
                .extracting(line -> line.entry().act())
                .containsExactly("journal.open", "test.act", "test.act", "test.act", "journal.open", "test.act");
        assertThat(lines().get(4).entry().details())
                .containsEntry("entries", "4")
                .containsEntry("cutBytes", "0");
    }

    @Test
    void aTailCutByACrashIsRemovedAndTheFirstEntrySaysSo() throws Exception {
        append(2);
        close();
        Files.writeString(file(), "{\"seq\":4,\"at\":\"2026", StandardOpenOption.APPEND);

        restart();

        assertThat(lines()).hasSize(4);
        assertThat(lines().getLast().entry().details()).containsEntry("cutBytes", "19");
    }

    @Test
    void anEditedEntryIsFoundByItsNumber() throws Exception {
        append(5);
        edit(lines -> lines.set(2, lines.get(2).replace("\"number\":\"1\"", "\"number\":\"9\"")));

        assertRefused("entry 3", "edited");
    }

    @Test
    void anEditedEntryWithItsHashMadeAnewIsFoundAtTheNext() throws Exception {
        append(5);
        edit(lines -> {
            String edited = lines.get(2).replace("\"number\":\"1\"", "\"number\":\"9\"");
            String hashed = edited.substring(0, edited.lastIndexOf(",\"hash\":"));
            lines.set(2, hashed + ",\"hash\":\"" + sha256(hashed) + "\"}");
        });

        assertRefused("entry 4", "does not follow");
    }

    @Test
    void aRemovedEntryIsFound() throws Exception {
        append(5);
        edit(lines -> lines.remove(2));

        assertRefused("entry 3", "removed or moved");
    }

    @Test
    void twoEntriesInWrongOrderAreFound() throws Exception {
        append(5);
        edit(lines -> Collections.swap(lines, 2, 3));

        assertRefused("entry 3", "removed or moved");
    }

    @Test
    void entriesRemovedFromTheEndAreFoundByWhatTheDatabaseKnows() throws Exception {
        append(5);
        edit(List::removeLast);

        assertRefused("holds 5 entries", "knows of 6");
    }

    @Test
    void aCutInsideAnAcknowledgedEntryIsNotTakenForACrash() throws Exception {
        append(5);
        close();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 10);
        }
        byte[] before = Files.readAllBytes(file());

        assertRefused("holds 5 entries", "knows of 6");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void aJournalRewrittenFromItsStartIsFoundByWhatTheDatabaseKnows() throws Exception {
        append(5);
        close();
        Mark known = mark.load();
        Files.delete(file());
        mark.save(Mark.START);
        open = null;
        append(1);
        append(5);
        close();
        mark.save(known);

        assertRefused("entry 6", "rewritten");
    }

    @Test
    void aJournalThatIsAheadOfTheDatabaseIsProjected() throws Exception {
        journal();
        await().until(() -> mark.load().entries() == 1);
        mark.fail(true);
        append(3);
        close();
        assertThat(mark.load().entries()).isEqualTo(1);
        mark.fail(false);

        restart();

        await().until(() -> mark.load().entries() == 5);
        assertThat(registry.counter("koegura.audit.projection.failures").count())
                .isEqualTo(3);
    }

    @Test
    void aHalfWrittenEntryIsRefusedAndLeavesNoTrace() throws Exception {
        append(2);
        fault.set(Fault.WRITE_HALF);

        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> append(1));
        append(1);

        assertThat(lines()).extracting(JournalLine::seq).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void anEntryThatCouldNotBeForcedIsRefusedAndCutOff() throws Exception {
        append(2);
        fault.set(Fault.FORCE);

        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> append(1));
        append(1);

        assertThat(lines()).extracting(JournalLine::seq).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aJournalMovedAwayWhileOpenTakesNoEntryUntilItIsBack() throws Exception {
        append(1);
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(file(), elsewhere);

        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> append(1));

        Files.move(elsewhere, file());
        append(1);
        assertThat(lines()).hasSize(3);
    }

    @Test
    void aJournalReplacedWhileOpenTakesNoEntry() throws Exception {
        append(1);
        Path copy = Files.copy(file(), directory.resolve("copy"));
        Files.move(copy, file(), StandardCopyOption.REPLACE_EXISTING);

        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> append(1));
        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> append(1));
    }

    @Test
    void aSecondJournalOnTheSameDirectoryIsRefused() throws Exception {
        journal();

        assertThatExceptionOfType(JournalRefused.InUse.class)
                .isThrownBy(() -> FileJournal.open(
                        directory, new MemoryMark(), new VirtualClock(WHEN), new SimpleMeterRegistry(), List.of()))
                .withMessageContaining("another Koegura uses");
    }

    @Test
    void theCheckOfARunningJournalNoticesAnEdit() throws Exception {
        append(3);
        assertThat(journal().check()).isTrue();
        assertThat(registry.get("koegura.audit.chain.valid").gauge().value()).isEqualTo(1);

        String text = Files.readString(file());
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(
                    text.replace("\"number\":\"1\"", "\"number\":\"7\"").getBytes(StandardCharsets.UTF_8)));
        }

        assertThat(journal().check()).isFalse();
        assertThat(registry.get("koegura.audit.chain.valid").gauge().value()).isZero();
    }

    @Test
    void entriesAreCountedByActAndUnknownActsTogether() throws Exception {
        assertThat(registry.find("koegura.audit.events").counters()).isEmpty();
        append(2);

        assertThat(events("exemption.flag")).isZero();
        assertThat(events("journal.open")).isEqualTo(1);
        assertThat(events("other")).isEqualTo(2);
    }

    @Test
    void onlyItsOwnerMayReadTheFile() throws Exception {
        journal();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aClosedJournalRefuses() throws Exception {
        FileJournal journal = journal();
        journal.close();

        assertThatExceptionOfType(JournalFault.class)
                .isThrownBy(() -> journal.append(new JournalEntry(WHEN, "a", "b", "c", Map.of())));
    }

    private void append(int entries) throws JournalFault, JournalRefused {
        for (int number : IntStream.range(0, entries).toArray()) {
            journal().append(new JournalEntry(WHEN, "operator", "test.act", SUBJECT, Map.of("number", "" + number)));
        }
    }

    private void restart() throws JournalRefused {
        close();
        open = null;
        journal();
    }

    private double events(String action) {
        return registry.get("koegura.audit.events")
                .tag("action", action)
                .counter()
                .count();
    }

    private Path file() {
        return directory.resolve("journal.jsonl");
    }

    private List<JournalLine> lines() throws IOException {
        List<JournalLine> lines = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file())) {
            assertThat(Chain.walk(in, Long.MAX_VALUE, 0, lines::add)).isInstanceOf(Chain.Verdict.Whole.class);
        }
        return lines;
    }

    private interface Edit {
        void apply(List<String> lines) throws Exception;
    }

    private void edit(Edit edit) throws Exception {
        close();
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));
        edit.apply(lines);
        Files.writeString(file(), String.join("\n", lines) + "\n");
    }

    private void assertRefused(String... words) {
        open = null;
        assertThatExceptionOfType(JournalRefused.Broken.class)
                .isThrownBy(this::journal)
                .satisfies(refused -> assertThat(Objects.requireNonNull(refused.getMessage()))
                        .contains(words)
                        .doesNotContain("\n"));
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
