package org.koegura.governance;

/// Governance cannot be opened. The message is one line that says what to do; nothing was changed.
public abstract sealed class GovernanceFault extends Exception {

    private GovernanceFault(String message, Throwable cause) {
        super(message, cause);
    }

    /// Another process uses this data directory.
    public static final class InUse extends GovernanceFault {
        InUse(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The journal's chain does not hold, or is shorter than the database knows: tampering or loss.
    public static final class JournalBroken extends GovernanceFault {
        JournalBroken(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The medium or the database cannot be used.
    public static final class Unusable extends GovernanceFault {
        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
