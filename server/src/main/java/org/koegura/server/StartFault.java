package org.koegura.server;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.account.Accounts.FirstPasswords;

/// The product cannot start. The message is the one line that the operator sees: what, where, what to do.
final class StartFault extends Exception {

    /// Not for the wire: whoever gets this fault prints them and forgets them.
    private final transient @Nullable FirstPasswords firstPasswords;

    StartFault(String message) {
        super(message);
        this.firstPasswords = null;
    }

    StartFault(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /// With the passwords of accounts that this start made before it failed.
    StartFault(String message, @Nullable Throwable cause, @Nullable FirstPasswords firstPasswords) {
        super(message, cause);
        this.firstPasswords = firstPasswords;
    }

    /// The passwords of accounts that this start made before it failed: no later start can show them.
    Optional<FirstPasswords> firstPasswords() {
        return Optional.ofNullable(firstPasswords);
    }
}
