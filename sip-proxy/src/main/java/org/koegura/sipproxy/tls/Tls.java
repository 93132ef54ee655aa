package org.koegura.sipproxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS as it was set up, for connections in both directions. Immutable; any thread.
public final class Tls {

    /// A peer that does not finish its handshake is not waited for any longer.
    public static final long HANDSHAKE_MILLIS_MAX = 10_000;

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private final SslContext accepting;
    private final SslContext dialling;
    private final @Nullable PeerTrust peers;
    private final Instant until;

    /// @param peers whom to believe of those that connect; null: everybody who was let in with a certificate
    /// @param until when our certificate ends
    private Tls(SslContext accepting, SslContext dialling, @Nullable PeerTrust peers, Instant until) {
        this.accepting = accepting;
        this.dialling = dialling;
        this.peers = peers;
        this.until = until;
    }

    /// When our certificate ends.
    public Instant until() {
        return until;
    }

    /// Reads the files. Blocks.
    ///
    /// @throws TlsFault one of them is not what it should be
    public static Tls load(TlsSettings settings) throws TlsFault {
        PemFile certificateFile = new PemFile(TlsFault.Part.CERTIFICATE, settings.certificate());
        X509Certificate[] chain = certificateFile.certificates().toArray(X509Certificate[]::new);
        PrivateKey key = new PemFile(TlsFault.Part.KEY, settings.key()).key();
        if (!isPair(key, chain[0].getPublicKey())) {
            throw new TlsFault(
                    TlsFault.Part.KEY,
                    settings.key() + " is not the key of the first certificate in " + settings.certificate());
        }
        Term.of(chain[0], Instant.now(), Term.NOTICE).tell(settings.certificate(), chain[0]);
        X509Certificate[] trusted = settings.trust() == null
                ? null
                : new PemFile(TlsFault.Part.TRUST, settings.trust())
                        .certificates()
                        .toArray(X509Certificate[]::new);
        try {
            PeerTrust peers = trusted == null || settings.clientsRequired() ? null : PeerTrust.in(trusted);
            SslContextBuilder server = SslContextBuilder.forServer(key, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols(VERSIONS);
            SslContext accepting = peers == null
                    ? server.trustManager(trusted)
                            .clientAuth(settings.clientsRequired() ? ClientAuth.REQUIRE : ClientAuth.NONE)
                            .build()
                    : server.trustManager(peers).clientAuth(ClientAuth.OPTIONAL).build();
            return new Tls(
                    accepting,
                    dialling(key, chain, trusted),
                    peers,
                    chain[0].getNotAfter().toInstant());
        } catch (SSLException | GeneralSecurityException unusable) {
            throw new TlsFault(
                    TlsFault.Part.CERTIFICATE,
                    settings.certificate() + " cannot be used for TLS (" + unusable.getMessage() + ")",
                    unusable);
        }
    }

    /// Its peer must have a certificate for the host that it was sent to (RFC 5922 §7.3), by the rules of RFC
    /// 2818 that the JDK knows.
    private static SslContext dialling(PrivateKey key, X509Certificate[] chain, X509Certificate @Nullable [] trusted)
            throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(VERSIONS)
                .keyManager(key, chain)
                .trustManager(trusted)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    private static boolean isPair(PrivateKey key, PublicKey certified) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "RSASSA-PSS" -> "RSASSA-PSS";
            default -> "Ed25519";
        };
        byte[] sample = new byte[32];
        new SecureRandom().nextBytes(sample);
        try {
            Signature signature = Signature.getInstance(algorithm);
            if (algorithm.equals("RSASSA-PSS")) {
                signature.setParameter(pssParameters(key));
            }
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(sample);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException | InvalidAlgorithmParameterException another) {
            return false;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without " + algorithm, e);
        }
    }

    /// Those that the key is bound to, if it is (RFC 4055 §3.1).
    private static PSSParameterSpec pssParameters(PrivateKey key) {
        return key instanceof RSAKey bound && bound.getParams() instanceof PSSParameterSpec parameters
                ? parameters
                : new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
    }

    /// For a connection that a peer opened.
    public SslHandler accepting(ByteBufAllocator allocator) {
        return limited(accepting.newHandler(allocator));
    }

    /// For a connection that we open.
    ///
    /// @param host the name or address that its certificate must be for
    public SslHandler dialling(ByteBufAllocator allocator, String host, int port) {
        return limited(dialling.newHandler(allocator, host, port));
    }

    private static SslHandler limited(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
        return handler;
    }

    /// The certificate that the peer showed and that somebody we trust vouches for; null where it showed none such.
    public @Nullable X509Certificate peer(SslHandler handler) {
        SSLSession session = handler.engine().getSession();
        try {
            X509Certificate[] shown = Arrays.stream(session.getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            boolean dialled = handler.engine().getUseClientMode(); // then the handshake went by our trust
            return shown.length > 0 && (dialled || peers == null || peers.vouchesFor(session, shown)) ? shown[0] : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
