package org.koegura.announcement;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Loudness;
import org.koegura.audio.WavFile;

/// The folder of the city's own prompts: WAV files, what others encoded of them in codecs that have no encoder here,
/// and `prompts.properties` with what they are.
/// One that is damaged or not fit keeps nobody from the others. Methods block; the recorder reads it
/// at its start.
public final class OwnPrompts {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*");
    private static final int TEXT_CHARACTERS_MAX = 1000;

    /// Stays there: who removed it could remove that of another.
    private static final String LOCK = "prompts.lock";

    private static final String FRESH = ".new";
    private static final char UNDECODABLE = '\uFFFD';

    private final Path folder;

    /// @param folder made by [#add] where it is missing
    public OwnPrompts(Path folder) {
        this.folder = folder;
    }

    /// Whether a prompt may be called that: lower-case letters, digits and hyphens.
    public static boolean isName(String id) {
        return ID.matcher(id).matches();
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
            if (!isName(id)) {
                throw new IllegalArgumentException("a name of lower-case letters, digits and hyphens is needed");
            }
            if (!LANGUAGE.matcher(language).matches()) {
                throw new IllegalArgumentException("a language such as ja, ja-simple or en is needed");
            }
            if (text.isBlank()
                    || text.length() > TEXT_CHARACTERS_MAX
                    || text.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException(
                        "the words that it speaks are needed, on one line, 1000 characters at most");
            }
            if (!arrivedWhole(text)) {
                throw new IllegalArgumentException("the words that it speaks are damaged: give them in UTF-8,"
                        + " where the locale is of UTF-8, too (LC_ALL=C.UTF-8)");
            }
            var _ = new Validity(from, to);
        }

        Validity validity() {
            return new Validity(from, to);
        }

        /// A locale other than that of who wrote them turns characters into the one that stands for
        /// none, or into controls.
        private static boolean arrivedWhole(String text) {
            return text.indexOf(UNDECODABLE) < 0
                    && text.chars().noneMatch(Character::isISOControl)
                    && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        }
    }

    /// One that the index names.
    ///
    /// @param entry what is said of it; null where that cannot be made out
    /// @param encoded words of the codecs that others encoded it in, in alphabetical order
    /// @param fault why it cannot be played, on one line; null where it can
    public record Listed(
            String id,
            @Nullable Entry entry,
            List<String> encoded,
            @Nullable String fault) {

        public Listed {
            encoded = List.copyOf(encoded);
        }
    }

    /// Looks at a WAV file, and at what others encoded of it. Throws [PromptFault] where it cannot be read as sound of
    /// a rate that we know, or where a codec is none that is taken so.
    ///
    /// @param encoded files by the words of their codecs, such as `g729`
    public static Checked check(Path wav, Map<String, Path> encoded) throws PromptFault {
        return checked(read(wav), wav, encoded(encoded));
    }

    /// Takes a sound in under a name of its own: checks it, copies it, and writes the index anew. Where
    /// the one of this name cannot be played, the same sound takes its place: what was said under a
    /// name stays what it was.
    ///
    /// Throws [PromptFault] where it is not fit, the name is taken, or somebody else adds one just now;
    /// [IOException] where the folder cannot be written. No prompt is changed then.
    ///
    /// @param encoded as [#check] takes it
    public void add(Path wav, Map<String, Path> encoded, Entry entry) throws PromptFault, IOException {
        byte[] sound = read(wav);
        List<EncodedSound> others = encoded(encoded);
        Checked checked = checked(sound, wav, others);
        if (!checked.complaints().isEmpty()) {
            throw new PromptFault.Unfit(wav + ": " + String.join("; ", checked.complaints()));
        }
        if (shipped().contains(entry.id())) {
            throw taken(entry.id());
        }
        Files.createDirectories(folder);
        try (FileChannel lock =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = locked(lock)) {
            takeIn(sound, others, entry);
        }
    }

    /// Of two that read the same index, the second to write it would lose what the first one added.
    private FileLock locked(FileChannel file) throws PromptFault, IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            lock = null;
        }
        if (lock == null) {
            throw new PromptFault.Busy(
                    folder + ": somebody else takes in a prompt just now, and this one was not; try again");
        }
        return lock;
    }

    private void takeIn(byte[] sound, List<EncodedSound> others, Entry entry) throws PromptFault, IOException {
        Map<String, String> hashes = new LinkedHashMap<>(); // by what comes before their key
        hashes.put(entry.id(), PromptShelf.sha256(sound));
        others.forEach(other -> hashes.put(IndexLines.fileOf(entry.id(), other.codec()), other.sha256()));
        Map<String, List<String>> entries = new LinkedHashMap<>();
        if (Files.exists(folder.resolve(PromptShelf.INDEX))) {
            PromptShelf known = PromptShelf.open(PromptFiles.in(folder));
            requireFree(entry.id(), known, hashes);
            requireUnnamed(entry.id(), known);
            known.ids().forEach(id -> entries.put(id, IndexLines.asTheyAre(known, id)));
        }
        entries.put(entry.id(), IndexLines.of(entry, hashes)); // in the place of the one that it mends
        replace(IndexLines.fileOf(entry.id()), sound);
        for (EncodedSound other : others) {
            replace(IndexLines.fileOf(entry.id(), other.codec()), other.bytes());
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "# The city's own prompts (UTF-8), as koegura prompt add writes them. A changed file is a new version: give it a new");
        lines.add("# name, never a new hash.");
        lines.add("prompts = " + String.join(" ", entries.keySet()));
        entries.values().forEach(lines::addAll);
        replace(PromptShelf.INDEX, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Set<String> shipped() throws PromptFault {
        return Set.copyOf(PromptShelf.open(PromptFiles.shipped()).ids());
    }

    private static PromptFault taken(String id) {
        return new PromptFault.Unfit("a prompt is called '" + id + "' already; a new version needs a new name");
    }

    private static void requireFree(String id, PromptShelf known, Map<String, String> hashes) throws PromptFault {
        if (!known.ids().contains(id)) {
            return;
        }
        if (fault(known, id, Set.of()) == null) {
            throw taken(id);
        }
        Stream<String> encoded = Stream.of(ForeignCodec.values()).map(codec -> IndexLines.fileOf(id, codec));
        for (String key : Stream.concat(Stream.of(id), encoded).toList()) {
            String before = known.said(key + ".sha256");
            if (before != null && !before.isBlank() && !before.strip().equals(hashes.get(key))) {
                throw new PromptFault.Unfit("the prompt '" + id + "', which is damaged or not fit, was another sound"
                        + " (" + key + ".sha256 = " + before.strip() + "); give this one a new name");
            }
        }
    }

    /// Who wrote an index by hand may have given a file any name, also one that is written here.
    private static void requireUnnamed(String id, PromptShelf known) throws PromptFault {
        Set<String> written = Stream.concat(
                        Stream.of(IndexLines.fileOf(id)),
                        Stream.of(ForeignCodec.values()).map(codec -> IndexLines.fileOf(id, codec)))
                .flatMap(file -> Stream.of(file, file + FRESH))
                .collect(Collectors.toSet());
        written.add(PromptShelf.INDEX + FRESH);
        for (String other : known.ids()) {
            for (String key : IndexLines.KEYS) {
                String named = key.endsWith(".file") && !other.equals(id) ? known.said(other + key) : null;
                if (named != null && written.contains(named.strip())) {
                    throw new PromptFault.Unfit("the file " + named.strip() + " is that of the prompt '" + other
                            + "', and would be written over; give this one another name");
                }
            }
        }
    }

    /// Whole or not at all: the recorder may start meanwhile.
    private void replace(String name, byte[] content) throws IOException {
        Path fresh = folder.resolve(name + FRESH);
        try (FileChannel file = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                file.write(left);
            }
            file.force(true);
        }
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder)) { // the name too must survive a power cut
            directory.force(true);
        }
    }

    /// What is in it, in the order in which it was added.
    public List<Listed> list() throws PromptFault {
        PromptShelf shelf = PromptShelf.open(PromptFiles.in(folder));
        Set<String> shipped = shipped();
        return shelf.ids().stream()
                .map(id -> new Listed(id, said(shelf, id), encoded(shelf, id), fault(shelf, id, shipped)))
                .toList();
    }

    /// The names of all.
    List<String> ids() throws PromptFault {
        return PromptShelf.open(PromptFiles.in(folder)).ids();
    }

    private static List<String> encoded(PromptShelf shelf, String id) {
        return Stream.of(ForeignCodec.values())
                .filter(codec -> shelf.said(IndexLines.fileOf(id, codec) + ".file") != null)
                .map(ForeignCodec::word)
                .sorted()
                .toList();
    }

    private static @Nullable Entry said(PromptShelf shelf, String id) {
        try {
            return shelf.entry(id);
        } catch (PromptFault fault) {
            return null; // its row says so
        }
    }

    private static @Nullable String fault(PromptShelf shelf, String id, Set<String> shipped) {
        try {
            requireOther(id, shipped);
            shelf.notice(id);
            return null;
        } catch (PromptFault fault) {
            return fault.getMessage();
        }
    }

    /// Those that are used, each fit to be a notice; the others are not looked at. Throws [PromptFault]
    /// where a used one is not fit, or has the name of one that is shipped.
    List<SpokenPrompt> used(Set<String> used, Set<String> shipped) throws PromptFault {
        PromptShelf shelf;
        List<String> ids;
        try {
            shelf = PromptShelf.open(PromptFiles.in(folder));
            ids = shelf.ids();
        } catch (PromptFault unreadable) {
            if (shipped.containsAll(used)) {
                return List.of(); // #unusedFaults says so
            }
            throw unreadable;
        }
        List<SpokenPrompt> notices = new ArrayList<>();
        for (String id : ids) {
            if (used.contains(id)) {
                requireOther(id, shipped);
                notices.add(shelf.notice(id));
            }
        }
        return notices;
    }

    /// Why those that are not used could not be played, one line each; empty where all could.
    List<String> unusedFaults(Set<String> used, Set<String> shipped) {
        List<String> faults = new ArrayList<>();
        try {
            PromptShelf shelf = PromptShelf.open(PromptFiles.in(folder));
            for (String id : shelf.ids()) {
                String fault = used.contains(id) ? null : fault(shelf, id, shipped);
                if (fault != null) {
                    faults.add(fault);
                }
            }
        } catch (PromptFault unreadable) {
            faults.add(String.valueOf(unreadable.getMessage()));
        }
        return faults;
    }

    private static void requireOther(String id, Set<String> shipped) throws PromptFault {
        if (shipped.contains(id)) {
            throw new PromptFault.Unfit("two prompts are called '" + id + "'; a new version needs a new name");
        }
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

    private static List<EncodedSound> encoded(Map<String, Path> files) throws PromptFault {
        List<EncodedSound> sounds = new ArrayList<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            sounds.add(new EncodedSound(ForeignCodec.named(file.getKey()), read(file.getValue())));
        }
        return sounds;
    }

    private static Checked checked(byte[] sound, Path wav, List<EncodedSound> others) throws PromptFault {
        try {
            WavFile file = WavFile.read(new ByteArrayInputStream(sound));
            short[] samples = file.mono();
            Loudness loudness = Loudness.of(samples, file.sampleRateHz());
            int millis = (int) Math.ceilDiv(samples.length * 1000L, file.sampleRateHz());
            List<String> complaints = new ArrayList<>(PromptCheck.complaints(millis, loudness));
            others.forEach(other -> other.complaints(samples, file.sampleRateHz())
                    .forEach(complaint -> complaints.add(other.codec().word() + ": " + complaint)));
            return new Checked(millis, loudness, complaints);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new PromptFault.Damaged(wav + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
