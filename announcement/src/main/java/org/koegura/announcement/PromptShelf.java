package org.koegura.announcement;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.WavFile;
import org.koegura.callmodel.Prompt;

/// Reads the index and every prompt that it names, and believes neither: the hash in the index is checked against
/// the file, so that the hash in a recording's proof is that of the words that were really played.
final class PromptShelf {

    static final String INDEX = "prompts.properties";

    /// The largest file that is read.
    static final int FILE_BYTES_MAX = 16 << 20;

    private final PromptFiles files;
    private final Properties index;

    private PromptShelf(PromptFiles files, Properties index) {
        this.files = files;
        this.index = index;
    }

    /// All prompts, in the order of the index.
    static List<SpokenPrompt> read(PromptFiles files) throws PromptFault {
        PromptShelf shelf = open(files);
        List<SpokenPrompt> prompts = new ArrayList<>();
        for (String id : shelf.ids()) {
            prompts.add(shelf.prompt(id));
        }
        return List.copyOf(prompts);
    }

    /// What is no notice: the tone for the inside party.
    static SpokenPrompt tone(PromptFiles files) throws PromptFault {
        PromptShelf shelf = open(files);
        return shelf.prompt(shelf.value("tone"));
    }

    /// Reads the index alone.
    static PromptShelf open(PromptFiles files) throws PromptFault {
        Properties index = new Properties();
        try {
            index.load(
                    new StringReader(new String(bytes(files, INDEX, files.remedyOfIndex()), StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new PromptFault.Damaged(
                    "the index of prompts" + files.place() + " is unreadable; " + files.remedyOfIndex(), unreadable);
        }
        return new PromptShelf(files, index);
    }

    /// The names in the index, each once, in its order.
    List<String> ids() throws PromptFault {
        return Stream.of(value("prompts", files.remedyOfIndex()).split("\\s+", -1))
                .distinct()
                .toList();
    }

    /// What the index says under a key; null where it says nothing.
    @Nullable
    String said(String key) {
        return index.getProperty(key);
    }

    /// What the index says of a prompt, before anybody looks at its sound.
    OwnPrompts.Entry entry(String id) throws PromptFault {
        try {
            return new OwnPrompts.Entry(
                    id, value(id + ".language"), value(id + ".text"), day(id + ".from"), day(id + ".to"));
        } catch (IllegalArgumentException wrong) {
            throw new PromptFault.Unfit("prompt '" + id + "': " + wrong.getMessage());
        }
    }

    /// The same with its sound, fit to be a notice.
    SpokenPrompt notice(String id) throws PromptFault {
        SpokenPrompt spoken = prompt(id);
        List<String> complaints = PromptCheck.complaints(spoken.millis(), spoken.loudness());
        if (!complaints.isEmpty()) {
            throw new PromptFault.Unfit("prompt '" + id + "': " + String.join("; ", complaints));
        }
        return spoken;
    }

    private SpokenPrompt prompt(String id) throws PromptFault {
        String file = value(id + ".file");
        byte[] sound = sound(id, id);
        OwnPrompts.Entry entry = entry(id);
        Prompt prompt = new Prompt(id, entry.language(), entry.text(), sha256(sound));
        try {
            WavFile wav = WavFile.read(new ByteArrayInputStream(sound));
            short[] samples = wav.mono();
            if (samples.length == 0) {
                throw new PromptFault.Damaged("prompt '" + id + "': " + file + " holds no sound; " + files.remedy());
            }
            return encoded(new SpokenPrompt(prompt, entry.validity(), samples, wav.sampleRateHz()));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new PromptFault.Damaged(
                    "prompt '" + id + "': " + file + ": " + unreadable.getMessage() + "; " + files.remedy(),
                    unreadable);
        }
    }

    /// A file of a prompt, whose hash is that of the index.
    ///
    /// @param key what its name and its hash stand under
    private byte[] sound(String id, String key) throws PromptFault {
        String file = value(key + ".file");
        byte[] sound = bytes(files, file, files.remedy());
        String expected = value(key + ".sha256");
        String found = sha256(sound);
        if (!found.equals(expected)) {
            throw new PromptFault.Damaged("prompt '" + id + "': " + file + files.place() + " has the SHA-256 " + found
                    + ", the index says " + expected + "; " + files.remedy());
        }
        return sound;
    }

    /// The same with what others encoded of it, where the index names such files.
    private SpokenPrompt encoded(SpokenPrompt spoken) throws PromptFault {
        String id = spoken.prompt().id();
        List<EncodedSound> sounds = new ArrayList<>();
        for (ForeignCodec codec : ForeignCodec.values()) {
            String key = id + "." + codec.word();
            if (said(key + ".file") == null && said(key + ".sha256") == null) {
                continue;
            }
            EncodedSound sound = new EncodedSound(codec, sound(id, key));
            List<String> complaints = spoken.complaints(sound);
            if (!complaints.isEmpty()) {
                throw new PromptFault.Unfit(
                        "prompt '" + id + "': " + value(key + ".file") + ": " + String.join("; ", complaints));
            }
            sounds.add(sound);
        }
        return spoken.with(sounds);
    }

    private @Nullable LocalDate day(String key) throws PromptFault {
        @Nullable String value = index.getProperty(key);
        try {
            return value == null || value.isBlank() ? null : LocalDate.parse(value.strip());
        } catch (DateTimeParseException wrong) {
            throw new PromptFault.Unfit(key + " = '" + value.strip() + "' is no day; write it as 2027-04-01");
        }
    }

    private String value(String key) throws PromptFault {
        return value(key, files.remedy());
    }

    private String value(String key, String remedy) throws PromptFault {
        @Nullable String value = said(key);
        if (value == null || value.isBlank()) {
            throw new PromptFault.Damaged(
                    "the index of prompts" + files.place() + " has no entry '" + key + "'; " + remedy);
        }
        return value.strip();
    }

    private static byte[] bytes(PromptFiles files, String name, String remedy) throws PromptFault {
        try (@Nullable InputStream in = files.open(name)) {
            if (in == null) {
                throw new PromptFault.Missing("the prompt file " + name + files.place() + " is not there; " + remedy);
            }
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new PromptFault.Damaged("the prompt file " + name + files.place() + " has more than "
                        + FILE_BYTES_MAX + " bytes; " + remedy);
            }
            return bytes;
        } catch (IOException | IllegalArgumentException unreadable) { // the latter: no name of this system
            throw new PromptFault.Damaged(
                    "the prompt file " + name + files.place() + " cannot be read; " + remedy, unreadable);
        }
    }

    /// As 64 lower-case hexadecimal digits.
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
