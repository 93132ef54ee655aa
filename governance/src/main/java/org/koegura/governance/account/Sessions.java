package org.koegura.governance.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.koegura.governance.database.Database;
import org.koegura.governance.journal.Instants;

/// Who is signed in. A session ends by signing out, after 30 minutes without use, and 12 hours after it began.
///
/// A page that follows the live calls is use: whoever glances at it all day must find it signed in when a call rings
/// that is to be exempted (Art. 4, proviso).
final class Sessions {

    static final Duration IDLE_MAX = Duration.ofMinutes(30);
    static final Duration AGE_MAX = Duration.ofHours(12);

    /// A use is written down at most this often.
    private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);

    private static final int TOKEN_BYTES = 32;
    private static final int TOKEN_CHARACTERS_MAX = 128;

    private final Database database;
    private final Accounts accounts;
    private final Clock clock;
    private final RandomGenerator random;

    private record Row(String account, Instant createdAt, Instant usedAt) {}

    Sessions(Database database, Accounts accounts, Clock clock, RandomGenerator random) {
        this.database = database;
        this.accounts = accounts;
        this.clock = clock;
        this.random = random;
    }

    /// Makes a session, forgets those that ended, and returns the token, which is kept nowhere.
    String open(String account) {
        byte[] bits = new byte[TOKEN_BYTES];
        random.nextBytes(bits);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        Instant now = clock.instant();
        database.jdbi().useTransaction(handle -> {
            handle.createUpdate("delete from session where created_at < :aged or used_at < :idle")
                    .bind("aged", Instants.text(now.minus(AGE_MAX)))
                    .bind("idle", Instants.text(now.minus(IDLE_MAX)))
                    .execute();
            handle.createUpdate("""
                    insert into session (token_hash, account, created_at, used_at)
                    values (:token, :account, :now, :now)""")
                    .bind("token", hash(token))
                    .bind("account", account)
                    .bind("now", Instants.text(now))
                    .execute();
        });
        return token;
    }

    /// The session of a token, or empty where there is none or it ended.
    Optional<Session> find(String token) {
        if (token.length() > TOKEN_CHARACTERS_MAX) {
            return Optional.empty();
        }
        String id = hash(token);
        Instant now = clock.instant();
        return row(id).filter(row -> now.isBefore(row.createdAt().plus(AGE_MAX))
                        && now.isBefore(row.usedAt().plus(IDLE_MAX)))
                .map(row -> {
                    if (row.usedAt().plus(TOUCH_EVERY).isBefore(now)) {
                        touch(id, now);
                    }
                    return new Session(id, row.account(), accounts.posts(row.account()));
                });
    }

    void close(Session session) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate("delete from session where token_hash = :id")
                        .bind("id", session.id())
                        .execute());
    }

    private Optional<Row> row(String id) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "select account, created_at, used_at from session where token_hash = :id")
                        .bind("id", id)
                        .map((row, context) -> new Row(
                                row.getString("account"),
                                Instant.parse(row.getString("created_at")),
                                Instant.parse(row.getString("used_at"))))
                        .findOne());
    }

    private void touch(String id, Instant now) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate("update session set used_at = :now where token_hash = :id")
                        .bind("now", Instants.text(now))
                        .bind("id", id)
                        .execute());
    }

    private static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has SHA-256", absent);
        }
    }
}
