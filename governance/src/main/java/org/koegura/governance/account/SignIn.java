package org.koegura.governance.account;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.governance.database.Database;

/// The way in and out: password, limits, journal, session. Every method blocks and throws `JdbiException` where the
/// database fails.
public final class SignIn {

    private static final int LIMITED_KEYS_MAX = 4096;
    private static final int ACCOUNT_CHARACTERS_MAX = 64;

    private final Accounts accounts;
    private final Sessions sessions;
    private final SignInLimits limits;
    private final Journal journal;
    private final Clock clock;
    private final Counter succeeded;
    private final Counter failed;
    private final Counter locked;

    /// What came of a sign-in.
    public sealed interface Outcome {

        /// Signed in. The token opens the session; it is shown nowhere else.
        record Opened(String token, Session session) implements Outcome {
            @Override
            public String toString() {
                return "Opened[hidden]";
            }
        }

        /// Account and password do not belong together.
        record Wrong() implements Outcome {}

        /// Too many failures; try again after that time.
        record Locked(Duration retryAfter) implements Outcome {}
    }

    public SignIn(
            Database database,
            Accounts accounts,
            Journal journal,
            Clock clock,
            RandomGenerator random,
            MeterRegistry registry) {
        this.accounts = accounts;
        this.journal = journal;
        this.clock = clock;
        sessions = new Sessions(database, accounts, clock, random);
        limits = new SignInLimits(clock, LIMITED_KEYS_MAX, registry);
        succeeded = attempts(registry, "succeeded");
        failed = attempts(registry, "failed");
        locked = attempts(registry, "locked");
    }

    private static Counter attempts(MeterRegistry registry, String outcome) {
        return Counter.builder("koegura.login.attempts")
                .description("Console log-ins.")
                .tags("outcome", outcome, "method", "password")
                .register(registry);
    }

    /// Signs somebody in. A failure is journalled under the account's name only where there is such an account: what is
    /// typed into the wrong field may be a password.
    ///
    /// @param source network address of the client
    public Outcome open(String account, char[] password, String source) throws JournalFault, InterruptedException {
        if (account.length() > ACCOUNT_CHARACTERS_MAX || password.length > PasswordHash.PASSWORD_CHARACTERS_MAX) {
            failed.increment();
            return new Outcome.Wrong();
        }
        Optional<Duration> wait = limits.admit(account, source);
        if (wait.isPresent()) {
            locked.increment();
            return new Outcome.Locked(wait.get());
        }
        if (!accounts.passwordMatches(account, password)) {
            failed.increment();
            boolean known = accounts.exists(account);
            append(known ? account : "unknown", "session.refused", known ? account : "unknown", source);
            return new Outcome.Wrong();
        }
        append(account, "session.open", account, source);
        limits.succeeded(account, source);
        String token = sessions.open(account);
        succeeded.increment();
        return new Outcome.Opened(token, sessions.find(token).orElseThrow());
    }

    /// The session of a token, with the posts held now, or empty.
    public Optional<Session> session(String token) {
        return sessions.find(token);
    }

    /// Ends a session.
    public void close(Session session) throws JournalFault {
        journal.append(
                new JournalEntry(clock.instant(), session.account(), "session.close", session.account(), Map.of()));
        sessions.close(session);
    }

    private void append(String actor, String act, String subject, String source) throws JournalFault {
        journal.append(new JournalEntry(clock.instant(), actor, act, subject, Map.of("source", source)));
    }
}
