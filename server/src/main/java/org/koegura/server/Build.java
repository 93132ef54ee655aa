package org.koegura.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/// What this was built of, as the build wrote it down.
///
/// @param version of the product
/// @param revision of its sources; `unknown` where it was not built from a repository
record Build(String version, String revision) {

    static Build read() {
        Properties written = new Properties();
        try (InputStream file = Build.class.getResourceAsStream("/org/koegura/server/build.properties")) {
            written.load(Objects.requireNonNull(file, "the build writes build.properties"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return new Build(value(written, "version"), value(written, "revision"));
    }

    private static String value(Properties written, String key) {
        return Objects.requireNonNull(written.getProperty(key), key);
    }
}
