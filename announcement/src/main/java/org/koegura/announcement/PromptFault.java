package org.koegura.announcement;

import org.jspecify.annotations.Nullable;

/// The prompts cannot be used; each kind says what to do next, its message is one line for an operator.
public abstract sealed class PromptFault extends Exception {

    private PromptFault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// A prompt or its file is not there. Correct the setting, or install again.
    public static final class Missing extends PromptFault {
        Missing(String message) {
            super(message, null);
        }
    }

    /// A file is not the one that its index names, or cannot be read as sound. Install again; do not use it.
    public static final class Damaged extends PromptFault {
        Damaged(String message) {
            super(message, null);
        }

        Damaged(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// It is what its index says, and cannot be a notice: too long, too quiet, cut off, not valid. Mend
    /// it, or choose another.
    public static final class Unfit extends PromptFault {
        Unfit(String message) {
            super(message, null);
        }
    }

    /// Somebody else is changing the folder just now. Ask again.
    public static final class Busy extends PromptFault {
        Busy(String message) {
            super(message, null);
        }
    }
}
