package org.koegura.callmodel;

/// A store could not do what it was asked; each kind says what to do next.
public abstract sealed class StoreFault extends Exception {

    private StoreFault(String message, Throwable cause) {
        super(message, cause);
    }

    private StoreFault(String message) {
        super(message);
    }

    /// The medium did not take or give the bytes. Try again later; nothing was damaged.
    public static final class Unreachable extends StoreFault {
        public Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The medium is full. Free or add space.
    public static final class Full extends StoreFault {
        public Full(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// There is no such recording, or its key is destroyed. Do not try again.
    public static final class Missing extends StoreFault {
        public Missing(String message) {
            super(message);
        }
    }

    /// What was read is not what was written. An incident: do not repair silently.
    public static final class Damaged extends StoreFault {
        public Damaged(String message) {
            super(message);
        }
    }
}
