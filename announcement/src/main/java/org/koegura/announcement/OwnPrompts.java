package org.koegura.announcement;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Loudness;
import org.koegura.audio.WavFile;

/// The folder of the city's own prompts: WAV files, and `prompts.properties` with what they are.
/// Methods block; the recorder reads it at its start.
public final class OwnPrompts {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*");
    private static final int TEXT_CHARACTERS_MAX = 1000;

    private final Path folder;

    /// @param folder made by [#add] where it is missing
    public OwnPrompts(Path folder) {
        this.folder = folder;
    }

    /// What a sound is, and what speaks against it as a notice.
    ///
    /// @param millis how long it speaks
    /// @param loudness by EBU R 128
    /// @param complaints one line each; empty where it is fit
    public record Checked(int millis, Loudness loudness, List<String> complaints) {

        public Checked {
            complaints = List.copyOf(complaints);
        }
    }

    /// What is said of a prompt.
    ///
    /// @param id its name: lower-case letters, digits and hyphens; a new version needs a new one
    /// @param language BCP 47 tag
    /// @param text the words spoken
    /// @param from the first day on which it may be played; null for at once
    /// @param to the last one; null until further notice
    public record Entry(
            String id,
            String language,
            String text,
            @Nullable LocalDate from,
            @Nullable LocalDate to) {

        /// Throws [IllegalArgumentException] with one line that says what is wrong.
        public Entry {
            if (!ID.matcher(id).matches()) {
                throw new IllegalArgumentException("a name of lower-case letters, digits and hyphens is needed");
            }
            if (!LANGUAGE.matcher(language).matches()) {
                throw new IllegalArgumentException("a language such as ja, ja-simple or en is needed");
            }
            if (text.isBlank()
                    || text.length() > TEXT_CHARACTERS_MAX
                    || text.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("the words that it speaks are needed, on one line, 1000 at most");
            }
            var _ = new Validity(from, to);
        }
    }

    /// Looks at a WAV file. Throws [PromptFault] where it cannot be read as sound of a rate that we
    /// know.
    public static Checked check(Path wav) throws PromptFault {
        return checked(read(wav), wav);
    }

    /// Takes a sound in under a name of its own: checks it, copies it, and writes the index anew.
    ///
    /// Throws [PromptFault] where it is not fit, or the name is taken; [IOException] where the folder
    /// cannot be written. Nothing is changed then.
    public void add(Path wav, Entry entry) throws PromptFault, IOException {
        byte[] sound = read(wav);
        Checked checked = checked(sound, wav);
        if (!checked.complaints().isEmpty()) {
            throw new PromptFault.Unfit(wav + ": " + String.join("; ", checked.complaints()));
        }
        Files.createDirectories(folder);
        List<SpokenPrompt> known = Files.exists(folder.resolve(PromptShelf.INDEX)) ? read() : List.of();
        List<SpokenPrompt> shipped = PromptShelf.read(PromptFiles.shipped());
        for (SpokenPrompt spoken : known) {
            requireOther(spoken, entry);
        }
        for (SpokenPrompt spoken : shipped) {
            requireOther(spoken, entry);
        }
        Files.write(folder.resolve(entry.id() + ".wav"), sound);
        List<String> lines = new ArrayList<>();
        lines.add(
                "# The city's own prompts (UTF-8), as koegura prompt add writes them. A changed file is a new version: give it a new");
        lines.add("# name, never a new hash.");
        StringBuilder names = new StringBuilder("prompts =");
        known.forEach(spoken -> names.append(' ').append(spoken.prompt().id()));
        lines.add(names.append(' ').append(entry.id()).toString());
        known.forEach(spoken -> lines.addAll(entry(spoken)));
        lines.addAll(entry(entry, PromptShelf.sha256(sound)));
        Path fresh = folder.resolve(PromptShelf.INDEX + ".new");
        Files.write(fresh, lines, StandardCharsets.UTF_8);
        Files.move(fresh, folder.resolve(PromptShelf.INDEX), StandardCopyOption.ATOMIC_MOVE);
    }

    /// What is in it, in the order in which it was added.
    public List<Entry> list() throws PromptFault {
        return read().stream().map(OwnPrompts::entryOf).toList();
    }

    private List<SpokenPrompt> read() throws PromptFault {
        return PromptShelf.read(PromptFiles.in(folder));
    }

    private static void requireOther(SpokenPrompt spoken, Entry entry) throws PromptFault {
        if (spoken.prompt().id().equals(entry.id())) {
            throw new PromptFault.Unfit(
                    "a prompt is called '" + entry.id() + "' already; a new version needs a new name");
        }
    }

    private static Entry entryOf(SpokenPrompt spoken) {
        return new Entry(
                spoken.prompt().id(),
                spoken.prompt().language(),
                spoken.prompt().text(),
                spoken.validity().from(),
                spoken.validity().to());
    }

    private static List<String> entry(SpokenPrompt spoken) {
        return entry(entryOf(spoken), spoken.prompt().sha256());
    }

    private static List<String> entry(Entry entry, String sha256) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                entry.id() + ".file = " + entry.id() + ".wav",
                entry.id() + ".language = " + entry.language(),
                entry.id() + ".text = " + entry.text().strip().replace("\\", "\\\\"),
                entry.id() + ".sha256 = " + sha256));
        if (entry.from() != null) {
            lines.add(entry.id() + ".from = " + entry.from());
        }
        if (entry.to() != null) {
            lines.add(entry.id() + ".to = " + entry.to());
        }
        return lines;
    }

    private static byte[] read(Path wav) throws PromptFault {
        try {
            if (Files.size(wav) > PromptShelf.FILE_BYTES_MAX) {
                throw new PromptFault.Unfit(wav + ": more than " + PromptShelf.FILE_BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(wav);
        } catch (IOException unreadable) {
            boolean there = Files.exists(wav);
            throw new PromptFault.Missing(wav + (there ? " cannot be read" : " is not there"));
        }
    }

    private static Checked checked(byte[] sound, Path wav) throws PromptFault {
        try {
            WavFile file = WavFile.read(new ByteArrayInputStream(sound));
            Loudness loudness = Loudness.of(file.mono(), file.sampleRateHz());
            int millis = (int) Math.ceilDiv(file.mono().length * 1000L, file.sampleRateHz());
            return new Checked(millis, loudness, PromptCheck.complaints(millis, loudness));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new PromptFault.Damaged(wav + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
