package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.announcement.Announcement.Settings;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;

/// The city's own prompts, in a folder of its own (N4).
class OwnPromptsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private Announcement open(String... ids) throws PromptFault {
        return Announcement.open(Settings.defaults().playing(List.of(ids), folder));
    }

    private static Prompt played(Announcement announcement, String when) {
        CallFacts facts = new CallFacts(
                new CallId("77ab".repeat(8)),
                "a@example.com",
                Direction.INBOUND,
                new Party("sip:201@example.com"),
                new Party("tel:+81300000000"),
                Instant.parse(when));
        return ((NoticeDecision.Announce) announcement.desk().decide(facts)).prompt();
    }

    private static byte[] shipped() throws IOException {
        try (InputStream in = Objects.requireNonNull(PromptFiles.shipped().open("notice-en.wav"))) {
            return in.readAllBytes();
        }
    }

    private void index(String text) throws IOException {
        Files.writeString(folder.resolve(PromptShelf.INDEX), text, StandardCharsets.UTF_8);
    }

    private String entry(String id, byte[] wav, String more) throws Exception {
        Files.write(folder.resolve(id + ".wav"), wav);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wav));
        return "%1$s.file=%1$s.wav\n%1$s.language=ja\n%1$s.text=市の告知\n%1$s.sha256=%2$s\n%3$s".formatted(id, hash, more);
    }

    @Test
    void itIsPlayedOnItsDaysAndTheShippedOneOnAllOthers() throws Exception {
        index("prompts = city-1\n" + entry("city-1", shipped(), "city-1.from=2026-12-01\ncity-1.to=2027-03-31\n"));
        Announcement announcement = open("city-1");

        assertThat(played(announcement, "2026-11-30T14:59:59Z").id()).isEqualTo("notice-ja-1");
        assertThat(played(announcement, "2026-11-30T15:00:00Z").id()).isEqualTo("city-1");
        assertThat(played(announcement, "2027-03-31T15:00:00Z").id()).isEqualTo("notice-ja-1");
        assertThat(announcement
                        .source()
                        .frames(played(announcement, "2026-12-24T00:00:00Z"), new AudioFormat(0, "PCMU", 8000, 20)))
                .as("encoded ahead as all are")
                .isPresent();
        assertThat(announcement.prompts()).extracting(Prompt::id).endsWith("city-1");
    }

    @Test
    void whatCannotBeANoticeIsRefusedWithAllThatIsWrong() throws Exception {
        byte[] quiet = shipped();
        ByteBuffer samples = ByteBuffer.wrap(quiet).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 44; at + 1 < quiet.length; at += 2) {
            samples.putShort(at, (short) (samples.getShort(at) / 50));
        }
        index("prompts = city-1\n" + entry("city-1", quiet, ""));

        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageMatching("prompt 'city-1': its loudness is -5\\d\\.\\d LUFS; .*");
    }

    @Test
    void aUsedFileThatIsNoLongerTheOneOfTheIndexIsRefusedOnOneLineWithWhatToDo() throws Exception {
        index("prompts = city-1\n" + entry("city-1", shipped(), ""));
        Files.write(folder.resolve("city-1.wav"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Damaged.class)
                .hasMessageMatching("prompt 'city-1': city-1.wav in \\S+ has the SHA-256 .*; put the file back, or take"
                        + " the same sound in again \\(koegura prompt add\\); another needs a new name");
        Files.delete(folder.resolve("city-1.wav"));
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageMatching("the prompt file city-1.wav in \\S+ is not there; put the file back, or .*");
    }

    @Test
    void oneThatIsNotUsedKeepsNobodyFromStartingAndIsToldOnOneLine() throws Exception {
        index("prompts = city-1 city-2 city-3 city-4\n"
                + entry("city-1", shipped(), "")
                + entry("city-2", shipped(), "")
                + entry("city-3", shipped(), "city-3.from=soon\n")
                + entry("city-4", shipped(), ""));
        Files.write(folder.resolve("city-1.wav"), new byte[] {1, 2, 3});

        Announcement announcement = open("city-2");
        assertThat(played(announcement, "2026-12-24T00:00:00Z").id()).isEqualTo("city-2");
        assertThat(announcement.prompts())
                .extracting(Prompt::id)
                .as("others are not encoded")
                .endsWith("city-2")
                .hasSize(4);
        assertThat(announcement.unusedFaults()).hasSize(2);
        assertThat(announcement.unusedFaults().getFirst()).startsWith("prompt 'city-1': city-1.wav in ");
        assertThat(announcement.unusedFaults().getLast()).startsWith("city-3.from = 'soon' is no day");
        assertThatThrownBy(() -> open("city-2", "city-3")).hasMessageContaining("city-3.from");
        assertThat(open("city-2", "city-4").unusedFaults()).hasSize(2);
    }

    @Test
    void anIndexThatNobodyCanReadMattersOnlyToWhoNamesAPromptOfIt() throws Exception {
        String remedy = "put it back, or take the prompts in again without it (koegura prompt add)";
        assertThat(open("notice-en-1").unusedFaults())
                .singleElement()
                .asString()
                .contains(PromptShelf.INDEX, "is not there; " + remedy);
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageEndingWith(remedy);
        index("prompts = \\u00");
        assertThat(open().unusedFaults()).singleElement().asString().contains("is unreadable; " + remedy);
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Damaged.class)
                .hasMessageEndingWith(remedy);
    }

    @Test
    void whoNamesNoneOfThemIsToldWhatThereIs() throws Exception {
        index("prompts = city-1\n" + entry("city-1", shipped(), ""));
        assertThatThrownBy(() -> open("city-9"))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessage("no prompt is called 'city-9'; choose among"
                        + " [notice-ja-1, notice-ja-easy-1, notice-en-1, city-1]");
    }

    @Test
    void namesAndDaysAreLookedAt() throws Exception {
        index("prompts = notice-ja-1\n" + entry("notice-ja-1", shipped(), ""));
        assertThatThrownBy(() -> open())
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("two prompts are called 'notice-ja-1'");
        index("prompts = notice-en-1\n" + entry("notice-en-1", shipped(), ""));
        assertThat(open().unusedFaults()).singleElement().asString().contains("two prompts are called 'notice-en-1'");
        index("prompts = city-1\n" + entry("city-1", shipped(), "city-1.from=soon\n"));
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("city-1.from = 'soon' is no day");
        index("prompts = city-1\n" + entry("city-1", shipped(), "city-1.from=2027-04-01\ncity-1.to=2027-03-31\n"));
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("'city-1': its last day is before its first");
        index("prompts = city-1\n" + entry("city-1", shipped(), "city-1.text=\uFFFD\uFFFD\n"));
        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("prompt 'city-1': the words that it speaks are damaged");
    }

    @Test
    void noFileOutsideTheFolderIsRead() throws Exception {
        Files.createDirectory(folder.resolve("in"));
        Files.write(folder.resolve("out.wav"), shipped());
        assertThat(PromptFiles.in(folder.resolve("in")).open("../out.wav")).isNull();
        assertThat(PromptFiles.in(folder.resolve("in")).open("..")).isNull();
        assertThat(PromptFiles.in(folder).open("in/none.wav")).isNull();
        try (InputStream there = PromptFiles.in(folder).open("out.wav")) {
            assertThat(there).isNotNull();
        }
    }

    @Test
    void whatIsAddedIsPlayedAndListed() throws Exception {
        Path wav = Files.write(folder.resolve("from-the-studio.wav"), shipped());
        OwnPrompts own = new OwnPrompts(folder.resolve("prompts"));
        own.add(wav, Map.of(), new OwnPrompts.Entry("city-1", "ja", "市の告知です\\。", LocalDate.of(2026, 12, 1), null));
        own.add(
                wav,
                Map.of(),
                new OwnPrompts.Entry("city-2", "en", "This call is recorded.", null, LocalDate.of(2027, 3, 31)));

        assertThat(own.list())
                .extracting(OwnPrompts.Listed::entry)
                .containsExactly(
                        new OwnPrompts.Entry("city-1", "ja", "市の告知です\\。", LocalDate.of(2026, 12, 1), null),
                        new OwnPrompts.Entry(
                                "city-2", "en", "This call is recorded.", null, LocalDate.of(2027, 3, 31)));
        assertThat(own.list()).extracting(OwnPrompts.Listed::fault).containsOnlyNulls();
        Announcement announcement =
                Announcement.open(Settings.defaults().playing(List.of("city-1", "city-2"), folder.resolve("prompts")));
        assertThat(played(announcement, "2026-11-30T00:00:00Z").id()).isEqualTo("city-2");
        assertThat(played(announcement, "2026-12-01T00:00:00Z").text()).isEqualTo("市の告知です\\。");
    }

    @Test
    void whatIsNotFitChangesNothing() throws Exception {
        Path silent = Files.write(folder.resolve("silent.wav"), Arrays.copyOf(shipped(), 44));
        OwnPrompts own = new OwnPrompts(folder.resolve("prompts"));
        OwnPrompts.Entry entry = new OwnPrompts.Entry("city-1", "ja", "市の告知", null, null);
        assertThatThrownBy(() -> own.add(silent, Map.of(), entry)).isInstanceOf(PromptFault.class);
        assertThatThrownBy(() -> own.add(folder.resolve("none.wav"), Map.of(), entry))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageContaining("none.wav");
        assertThat(folder.resolve("prompts/" + PromptShelf.INDEX)).doesNotExist();

        Path wav = Files.write(folder.resolve("good.wav"), shipped());
        own.add(wav, Map.of(), entry);
        assertThatThrownBy(() -> own.add(wav, Map.of(), entry))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("'city-1' already");
        assertThatThrownBy(() -> own.add(wav, Map.of(), new OwnPrompts.Entry("notice-ja-1", "ja", "x", null, null)))
                .isInstanceOf(PromptFault.Unfit.class);
        assertThat(own.list()).hasSize(1);
    }

    @Test
    void damagedOnesAreListedWithTheirFaultAndKeepNobodyFromAdding() throws Exception {
        Path prompts = folder.resolve("prompts");
        Path wav = Files.write(folder.resolve("studio.wav"), shipped());
        OwnPrompts own = new OwnPrompts(prompts);
        OwnPrompts.Entry first = new OwnPrompts.Entry("city-1", "ja", "市の\\告知", LocalDate.of(2026, 12, 1), null);
        own.add(wav, Map.of(), first);
        own.add(wav, Map.of(), new OwnPrompts.Entry("city-2", "en", "This call is recorded.", null, null));
        Path index = prompts.resolve(PromptShelf.INDEX);
        Files.writeString(index, Files.readString(index).replace("city-2.language = en\n", ""));
        Files.write(prompts.resolve("city-1.wav"), new byte[] {1, 2, 3});

        assertThat(own.list())
                .extracting(OwnPrompts.Listed::id, OwnPrompts.Listed::entry)
                .containsExactly(tuple("city-1", first), tuple("city-2", null));
        assertThat(own.list().getFirst().fault()).contains("city-1.wav", "SHA-256");
        assertThat(own.list().getLast().fault()).contains("'city-2.language'");

        own.add(wav, Map.of(), new OwnPrompts.Entry("city-3", "ja", "三つ目", null, null));
        assertThat(own.list()).extracting(OwnPrompts.Listed::id).containsExactly("city-1", "city-2", "city-3");
        assertThat(own.list().getFirst().entry()).as("what was said stays").isEqualTo(first);
        assertThat(own.list().getLast().fault()).isNull();
        assertThat(Files.readString(index)).as("what is left of it").contains("city-2.text = This call is recorded.");
    }

    @Test
    void theSameSoundMendsADamagedOneAndAnotherNeedsANewName() throws Exception {
        Path prompts = folder.resolve("prompts");
        Path wav = Files.write(folder.resolve("studio.wav"), shipped());
        Path other;
        try (InputStream in = Objects.requireNonNull(PromptFiles.shipped().open("notice-ja-easy.wav"))) {
            other = Files.write(folder.resolve("other.wav"), in.readAllBytes());
        }
        OwnPrompts own = new OwnPrompts(prompts);
        OwnPrompts.Entry entry = new OwnPrompts.Entry("city-1", "ja", "市の告知", null, null);
        own.add(wav, Map.of(), entry);
        own.add(wav, Map.of(), new OwnPrompts.Entry("city-2", "ja", "市の告知", null, null));
        Files.delete(prompts.resolve("city-1.wav"));
        assertThatThrownBy(() -> own.add(other, Map.of(), entry))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageMatching("the prompt 'city-1', which is .*, was another sound .*; give this one a new name");
        own.add(wav, Map.of(), entry);
        assertThat(own.list())
                .extracting(OwnPrompts.Listed::id, OwnPrompts.Listed::fault)
                .as("in its place")
                .containsExactly(tuple("city-1", null), tuple("city-2", null));

        Path index = prompts.resolve(PromptShelf.INDEX);
        Files.writeString(index, Files.readString(index).replaceAll("city-1\\.sha256 = .*\n", ""));
        own.add(other, Map.of(), entry);
        assertThat(own.list()).extracting(OwnPrompts.Listed::fault).containsOnlyNulls();
    }

    @Test
    void wordsThatALocaleDamagedAreRefused() {
        for (String damaged : List.of(
                "\uFFFD\uFFFD\uFFFD", // in none but ASCII
                "\u00E5\u00B8\u0082\u00E3\u0081\u00AE", // UTF-8 read as Latin-1
                "\uD83D")) {
            assertThatThrownBy(() -> new OwnPrompts.Entry("x", "ja", damaged, null, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("LC_ALL=C.UTF-8");
        }
        assertThat(new OwnPrompts.Entry("x", "ja", "録音します。\uD83D\uDCDE", null, null).text())
                .endsWith("\uD83D\uDCDE");
    }

    @Test
    void namesLanguagesAndWordsAreLookedAt() {
        assertThatThrownBy(() -> new OwnPrompts.Entry("../x", "ja", "x", null, null))
                .hasMessage("a name of lower-case letters, digits and hyphens is needed");
        assertThatThrownBy(() -> new OwnPrompts.Entry("x", "Japanese language", "x", null, null))
                .hasMessageContaining("ja-simple");
        assertThatThrownBy(() -> new OwnPrompts.Entry("x", "ja", "two\nlines", null, null))
                .hasMessageContaining("on one line");
    }

    /// Whoever wrote the index later would have lost what the other added.
    @Test
    void ofThoseThatAreTakenInAtOnceNoneIsLostThatWasSaidToBeThere() throws Exception {
        Path wav = Files.write(folder.resolve("studio.wav"), shipped());
        Path prompts = folder.resolve("prompts");
        Queue<String> taken = new ConcurrentLinkedQueue<>();
        Queue<Throwable> refused = new ConcurrentLinkedQueue<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> people = IntStream.range(0, 8)
                .mapToObj(one -> Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                        new OwnPrompts(prompts)
                                .add(wav, Map.of(), new OwnPrompts.Entry("city-" + one, "ja", "x", null, null));
                        taken.add("city-" + one);
                    } catch (PromptFault | IOException | InterruptedException fault) {
                        refused.add(fault);
                    }
                }))
                .toList();
        start.countDown();
        for (Thread one : people) {
            one.join();
        }
        assertThat(taken).isNotEmpty();
        assertThat(new OwnPrompts(prompts).list())
                .extracting(OwnPrompts.Listed::id)
                .containsExactlyInAnyOrderElementsOf(taken);
        assertThat(refused)
                .hasSize(8 - taken.size())
                .allSatisfy(fault -> assertThat(fault)
                        .isInstanceOf(PromptFault.Busy.class)
                        .hasMessage(prompts
                                + ": somebody else takes in a prompt just now, and this one was not; try again"));
    }

    @Test
    void whileAnotherProcessTakesOneInNothingIsChanged() throws Exception {
        Path wav = Files.write(folder.resolve("studio.wav"), shipped());
        Path prompts = Files.createDirectories(folder.resolve("prompts"));
        OwnPrompts own = new OwnPrompts(prompts);
        OwnPrompts.Entry entry = new OwnPrompts.Entry("city-1", "ja", "市の告知", null, null);
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TakingIn.class.getName(),
                        prompts.resolve("prompts.lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read()).as("it has begun").isEqualTo('!');
            assertThatThrownBy(() -> own.add(wav, Map.of(), entry)).isInstanceOf(PromptFault.Busy.class);
            assertThat(prompts.resolve("city-1.wav")).doesNotExist();
        } finally {
            other.getOutputStream().close();
            assertThat(other.waitFor()).isZero();
        }
        own.add(wav, Map.of(), entry);
        assertThat(own.list()).extracting(OwnPrompts.Listed::id).containsExactly("city-1");
    }

    /// Another process that takes a prompt in until its input ends.
    static final class TakingIn {

        private TakingIn() {}

        public static void main(String[] lock) throws IOException {
            try (FileChannel file =
                            FileChannel.open(Path.of(lock[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                System.out.print('!');
                System.out.flush();
                var _ = System.in.read();
            }
        }
    }

    @Test
    void theFileOfAnotherEntryIsNeverWrittenOver() throws Exception {
        byte[] first = shipped();
        Path wav;
        try (InputStream in = Objects.requireNonNull(PromptFiles.shipped().open("notice-ja-easy.wav"))) {
            wav = Files.write(folder.resolve("studio"), in.readAllBytes());
        }
        OwnPrompts own = new OwnPrompts(folder);
        for (String file : List.of("city-2.wav", "city-2.wav.new", PromptShelf.INDEX + ".new")) {
            index("prompts = by-hand\n" + entry("by-hand", first, "").replace("by-hand.wav", " " + file + " "));
            Files.write(folder.resolve(file), first);

            assertThatThrownBy(() -> own.add(wav, Map.of(), new OwnPrompts.Entry("city-2", "ja", "x", null, null)))
                    .isInstanceOf(PromptFault.Unfit.class)
                    .hasMessage("the file " + file + " is that of the prompt 'by-hand', and would be written over;"
                            + " give this one another name");
            assertThat(Files.readAllBytes(folder.resolve(file))).isEqualTo(first);
            assertThat(own.list().getFirst().fault()).isNull();
        }
    }
}
