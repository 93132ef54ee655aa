package org.koegura.verifier;

import org.jspecify.annotations.Nullable;

/// Something is not as the format page says. The message is one line, ready to show.
final class Malformed extends Exception {

    private final @Nullable ByteRange range;

    Malformed(String message) {
        super(message);
        this.range = null;
    }

    Malformed(ByteRange range, String what) {
        super(range + ": " + what);
        this.range = range;
    }

    @Nullable
    ByteRange range() {
        return range;
    }

    /// The message; never absent.
    String text() {
        @Nullable String message = getMessage();
        return message == null ? "malformed" : message;
    }
}
