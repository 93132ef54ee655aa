package org.koegura.server.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers across restarts which recordings were read and are justified. One that is not is not in it: the next
/// start reads it again, and says so again, as long as it is kept.
///
/// ```
/// koegura-recordings-scanned/1
/// 0f3c…e1                            a recording's id, one a line
/// ```
///
/// Nothing depends on it but work: what is missing, cut or cannot be read is read anew. It is not forced to the disk
/// for that. Owned by one thread; blocks on the disk.
final class ScannedList {

    private static final Logger LOG = LoggerFactory.getLogger(ScannedList.class);
    private static final String FORMAT = "koegura-recordings-scanned/1";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    /// So many lines of recordings that are gone are never worth writing the file anew.
    private static final int GONE_LINES = 1024;

    private final Path file;
    private int lines;

    ScannedList(Path file) {
        this.file = file;
    }

    /// What earlier processes read.
    Set<String> read() {
        Set<String> scanned = new HashSet<>();
        try {
            List<String> found = Files.readAllLines(file);
            if (!found.isEmpty() && found.getFirst().equals(FORMAT)) {
                found.stream().filter(line -> ID.matcher(line).matches()).forEach(scanned::add);
                lines = found.size();
            }
        } catch (NoSuchFileException first) {
            // nothing was read yet
        } catch (IOException unreadable) {
            LOG.warn("scan.list.unread cause=\"{}\"", unreadable.getMessage());
        }
        return scanned;
    }

    /// Adds recordings; where more than half of the lines are of such as are gone, writes `all` anew instead.
    ///
    /// @param kept how many were read and are still there, the new ones too
    /// @param all these
    void add(Collection<String> scanned, int kept, Supplier<Set<String>> all) {
        try {
            if (lines == 0 || lines + scanned.size() > 2 * kept + GONE_LINES) {
                write(all.get());
            } else if (!scanned.isEmpty()) {
                Files.write(file, scanned, StandardOpenOption.APPEND);
                lines += scanned.size();
            }
        } catch (IOException fault) {
            LOG.warn("scan.list.unwritten cause=\"{}\"", fault.getMessage());
        }
    }

    private void write(Collection<String> all) throws IOException {
        List<String> text = new ArrayList<>(all.size() + 1);
        text.add(FORMAT);
        text.addAll(all);
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.write(whole, text);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        lines = text.size();
    }
}
