package org.koegura.server;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.server.config.Key;

/// The product cannot start. The message is the one line that the operator sees: what, where, what to do.
final class StartFault extends Exception {

    private final transient @Nullable Blamed blamed;

    /// Not for the wire: whoever gets this fault prints them and forgets them.
    private final transient @Nullable FirstPasswords firstPasswords;

    /// A setting whose value cannot be used, and why.
    private record Blamed(Key<?> key, String why) {}

    StartFault(String message) {
        this(message, null);
    }

    StartFault(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /// With the passwords of accounts that this start made before it failed.
    StartFault(String message, @Nullable Throwable cause, @Nullable FirstPasswords firstPasswords) {
        this(message, cause, null, firstPasswords);
    }

    private StartFault(
            String message,
            @Nullable Throwable cause,
            @Nullable Blamed blamed,
            @Nullable FirstPasswords firstPasswords) {
        super(message, cause);
        this.blamed = blamed;
        this.firstPasswords = firstPasswords;
    }

    /// The value of a setting cannot be used here.
    ///
    /// @param why and what to do
    static StartFault in(Key<?> key, String why, @Nullable Throwable cause) {
        return new StartFault(key.name() + ": " + why, cause, new Blamed(key, why), null);
    }

    /// The whole line.
    ///
    /// @param place where a setting was set, as the operator finds it
    String line(Function<Key<?>, String> place) {
        return blamed == null ? "koegura: " + getMessage() : place.apply(blamed.key()) + ": " + blamed.why();
    }

    /// The passwords of accounts that this start made before it failed: no later start can show them.
    Optional<FirstPasswords> firstPasswords() {
        return Optional.ofNullable(firstPasswords);
    }
}
