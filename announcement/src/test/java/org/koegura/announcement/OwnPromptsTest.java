package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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
    void aChangedFileIsNoLongerTheOneOfTheIndex() throws Exception {
        index("prompts = city-1\n" + entry("city-1", shipped(), ""));
        Files.write(folder.resolve("city-1.wav"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> open("city-1"))
                .isInstanceOf(PromptFault.Damaged.class)
                .hasMessageContaining("city-1.wav");
    }

    @Test
    void namesAndDaysAreLookedAt() throws Exception {
        index("prompts = notice-ja-1\n" + entry("notice-ja-1", shipped(), ""));
        assertThatThrownBy(() -> open())
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("two prompts are called 'notice-ja-1'");
        index("prompts = city-1\n" + entry("city-1", shipped(), "city-1.from=soon\n"));
        assertThatThrownBy(() -> open())
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("city-1.from = 'soon' is no day");
        index("prompts = city-1\n" + entry("city-1", shipped(), "city-1.from=2027-04-01\ncity-1.to=2027-03-31\n"));
        assertThatThrownBy(() -> open())
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("'city-1': its last day is before its first");
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
        own.add(wav, new OwnPrompts.Entry("city-1", "ja", "市の告知です\\。", LocalDate.of(2026, 12, 1), null));
        own.add(wav, new OwnPrompts.Entry("city-2", "en", "This call is recorded.", null, LocalDate.of(2027, 3, 31)));

        assertThat(own.list())
                .containsExactly(
                        new OwnPrompts.Entry("city-1", "ja", "市の告知です\\。", LocalDate.of(2026, 12, 1), null),
                        new OwnPrompts.Entry(
                                "city-2", "en", "This call is recorded.", null, LocalDate.of(2027, 3, 31)));
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
        assertThatThrownBy(() -> own.add(silent, entry)).isInstanceOf(PromptFault.class);
        assertThatThrownBy(() -> own.add(folder.resolve("none.wav"), entry))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageContaining("none.wav");
        assertThat(folder.resolve("prompts/" + PromptShelf.INDEX)).doesNotExist();

        Path wav = Files.write(folder.resolve("good.wav"), shipped());
        own.add(wav, entry);
        assertThatThrownBy(() -> own.add(wav, entry))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("'city-1' already");
        assertThatThrownBy(() -> own.add(wav, new OwnPrompts.Entry("notice-ja-1", "ja", "x", null, null)))
                .isInstanceOf(PromptFault.Unfit.class);
        assertThat(own.list()).hasSize(1);
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
}
