package org.koegura.governance.journal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Walks a journal from its first byte and says whether every line follows the one before.
final class Chain {

    /// What a walk found.
    sealed interface Verdict {

        /// Every whole line holds.
        ///
        /// @param end the mark after the last whole line
        /// @param bytes length of the whole lines
        /// @param cutBytes what follows the last line feed
        /// @param hashAtMark hash of the entry that the walk was asked about; null where there is no such entry
        record Whole(
                Mark end,
                long bytes,
                long cutBytes,
                @Nullable String hashAtMark) implements Verdict {}

        /// The first line that does not hold.
        record Broken(long seq, String why) implements Verdict {}
    }

    private Chain() {}

    /// Reads to the end of `in`, or to `bytesMax`, in constant memory.
    ///
    /// @param markAt number of the entry whose hash is wanted; 0 for the start of the chain
    /// @param each is given every line that holds, in order
    static Verdict walk(InputStream in, long bytesMax, long markAt, Consumer<JournalLine> each) throws IOException {
        InputStream buffered = new BufferedInputStream(in, 1 << 16);
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        Mark end = Mark.START;
        long wholeBytes = 0;
        String hashAtMark = markAt == 0 ? Mark.START.lastHash() : null;
        while (wholeBytes + line.size() < bytesMax) {
            int next = buffered.read();
            if (next < 0) {
                break;
            }
            if (next != '\n') {
                line.write(next);
                if (line.size() > JournalLine.BYTES_MAX) {
                    return new Verdict.Broken(end.entries() + 1, "it is longer than any entry");
                }
                continue;
            }
            try {
                JournalLine read = JournalLine.read(end, line.toByteArray());
                end = new Mark(read.seq(), read.hash());
                each.accept(read);
            } catch (JournalLine.Malformed malformed) {
                return new Verdict.Broken(end.entries() + 1, String.valueOf(malformed.getMessage()));
            }
            wholeBytes += line.size() + 1L;
            line.reset();
            if (end.entries() == markAt) {
                hashAtMark = end.lastHash();
            }
        }
        return new Verdict.Whole(end, wholeBytes, line.size(), hashAtMark);
    }
}
