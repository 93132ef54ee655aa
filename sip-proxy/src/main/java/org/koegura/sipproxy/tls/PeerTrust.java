package org.koegura.sipproxy.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Who of those that connect shows a certificate that somebody we trust vouches for, where nobody must: the others are
/// let in all the same, and count as those who show none. Immutable; any thread.
///
/// JSSE would close the connection of whoever shows another certificate, though none is needed.
final class PeerTrust extends X509ExtendedTrustManager {

    private static final String VOUCHED_FOR = "org.koegura.vouched-for";

    private final X509TrustManager vouching;

    private PeerTrust(X509TrustManager vouching) {
        this.vouching = vouching;
    }

    /// @throws GeneralSecurityException the JDK makes nothing of these certificates
    static PeerTrust in(X509Certificate[] trusted) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("an empty store is read from nowhere", impossible);
        }
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry(Integer.toString(i), trusted[i]);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return new PeerTrust(Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow());
    }

    /// Whether somebody we trust vouches for what was shown. Looked at once for each session.
    boolean vouchesFor(SSLSession session, X509Certificate[] shown) {
        if (session.getValue(VOUCHED_FOR) instanceof Boolean known) {
            return known;
        }
        boolean vouched = vouchesFor(shown);
        session.putValue(VOUCHED_FOR, vouched);
        return vouched;
    }

    private boolean vouchesFor(X509Certificate[] shown) {
        try {
            vouching.checkClientTrusted(shown, shown[0].getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException nobody) {
            return false;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("for peers that connect only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    /// Whose certificates a peer had best show.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return vouching.getAcceptedIssuers();
    }
}
