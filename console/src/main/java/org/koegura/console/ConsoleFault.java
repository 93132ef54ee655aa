package org.koegura.console;

import org.jspecify.annotations.Nullable;

/// The console cannot be opened. The message is one line that says what to do.
public abstract sealed class ConsoleFault extends Exception {

    private ConsoleFault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// Somebody else listens on the port. Stop that, or choose another port.
    public static final class PortTaken extends ConsoleFault {
        PortTaken(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The address cannot be listened on at all.
    public static final class Unusable extends ConsoleFault {
        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
