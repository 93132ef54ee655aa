package org.koegura.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which bytes of a file a request wants (RFC 9110 §14).
sealed interface ByteRange {

    /// All of them: no `Range`, or one that is not understood, which §14.2 says to ignore.
    record Whole() implements ByteRange {}

    /// Bytes from `first` to `last`, both included, both inside the file.
    record Part(long first, long last) implements ByteRange {
        long count() {
            return last - first + 1;
        }
    }

    /// None: the range lies outside the file.
    record Unsatisfiable() implements ByteRange {}

    Pattern ONE_RANGE = Pattern.compile("bytes=\\s*(?<first>[0-9]{0,18})\\s*-\\s*(?<last>[0-9]{0,18})\\s*");

    /// Reads a `Range` header for a file of this length. Several ranges at once are answered with the whole.
    static ByteRange read(@Nullable String header, long lengthBytes) {
        if (header == null) {
            return new Whole();
        }
        Matcher range = ONE_RANGE.matcher(header.strip());
        if (!range.matches()) {
            return new Whole();
        }
        String first = range.group("first");
        String last = range.group("last");
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(Long.parseLong(last), lengthBytes);
        }
        return part(Long.parseLong(first), last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last), lengthBytes);
    }

    private static ByteRange suffix(long count, long lengthBytes) {
        boolean none = count == 0 || lengthBytes == 0;
        return none ? new Unsatisfiable() : new Part(Math.max(0, lengthBytes - count), lengthBytes - 1);
    }

    private static ByteRange part(long first, long last, long lengthBytes) {
        if (last < first) {
            return new Whole();
        }
        return first >= lengthBytes ? new Unsatisfiable() : new Part(first, Math.min(last, lengthBytes - 1));
    }
}
