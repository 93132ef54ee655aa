package org.koegura.governance.account;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.database.Database;
import org.koegura.governance.journal.Instants;

/// The accounts and the posts that they hold. Methods block and throw `JdbiException` where the database fails.
public final class Accounts {

    /// The accounts that the first start makes, and the section of the operator and the supervisor. Without a second
    /// person nobody could approve what one wrote (N8).
    public static final String ADMINISTRATOR = "admin";
    public static final String MANAGER = "manager";
    public static final String SUPERVISOR = "supervisor";
    public static final String OPERATOR = "operator";
    public static final List<String> FIRST = List.of(ADMINISTRATOR, MANAGER, SUPERVISOR, OPERATOR);
    public static final Post.Section DEMO_SECTION = new Post.Section("demo", "デモ課", "Demo section");

    private static final int HASHES_AT_ONCE_MAX = 2;

    private final Database database;
    private final Clock clock;
    private final ZoneId zone;
    private final RandomGenerator random;
    private final String nobodysHash;
    private final Semaphore hashing = new Semaphore(HASHES_AT_ONCE_MAX, true);

    /// Opens nothing.
    ///
    /// @param zone whose midnight starts and ends appointments
    public Accounts(Database database, Clock clock, ZoneId zone, RandomGenerator random) {
        this.database = database;
        this.clock = clock;
        this.zone = zone;
        this.random = random;
        nobodysHash = PasswordHash.ofNobody(random);
    }

    /// Whether no account exists yet.
    public boolean none() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select count(*) from account")
                                .mapTo(Long.class)
                                .one()
                        == 0);
    }

    /// Makes the accounts of the first start, all or none.
    ///
    /// @return their passwords, which are kept nowhere
    public FirstPasswords makeFirst() {
        Map<String, String> passwords = new HashMap<>();
        Map<String, String> hashes = new HashMap<>();
        for (String account : FIRST) {
            String password = GeneratedPassword.next(random);
            passwords.put(account, password);
            hashes.put(account, PasswordHash.of(password.toCharArray(), random));
        }
        database.jdbi().useTransaction(handle -> {
            handle.createUpdate("insert into section (id, name_ja, name_en) values (:id, :nameJa, :nameEn)")
                    .bindMethods(DEMO_SECTION)
                    .execute();
            hashes.forEach((account, hash) -> insert(handle, account, hash));
            appoint(handle, ADMINISTRATOR, Role.ADMINISTRATOR, null);
            appoint(handle, MANAGER, Role.MANAGER, null);
            appoint(handle, SUPERVISOR, Role.SUPERVISOR, DEMO_SECTION.id());
            appoint(handle, OPERATOR, Role.OPERATOR, DEMO_SECTION.id());
        });
        return new FirstPasswords(passwords);
    }

    /// Passwords to print once, and then to forget.
    ///
    /// @param byAccount of each of [#FIRST]
    public record FirstPasswords(Map<String, String> byAccount) {

        public FirstPasswords {
            byAccount = Map.copyOf(byAccount);
        }

        /// Of the account of that name.
        public String of(String account) {
            return Objects.requireNonNull(byAccount.get(account), account);
        }

        /// Of the account `admin`.
        public String administrator() {
            return of(ADMINISTRATOR);
        }

        /// Of the account `operator`.
        public String operator() {
            return of(OPERATOR);
        }

        @Override
        public String toString() {
            return "FirstPasswords[hidden]";
        }
    }

    /// Whether this is the password of this account. Takes as long where there is no such account.
    boolean passwordMatches(String account, char[] password) throws InterruptedException {
        Optional<String> hash = database.jdbi()
                .withHandle(handle -> handle.createQuery("select password_hash from account where name = :name")
                        .bind("name", account)
                        .mapTo(String.class)
                        .findOne());
        hashing.acquire();
        try {
            boolean matches = PasswordHash.matches(password, hash.orElse(nobodysHash));
            return matches && hash.isPresent();
        } finally {
            hashing.release();
        }
    }

    /// Whether there is such an account.
    boolean exists(String account) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select 1 from account where name = :name")
                        .bind("name", account)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent());
    }

    /// The posts that an account holds today.
    List<Post> posts(String account) {
        String today = LocalDate.ofInstant(clock.instant(), zone).toString();
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                select role, section, name_ja, name_en from appointment
                left join section on section.id = appointment.section
                where account = :account and first_day <= :today and (last_day is null or :today <= last_day)
                order by role, section""")
                        .bind("account", account)
                        .bind("today", today)
                        .map((row, context) -> {
                            String section = row.getString("section");
                            return new Post(
                                    Role.valueOf(row.getString("role")),
                                    section == null
                                            ? null
                                            : new Post.Section(
                                                    section, row.getString("name_ja"), row.getString("name_en")));
                        })
                        .list());
    }

    private void insert(Handle handle, String account, String passwordHash) {
        handle.createUpdate("insert into account (name, password_hash, created_at) values (:name, :hash, :now)")
                .bind("name", account)
                .bind("hash", passwordHash)
                .bind("now", Instants.text(clock.instant()))
                .execute();
    }

    private void appoint(Handle handle, String account, Role role, @Nullable String section) {
        handle.createUpdate("""
                insert into appointment (id, account, role, section, first_day, last_day)
                values (:id, :account, :role, :section, :firstDay, null)""")
                .bind("id", new UUID(random.nextLong(), random.nextLong()).toString())
                .bind("account", account)
                .bind("role", role.name())
                .bind("section", section)
                .bind("firstDay", LocalDate.ofInstant(clock.instant(), zone).toString())
                .execute();
    }
}
