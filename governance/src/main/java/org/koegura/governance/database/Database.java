package org.koegura.governance.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.koegura.governance.journal.Mark;
import org.koegura.governance.journal.Projection;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// The open metadata database: SQLite in write-ahead mode, every commit forced, brought to the newest schema.
public final class Database implements Projection, AutoCloseable {

    private static final int CONNECTIONS_MAX = 4;
    private static final int BUSY_MILLIS_MAX = 5_000;
    private static final String LOCAL_CHAIN = "local";

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        jdbi = Jdbi.create(pool);
    }

    /// Opens or makes the database file. Blocks.
    ///
    /// @throws IOException it cannot be used; the message is one line
    public static Database open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try {
            HikariDataSource pool = new HikariDataSource(pool(file));
            try {
                Flyway.configure()
                        .dataSource(pool)
                        .locations("classpath:org/koegura/governance/migration")
                        .load()
                        .migrate();
            } catch (FlywayException failed) {
                pool.close();
                throw failed;
            }
            return new Database(pool);
        } catch (HikariPool.PoolInitializationException | FlywayException failed) {
            throw new IOException(reason(failed), failed);
        }
    }

    private static HikariConfig pool(Path file) {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setJournalMode(SQLiteConfig.JournalMode.WAL);
        sqlite.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        sqlite.setBusyTimeout(BUSY_MILLIS_MAX);
        sqlite.enforceForeignKeys(true);
        sqlite.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(sqlite);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        HikariConfig config = new HikariConfig();
        config.setPoolName("metadata");
        config.setDataSource(source);
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setConnectionTimeout(BUSY_MILLIS_MAX);
        return config;
    }

    /// Reads the file of a database without changing it, beside who writes it or without. Blocks.
    ///
    /// @throws IOException it cannot be read; the message is one line without what it holds
    public static <T> T reading(Path file, Function<Handle, T> read) throws IOException {
        if (!Files.isReadable(file)) { // SQLite's own words would not say which
            throw new IOException(
                    "the database " + file + " cannot be read; name a data directory that this user may read");
        }
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setReadOnly(true);
        SQLiteDataSource source = new SQLiteDataSource(sqlite);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        try {
            return Jdbi.create(source).withHandle(read::apply);
        } catch (JdbiException failed) {
            throw new IOException("the database " + file + " cannot be read: " + reason(failed), failed);
        }
    }

    /// The way to its tables. Its exceptions are [JdbiException].
    public Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public Mark load() throws IOException {
        try {
            return jdbi.withHandle(
                    handle -> handle.createQuery("select entries, last_hash from journal_mark where chain = :chain")
                            .bind("chain", LOCAL_CHAIN)
                            .map((row, context) -> new Mark(row.getLong("entries"), row.getString("last_hash")))
                            .findOne()
                            .orElse(Mark.START));
        } catch (JdbiException failed) {
            throw new IOException(reason(failed), failed);
        }
    }

    @Override
    public void save(Mark mark) throws IOException {
        try {
            jdbi.useHandle(handle -> handle.createUpdate("""
                    insert into journal_mark (chain, entries, last_hash) values (:chain, :entries, :lastHash)
                    on conflict (chain) do update set entries = excluded.entries, last_hash = excluded.last_hash""")
                    .bind("chain", LOCAL_CHAIN)
                    .bind("entries", mark.entries())
                    .bind("lastHash", mark.lastHash())
                    .execute());
        } catch (JdbiException failed) {
            throw new IOException(reason(failed), failed);
        }
    }

    /// Why the database failed, in one line without the statement and what was bound to it: those hold numbers.
    public static String reason(Exception failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
    }

    @Override
    public void close() {
        pool.close();
    }
}
