package org.koegura.server;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.server.config.Key;
import picocli.CommandLine;

/// The product cannot start. The message is the one line that the operator sees: what, where, what to do.
final class StartFault extends Exception {

    private final transient @Nullable Blamed blamed;

    /// Not for the wire: whoever gets this fault prints them and forgets them.
    private final transient @Nullable FirstPasswords firstPasswords;

    private final int exitCode;

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
        this(message, cause, null, CommandLine.ExitCode.SOFTWARE, firstPasswords);
    }

    private StartFault(
            String message,
            @Nullable Throwable cause,
            @Nullable Blamed blamed,
            int exitCode,
            @Nullable FirstPasswords firstPasswords) {
        super(message, cause);
        this.blamed = blamed;
        this.exitCode = exitCode;
        this.firstPasswords = firstPasswords;
    }

    /// The value of a setting cannot be used here.
    ///
    /// @param why and what to do
    static StartFault in(Key<?> key, String why, @Nullable Throwable cause) {
        return in(key, why, cause, CommandLine.ExitCode.USAGE);
    }

    /// What a setting names is in use: it may be right, and the start may succeed later.
    ///
    /// @param why and what to do
    static StartFault taken(Key<?> key, String why, @Nullable Throwable cause) {
        return in(key, why, cause, CommandLine.ExitCode.SOFTWARE);
    }

    private static StartFault in(Key<?> key, String why, @Nullable Throwable cause, int exitCode) {
        return new StartFault(key.name() + ": " + why, cause, new Blamed(key, why), exitCode, null);
    }

    /// The operator wanted no start any more, before anything was made.
    static StartFault stopped() {
        return new StartFault("stopped before the start; nothing was made", null, null, CommandLine.ExitCode.OK, null);
    }

    /// With which the process ends: 0 where it was stopped, 2 where the settings are wrong, else 1.
    int exitCode() {
        return exitCode;
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
