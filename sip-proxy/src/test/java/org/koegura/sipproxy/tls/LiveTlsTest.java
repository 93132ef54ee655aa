package org.koegura.sipproxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of TLS that change while the proxy runs.
class LiveTlsTest {

    @TempDir
    Path directory = Path.of("set by the test engine");

    private static void replace(Path file, Path by) throws IOException {
        Path fresh = Files.copy(by, file.resolveSibling("fresh"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void newFilesAreReadOnceTheyRestAndFilesThatCannotBeUsedLeaveTheOnesBefore() throws Exception {
        Authority authority = new Authority(directory, "authority");
        Authority.Identity old = authority.identity("old.example");
        Authority.Identity fresh = authority.identity("new.example");
        try (LiveTls live = LiveTls.open(authority.settings(old, false))) {
            Tls first = live.now();
            live.look();
            assertThat(live.now()).as("nothing changed").isSameAs(first);

            replace(old.certificateFile(), fresh.certificateFile());
            live.look();
            live.look();
            assertThat(live.now()).as("the key is still that of another").isSameAs(first);

            replace(old.keyFile(), fresh.keyFile());
            live.look();
            assertThat(live.now()).as("it may still be written").isSameAs(first);
            live.look();
            Tls second = live.now();
            assertThat(second).isNotSameAs(first);

            Files.writeString(old.certificateFile(), "-----BEGIN CERTIFICATE-----\nMIIBa\n-----END CERTIFICATE-----\n");
            live.look();
            live.look();
            assertThat(live.now()).as("a character of its Base64 is lost").isSameAs(second);
            Files.writeString(old.certificateFile(), "no PEM at all");
            live.look();
            live.look();
            assertThat(live.now()).isSameAs(second);
            Files.delete(old.keyFile());
            live.look();
            live.look();
            assertThat(live.now()).isSameAs(second);
        }
    }

    /// To let another user read a file changes neither its length nor its time.
    @Test
    void whatCouldNotBeReadIsTriedAgainThoughItLooksTheSame() throws Exception {
        Authority authority = new Authority(directory, "authority");
        Authority.Identity old = authority.identity("old.example");
        Authority.Identity fresh = authority.identity("new.example");
        Path away = directory.resolve("away");
        try (LiveTls live = LiveTls.open(authority.settings(old, false))) {
            Tls first = live.now();
            replace(old.certificateFile(), fresh.certificateFile());
            replace(old.keyFile(), fresh.keyFile());
            Files.move(directory.resolve(old.keyFile().getFileName()), away);
            Files.createDirectory(old.keyFile()); // no file that anybody can read
            live.look();
            live.look();
            live.look();
            assertThat(live.now()).isSameAs(first);
            Files.delete(old.keyFile());
            Files.move(away, old.keyFile());
            live.look();
            live.look();
            assertThat(live.now()).isNotSameAs(first);
        }
    }
}
