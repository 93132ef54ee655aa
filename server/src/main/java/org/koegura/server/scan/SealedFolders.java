package org.koegura.server.scan;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the sealed recordings that were not read yet, where `docs/format/recording-v1.md` says that they lie:
/// `recordings/2026/11/24/ID`.
///
/// A day in which nothing came or went since it was last looked at is not looked at again, so that it costs little to
/// ask often. Owned by one thread; blocks on the disk. Its memory is bounded by the recordings that are kept.
final class SealedFolders {

    private static final Logger LOG = LoggerFactory.getLogger(SealedFolders.class);

    private static final Pattern YEAR = Pattern.compile("\\d{4}");
    private static final Pattern MONTH_OR_DAY = Pattern.compile("\\d{2}");
    private static final Pattern RECORDING = Pattern.compile("[0-9a-f]{32}");

    /// Within it a folder may change again without another time of change: file systems count in steps.
    private static final Duration SAME_TIME = Duration.ofSeconds(2);

    private final Path recordings;
    private final ScannedList list;
    private final Clock clock;

    /// The newest first, so that calls of today do not wait for those of a year.
    private final Map<Path, Day> days = new TreeMap<>(Comparator.reverseOrder());

    private final Set<String> added = new HashSet<>();

    /// Days that could not be looked at in the last round.
    private final Set<Path> unreadable = new HashSet<>();

    /// What earlier processes read; given up once all days were looked at.
    private Set<String> before;

    private static final class Day {
        /// Those that were read.
        final Set<String> done = new HashSet<>();

        /// Of them, those to be read again by the next start.
        final Set<String> again = new HashSet<>();

        /// The folder's time of change when all in it was done; null where it is to be looked at.
        @Nullable
        FileTime settled;
    }

    SealedFolders(Path recordings, ScannedList list, Clock clock) {
        this.recordings = recordings;
        this.list = list;
        this.clock = clock;
        this.before = list.read();
    }

    /// Those that were not read yet, the newest day's first. A day that cannot be looked at keeps none of the others
    /// waiting, and is looked at again.
    ///
    /// @throws IOException a folder above them could not be looked at
    List<Path> waiting() throws IOException {
        Set<Path> here = new HashSet<>();
        for (Path year : foldersIn(recordings, YEAR)) {
            for (Path month : foldersIn(year, MONTH_OR_DAY)) {
                here.addAll(foldersIn(month, MONTH_OR_DAY));
            }
        }
        days.keySet().retainAll(here);
        here.forEach(day -> days.computeIfAbsent(day, any -> new Day()));
        List<Path> found = new ArrayList<>();
        Map<Path, IOException> broken = new HashMap<>();
        for (Map.Entry<Path, Day> day : days.entrySet()) {
            try {
                look(day.getKey(), day.getValue(), found);
            } catch (IOException fault) {
                broken.put(day.getKey(), fault);
            }
        }
        if (broken.isEmpty()) {
            before = Set.of();
        }
        told(broken);
        return found;
    }

    /// Once each, and again only after it was readable.
    private void told(Map<Path, IOException> broken) {
        unreadable.retainAll(broken.keySet());
        broken.forEach((day, fault) -> {
            if (unreadable.add(day)) {
                LOG.error(
                        "scan.day.unreadable day={} cause=\"{}\" next=\"let the recorder's user read it\"",
                        recordings.relativize(day),
                        String.valueOf(fault));
            }
        });
    }

    /// Whether some recordings cannot be looked at.
    boolean isBlind() {
        return !unreadable.isEmpty();
    }

    private void look(Path folder, Day day, List<Path> found) throws IOException {
        FileTime changed;
        try {
            changed = Files.getLastModifiedTime(folder); // before its names: what comes meanwhile changes it again
        } catch (NoSuchFileException gone) {
            return;
        }
        if (changed.equals(day.settled)) {
            return;
        }
        Set<String> here = new HashSet<>();
        int foundBefore = found.size();
        for (Path recording : foldersIn(folder, RECORDING)) {
            String id = name(recording);
            here.add(id);
            if (before.contains(id)) {
                day.done.add(id);
            } else if (!day.done.contains(id)) {
                found.add(recording);
            }
        }
        day.done.retainAll(here);
        day.again.retainAll(here);
        boolean old = changed.toInstant().isBefore(clock.instant().minus(SAME_TIME));
        day.settled = old && found.size() == foundBefore ? changed : null;
    }

    /// It was read, and need not be again.
    void done(Path recording) {
        day(recording).done.add(name(recording));
        added.add(name(recording));
    }

    /// It was read, and is to be again by the next start.
    void doneForNow(Path recording) {
        day(recording).done.add(name(recording));
        day(recording).again.add(name(recording));
    }

    /// Writes down what was done since.
    void remember() {
        int kept = days.values().stream()
                .mapToInt(day -> day.done.size() - day.again.size())
                .sum();
        list.add(added, kept, this::justified);
        added.clear();
    }

    private Set<String> justified() {
        Set<String> all = new HashSet<>(added);
        all.addAll(before); // of days that could not be looked at yet
        for (Day day : days.values()) {
            day.done.stream().filter(id -> !day.again.contains(id)).forEach(all::add);
        }
        return all;
    }

    private Day day(Path recording) {
        return days.computeIfAbsent(Objects.requireNonNull(recording.getParent()), any -> new Day());
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /// Whatever is called so; nothing where there is no such folder.
    private static List<Path> foldersIn(Path folder, Pattern names) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(
                folder, child -> names.matcher(name(child)).matches())) {
            children.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (DirectoryIteratorException broken) {
            throw Objects.requireNonNull(broken.getCause());
        }
        return found;
    }
}
