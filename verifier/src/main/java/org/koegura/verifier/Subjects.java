package org.koegura.verifier;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.Reading;
import org.koegura.verifier.format.RecordingFolder;

/// What a path on the command line stands for: recordings and journals to verify, and what is passed over.
///
/// @param recordings folders, in the order of their paths
/// @param journals journal files
/// @param skipped one line for each thing passed over
/// @param keysDirectory `keys/` of the data directory around the path; null where there is none
record Subjects(
        List<Path> recordings,
        List<Path> journals,
        List<String> skipped,
        @Nullable Path keysDirectory) {

    /// Below `recordings/` come year, month, day and the recording.
    private static final int LEVELS_MAX = 4;

    private static final String OPEN = "open";

    static Subjects at(Path path) throws Arguments.Unusable {
        try {
            return look(path);
        } catch (IOException unreadable) {
            throw new Arguments.Unusable(Reading.why(unreadable));
        } catch (DirectoryIteratorException broken) {
            throw new Arguments.Unusable(Reading.why(Objects.requireNonNull(broken.getCause())));
        }
    }

    private static Subjects look(Path path) throws IOException, Arguments.Unusable {
        if (Reading.isFile(path)) {
            return new Subjects(List.of(), List.of(journal(path)), List.of(), null);
        }
        if (!Files.isDirectory(path)) {
            throw new Arguments.Unusable("there is no file or folder " + path);
        }
        if (!Files.isReadable(path) || !Files.isExecutable(path)) {
            throw new AccessDeniedException(path.toString());
        }
        Subjects found = isDataDirectory(path) ? dataDirectory(path) : collection(path, keysAround(path));
        if (found.recordings.isEmpty() && found.journals.isEmpty()) {
            throw new Arguments.Unusable(path + " holds no sealed recording"
                    + (found.skipped.isEmpty() ? " and no journal" : "; " + String.join("; ", found.skipped)));
        }
        return found;
    }

    private static Path journal(Path file) throws Arguments.Unusable {
        if (!String.valueOf(file.getFileName()).endsWith(".jsonl")) {
            throw new Arguments.Unusable(file + " is not a journal (.jsonl); for a recording name its folder");
        }
        return file;
    }

    private static boolean isDataDirectory(Path path) {
        return Files.isDirectory(path.resolve("recordings")) || hasJournal(journalOf(path));
    }

    /// One that this user may not read is one: its check says so.
    private static boolean hasJournal(Path file) {
        try {
            return Reading.isFile(file);
        } catch (AccessDeniedException closed) {
            return file.getParent() != null && Files.isDirectory(file.getParent());
        }
    }

    private static Path journalOf(Path dataDirectory) {
        return dataDirectory.resolve("journal").resolve("journal.jsonl");
    }

    private static Subjects dataDirectory(Path path) throws IOException {
        @Nullable Path keys = Files.isDirectory(path.resolve("keys")) ? path.resolve("keys") : null;
        List<Path> journals = hasJournal(journalOf(path)) ? List.of(journalOf(path)) : List.of();
        Path recordings = path.resolve("recordings");
        Subjects found = Files.isDirectory(recordings)
                ? collection(recordings, keys)
                : new Subjects(List.of(), List.of(), List.of("there is no folder recordings/"), keys);
        List<String> skipped = new ArrayList<>(found.skipped);
        if (journals.isEmpty()) {
            skipped.add("there is no journal/journal.jsonl");
        }
        return new Subjects(found.recordings, journals, List.copyOf(skipped), keys);
    }

    private static Subjects collection(Path path, @Nullable Path keys) throws IOException {
        List<Path> recordings = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        walk(path, LEVELS_MAX, recordings, skipped);
        boolean journal = hasJournal(path.resolve("journal.jsonl"));
        return new Subjects(
                List.copyOf(recordings),
                journal ? List.of(path.resolve("journal.jsonl")) : List.of(),
                List.copyOf(skipped),
                keys);
    }

    private static void walk(Path folder, int levels, List<Path> recordings, List<String> skipped) throws IOException {
        if (isRecording(folder)) {
            recordings.add(folder);
            return;
        }
        if (levels == 0) {
            return;
        }
        for (Path child : foldersIn(folder)) {
            if (String.valueOf(child.getFileName()).equals(OPEN)) {
                int open = foldersIn(child).size();
                if (open > 0) {
                    skipped.add(child + ": " + open + " recordings not sealed yet");
                }
            } else {
                walk(child, levels - 1, recordings, skipped);
            }
        }
    }

    /// Named like one, or with a file of one in it: an emptied folder must not pass unseen.
    private static boolean isRecording(Path folder) throws AccessDeniedException {
        RecordingFolder candidate = new RecordingFolder(folder);
        return Members.isHex(candidate.name(), 32)
                || candidate.has(RecordingFolder.PACKETS)
                || candidate.has(RecordingFolder.MANIFEST)
                || candidate.has(RecordingFolder.SIGNATURE);
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(child);
                }
            }
        }
        folders.sort(null);
        return folders;
    }

    /// `keys/` beside the `recordings/` in which the path lies.
    private static @Nullable Path keysAround(Path path) {
        @Nullable Path at = path.toAbsolutePath().normalize();
        for (int level = 0; level <= LEVELS_MAX && at != null; level++) {
            if (String.valueOf(at.getFileName()).equals("recordings") && Files.isDirectory(at.resolveSibling("keys"))) {
                return at.resolveSibling("keys");
            }
            at = at.getParent();
        }
        return null;
    }
}
