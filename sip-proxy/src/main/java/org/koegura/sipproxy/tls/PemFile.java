package org.koegura.sipproxy.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file of PEM blocks (RFC 7468).
///
/// @param part what it is for
/// @param path where it is
record PemFile(TlsFault.Part part, Path path) {

    /// Far more than a chain, or the authorities of a country.
    private static final long BYTES_MAX = 4L << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /// All of its certificates; at least one.
    List<X509Certificate> certificates() throws TlsFault {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] block : blocks("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
            }
        } catch (CertificateException broken) {
            throw new TlsFault(part, path + " has a certificate that cannot be read: make the file anew", broken);
        }
        if (certificates.isEmpty()) {
            throw new TlsFault(
                    part, path + " holds no certificate: PEM is needed, -----BEGIN CERTIFICATE----- and what follows");
        }
        return List.copyOf(certificates);
    }

    /// Its one private key.
    PrivateKey key() throws TlsFault {
        List<byte[]> keys = blocks("PRIVATE KEY");
        if (keys.size() != 1) {
            throw new TlsFault(
                    part,
                    path + " holds no single plain key: PKCS#8 in PEM is needed, -----BEGIN PRIVATE KEY-----;"
                            + " openssl pkcs8 -topk8 -nocrypt makes one");
        }
        for (String algorithm : List.of("RSA", "EC", "Ed25519", "RSASSA-PSS")) {
            PrivateKey key = key(algorithm, keys.getFirst());
            if (key != null) {
                return key;
            }
        }
        throw new TlsFault(part, path + " holds a key that cannot be read: RSA, EC or Ed25519 is needed");
    }

    private static @Nullable PrivateKey key(String algorithm, byte[] encoded) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException anotherAlgorithm) {
            return null;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without " + algorithm, e);
        }
    }

    private List<byte[]> blocks(String label) throws TlsFault {
        List<byte[]> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text());
        while (block.find()) {
            if (block.group(1).equals(label)) {
                blocks.add(decoded(block.group(2)));
            }
        }
        return blocks;
    }

    private byte[] decoded(String base64) throws TlsFault {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException damaged) {
            throw new TlsFault(part, path + " is damaged: its Base64 text is not whole; write it anew", damaged);
        }
    }

    private String text() throws TlsFault {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new TlsFault(part, path + " is too large for a PEM file");
            }
            return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new TlsFault(part, path + " is not there: name a PEM file", missing);
        } catch (IOException unreadable) {
            throw new TlsFault(part, path + " cannot be read: let the user that Koegura runs as read it", unreadable);
        }
    }
}
