package org.koegura.governance.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.JournalEntry;

/// Reads a journal that nobody writes, or beside who writes it.
public final class JournalReading {

    private JournalReading() {}

    /// The entries of one act, in their order; the whole chain is checked on the way. Blocks.
    ///
    /// @param directory of the journal
    /// @throws JournalRefused it is not there, or its chain does not hold
    public static List<JournalEntry> entries(Path directory, String act) throws JournalRefused {
        Path file = directory.resolve("journal.jsonl");
        List<JournalEntry> entries = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            Chain.Verdict verdict = Chain.walk(in, Long.MAX_VALUE, 0, line -> {
                if (line.entry().act().equals(act)) {
                    entries.add(line.entry());
                }
            });
            if (verdict instanceof Chain.Verdict.Broken(long seq, String why)) {
                throw new JournalRefused.Broken("journal " + file + ", entry " + seq + ": " + why);
            }
            return entries;
        } catch (IOException unreadable) {
            throw new JournalRefused.Unreachable(
                    "journal " + file + " cannot be read; name a data directory that this user may read", unreadable);
        }
    }
}
