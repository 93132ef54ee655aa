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
import java.util.Set;
import java.util.stream.Collectors;
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
        for (String id : shelf.entry("prompts").split("\\s+", -1)) {
            prompts.add(shelf.prompt(id));
        }
        return List.copyOf(prompts);
    }

    /// The city's own, beside those: each with another name, and fit to be a notice.
    static List<SpokenPrompt> readOwn(PromptFiles files, List<SpokenPrompt> others) throws PromptFault {
        List<SpokenPrompt> own = read(files);
        Set<String> known = others.stream().map(spoken -> spoken.prompt().id()).collect(Collectors.toSet());
        for (SpokenPrompt spoken : own) {
            String id = spoken.prompt().id();
            if (!known.add(id)) {
                throw new PromptFault.Unfit("two prompts are called '" + id + "'; a new version needs a new name");
            }
            List<String> complaints = PromptCheck.complaints(spoken.millis(), spoken.loudness());
            if (!complaints.isEmpty()) {
                throw new PromptFault.Unfit("prompt '" + id + "': " + String.join("; ", complaints));
            }
        }
        return own;
    }

    /// What is no notice: the tone for the inside party.
    static SpokenPrompt tone(PromptFiles files) throws PromptFault {
        PromptShelf shelf = open(files);
        return shelf.prompt(shelf.entry("tone"));
    }

    private static PromptShelf open(PromptFiles files) throws PromptFault {
        Properties index = new Properties();
        try {
            index.load(new StringReader(new String(bytes(files, INDEX), StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new PromptFault.Damaged(
                    "the index of prompts" + files.place() + " is unreadable; " + files.remedy(), unreadable);
        }
        return new PromptShelf(files, index);
    }

    private SpokenPrompt prompt(String id) throws PromptFault {
        String file = entry(id + ".file");
        byte[] sound = bytes(files, file);
        String expected = entry(id + ".sha256");
        String found = sha256(sound);
        if (!found.equals(expected)) {
            throw new PromptFault.Damaged("prompt '" + id + "': " + file + " has the SHA-256 " + found
                    + ", the index says " + expected + "; " + files.remedy());
        }
        Prompt prompt = new Prompt(id, entry(id + ".language"), entry(id + ".text"), found);
        try {
            WavFile wav = WavFile.read(new ByteArrayInputStream(sound));
            short[] samples = wav.mono();
            if (samples.length == 0) {
                throw new PromptFault.Damaged("prompt '" + id + "': " + file + " holds no sound");
            }
            return new SpokenPrompt(prompt, validity(id), samples, wav.sampleRateHz());
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new PromptFault.Damaged("prompt '" + id + "': " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private Validity validity(String id) throws PromptFault {
        try {
            return new Validity(day(id + ".from"), day(id + ".to"));
        } catch (IllegalArgumentException wrong) {
            throw new PromptFault.Unfit("prompt '" + id + "': " + wrong.getMessage());
        }
    }

    private @Nullable LocalDate day(String key) throws PromptFault {
        @Nullable String value = index.getProperty(key);
        try {
            return value == null || value.isBlank() ? null : LocalDate.parse(value.strip());
        } catch (DateTimeParseException wrong) {
            throw new PromptFault.Unfit(key + " = '" + value.strip() + "' is no day; write it as 2027-04-01");
        }
    }

    private String entry(String key) throws PromptFault {
        @Nullable String value = index.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new PromptFault.Damaged(
                    "the index of prompts" + files.place() + " has no entry '" + key + "'; " + files.remedy());
        }
        return value.strip();
    }

    private static byte[] bytes(PromptFiles files, String name) throws PromptFault {
        try (@Nullable InputStream in = files.open(name)) {
            if (in == null) {
                throw new PromptFault.Missing(
                        "the prompt file " + name + files.place() + " is not there; " + files.remedy());
            }
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new PromptFault.Damaged(
                        "the prompt file " + name + " has more than " + FILE_BYTES_MAX + " bytes");
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new PromptFault.Damaged(
                    "the prompt file " + name + files.place() + " cannot be read; " + files.remedy(), unreadable);
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
