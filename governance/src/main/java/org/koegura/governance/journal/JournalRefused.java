package org.koegura.governance.journal;

/// The journal cannot be opened; the message is one line that says what to do.
public abstract sealed class JournalRefused extends Exception {

    private JournalRefused(String message, Throwable cause) {
        super(message, cause);
    }

    private JournalRefused(String message) {
        super(message);
    }

    /// Another process writes it.
    public static final class InUse extends JournalRefused {
        InUse(String message) {
            super(message);
        }
    }

    /// Its chain does not hold, or it is shorter than the database knows: tampering or loss. Nothing was changed.
    public static final class Broken extends JournalRefused {
        Broken(String message) {
            super(message);
        }
    }

    /// The medium or the database does not answer.
    public static final class Unreachable extends JournalRefused {
        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
