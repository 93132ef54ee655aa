package org.koegura.server.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

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

    /// TLS of somebody who shows it, and trusts it alone.
    public SSLContext context() throws IOException, GeneralSecurityException {
        String pem = Files.readString(key()).replaceAll("-----[A-Z ]+-----|\\s", "");
        PrivateKey secret = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file())) {
            java.security.cert.Certificate own =
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
            store.setKeyEntry("own", secret, new char[0], new java.security.cert.Certificate[] {own});
            store.setCertificateEntry("trusted", own);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /// The options of a product that listens there for TLS with it, and trusts nobody else.
    ///
    /// @param more options, that come first
    public String[] options(String listening, String... more) {
        Stream<String> tls = Stream.of(
                "--tls",
                listening,
                "--tls-certificate",
                file().toString(),
                "--tls-key",
                key().toString(),
                "--tls-trust",
                file().toString());
        return Stream.concat(Stream.of(more), tls).toArray(String[]::new);
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
