package org.koegura.console;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A console that listens on loopback over a fresh data directory.
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
abstract class AtTheConsole {

    @TempDir
    Path directory;

    OpenConsole open;

    @BeforeEach
    void open() throws Exception {
        open = new OpenConsole(directory);
    }

    @AfterEach
    void close() {
        open.close();
    }
}
