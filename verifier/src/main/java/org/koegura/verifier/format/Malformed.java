package org.koegura.verifier.format;

import org.jspecify.annotations.Nullable;

/// Something is not as the format page says. The message is one line, ready to show.
public final class Malformed extends Exception {

    private final @Nullable ByteRange range;

    public Malformed(String message) {
        super(message);
        this.range = null;
    }

    public Malformed(ByteRange range, String what) {
        super(range + ": " + what);
        this.range = range;
    }

    public @Nullable ByteRange range() {
        return range;
    }

    /// The message; never absent.
    public String text() {
        @Nullable String message = getMessage();
        return message == null ? "malformed" : message;
    }
}
