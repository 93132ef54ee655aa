package org.koegura.sipproxy.tls;

import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/// A certification authority of a test's own, its files in a directory of the test.
public final class Authority {

    private static final char[] NO_PASSWORD = new char[0];

    private static final AlgorithmIdentifier ECDSA_SHA256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private final Path directory;
    private final KeyPair keys = keys();
    private final X509Certificate certificate;

    /// Somebody that it vouches for.
    public record Identity(PrivateKey key, X509Certificate certificate, Path certificateFile, Path keyFile) {}

    public Authority(Path directory, String name) {
        this.directory = directory;
        this.certificate = issued(name, keys, null, keys, true);
        write(trustFile(), "CERTIFICATE", encoded(certificate));
    }

    /// Its own certificate.
    public Path trustFile() {
        return directory.resolve(
                "trust-" + certificate.getSubjectX500Principal().hashCode() + ".pem");
    }

    /// A certificate for these names and addresses, and its key.
    public Identity identity(String... names) {
        return identity(keys(), names);
    }

    /// The same for a key of another kind.
    Identity identity(KeyPair own, String... names) {
        X509Certificate issued = issued("peer", own, names, keys, false);
        String file = String.join("-", names).replaceAll("[^a-z0-9.-]", "_")
                + certificate.getSubjectX500Principal().hashCode();
        Identity identity = new Identity(
                own.getPrivate(), issued, directory.resolve(file + ".crt"), directory.resolve(file + ".key"));
        write(identity.certificateFile(), "CERTIFICATE", encoded(issued));
        write(identity.keyFile(), "PRIVATE KEY", own.getPrivate().getEncoded());
        return identity;
    }

    /// Settings of a proxy that has that identity and trusts this authority.
    public TlsSettings settings(Identity identity, boolean clientsRequired) {
        return new TlsSettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                identity.certificateFile(),
                identity.keyFile(),
                trustFile(),
                clientsRequired);
    }

    /// TLS of a peer that trusts this authority.
    ///
    /// @param shown what it shows of itself; null for nothing
    public SSLContext context(@Nullable Identity shown) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry("authority", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, NO_PASSWORD);
            if (shown != null) {
                own.setKeyEntry("peer", shown.key(), NO_PASSWORD, new X509Certificate[] {shown.certificate()});
            }
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate issued(String name, KeyPair of, String @Nullable [] names, KeyPair by, boolean authority) {
        X500Principal subject = new X500Principal("CN=" + name);
        X500Principal issuer = authority ? subject : certificate.getSubjectX500Principal();
        Instant now = Instant.now();
        V3TBSCertificateGenerator facts = new V3TBSCertificateGenerator();
        facts.setSerialNumber(new ASN1Integer(new BigInteger(63, new SecureRandom())));
        facts.setSubject(X500Name.getInstance(subject.getEncoded()));
        facts.setIssuer(X500Name.getInstance(issuer.getEncoded()));
        facts.setStartDate(new Time(Date.from(now.minus(1, ChronoUnit.HOURS))));
        facts.setEndDate(new Time(Date.from(now.plus(1, ChronoUnit.DAYS))));
        facts.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(of.getPublic().getEncoded()));
        facts.setSignature(ECDSA_SHA256);
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (names != null) {
                GeneralName[] subjects =
                        Arrays.stream(names).map(Authority::subject).toArray(GeneralName[]::new);
                extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(subjects));
            }
            facts.setExtensions(extensions.generate());
            TBSCertificate certified = facts.generateTBSCertificate();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(by.getPrivate());
            signature.update(certified.getEncoded());
            byte[] encoded = new DERSequence(
                            new ASN1Encodable[] {certified, ECDSA_SHA256, new DERBitString(signature.sign())})
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralName subject(String name) {
        if (name.startsWith("sip:")) {
            return new GeneralName(GeneralName.uniformResourceIdentifier, name);
        }
        boolean address = NetUtil.createInetAddressFromIpAddressString(name) != null;
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String label, byte[] encoded) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        try {
            Files.writeString(file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
