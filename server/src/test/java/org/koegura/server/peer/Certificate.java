package org.koegura.server.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A certificate that vouches for itself, made for one test.
///
/// @param directory where it is
public record Certificate(Path directory) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Makes one.
    ///
    /// @param subject as `subjectAltName` has it: `IP:127.0.0.1`
    public static Certificate of(Path directory, String subject) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Certificate own = new Certificate(directory);
        try (ChildProcess openssl = ChildProcess.start(
                directory,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=koegura",
                "-addext",
                "subjectAltName=" + subject,
                "-keyout",
                own.key().toString(),
                "-out",
                own.file().toString())) {
            if (openssl.awaitExit(PATIENCE) != 0) {
                throw new IOException("openssl makes no certificate: " + openssl.out());
            }
        }
        return own;
    }

    /// The certificate (PEM).
    public Path file() {
        return directory.resolve("own.crt");
    }

    /// Its key (PEM, PKCS#8).
    public Path key() {
        return directory.resolve("own.key");
    }
}
