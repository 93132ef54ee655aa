package org.koegura.sipproxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of PEM files, and what is said of those that are none.
class TlsTest {

    @TempDir
    Path directory = Path.of("set by the test engine");

    private Authority authority() {
        return new Authority(directory, "authority");
    }

    private static void isRefused(TlsSettings settings, TlsFault.Part part, String word) {
        assertThatThrownBy(() -> Tls.load(settings)).isInstanceOfSatisfying(TlsFault.class, fault -> {
            assertThat(fault.part()).isEqualTo(part);
            assertThat(fault.getMessage()).contains(word).doesNotContain("\n");
        });
    }

    @Test
    void aFileThatIsNotThereOrNotPemIsNamedInOneLine() throws IOException {
        Authority authority = authority();
        Authority.Identity good = authority.identity("127.0.0.1");
        Path nothing = directory.resolve("nothing.pem");
        Path words = Files.writeString(directory.resolve("words.pem"), "no PEM at all");
        Path broken = Files.writeString(
                directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        TlsSettings right = authority.settings(good, false);
        isRefused(with(right, nothing, good.keyFile()), TlsFault.Part.CERTIFICATE, "nothing.pem is not there");
        isRefused(with(right, words, good.keyFile()), TlsFault.Part.CERTIFICATE, "words.pem holds no certificate");
        isRefused(with(right, broken, good.keyFile()), TlsFault.Part.CERTIFICATE, "broken.pem has a certificate");
        isRefused(with(right, good.certificateFile(), words), TlsFault.Part.KEY, "words.pem holds no single plain key");
        isRefused(
                new TlsSettings(right.listen(), good.certificateFile(), good.keyFile(), words, false),
                TlsFault.Part.TRUST,
                "words.pem holds no certificate");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedBeforeAnybodyConnects() {
        Authority authority = authority();
        Authority.Identity one = authority.identity("127.0.0.1");
        Authority.Identity other = authority.identity("127.0.0.2");
        isRefused(
                with(authority.settings(one, false), one.certificateFile(), other.keyFile()),
                TlsFault.Part.KEY,
                "is not the key of the first certificate");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeyForPssOnlyIsTheKeyOfItsCertificate(boolean bound) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(
                bound
                        ? new RSAKeyGenParameterSpec(
                                2048,
                                RSAKeyGenParameterSpec.F4,
                                new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1))
                        : new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
        Authority authority = authority();
        Authority.Identity one = authority.identity(generator.generateKeyPair(), "127.0.0.1");
        assertThat(Tls.load(authority.settings(one, false))).isNotNull();
        Authority.Identity other = authority.identity(generator.generateKeyPair(), "127.0.0.2");
        isRefused(
                with(authority.settings(one, false), one.certificateFile(), other.keyFile()),
                TlsFault.Part.KEY,
                "is not the key of the first certificate");
    }

    @Test
    void whereACertificateIsInItsTermIsKnown() {
        var certificate = authority().identity("127.0.0.1").certificate();
        Instant end = certificate.getNotAfter().toInstant();
        Instant begin = certificate.getNotBefore().toInstant();
        Duration notice = Duration.ofMinutes(10);
        assertThat(Term.of(certificate, begin.minusSeconds(1), notice)).isEqualTo(Term.EARLY);
        assertThat(Term.of(certificate, end.minus(notice).minusSeconds(1), notice))
                .isEqualTo(Term.VALID);
        assertThat(Term.of(certificate, end.minus(notice).plusSeconds(1), notice))
                .isEqualTo(Term.ENDING);
        assertThat(Term.of(certificate, end.plusSeconds(1), notice)).isEqualTo(Term.OVER);
    }

    @Test
    void aCertificateCoversTheNamesAndAddressesThatItLists() {
        var certificate = authority()
                .identity("pbx.example", "192.0.2.20", "2001:db8::20", "*.wild.example", "sip:sip.example")
                .certificate();
        assertThat(CertificateNames.covers(certificate, "PBX.example")).isTrue();
        assertThat(CertificateNames.covers(certificate, "192.0.2.20")).isTrue();
        assertThat(CertificateNames.covers(certificate, "[2001:db8:0::20]")).isTrue();
        assertThat(CertificateNames.covers(certificate, "sip.example")).isTrue();
        assertThat(CertificateNames.covers(certificate, "one.wild.example")).isFalse();
        assertThat(CertificateNames.covers(certificate, "192.0.2.21")).isFalse();
        assertThat(CertificateNames.covers(certificate, "other.example")).isFalse();
    }

    private static TlsSettings with(TlsSettings settings, Path certificate, Path key) {
        return new TlsSettings(settings.listen(), certificate, key, settings.trust(), settings.clientsRequired());
    }
}
