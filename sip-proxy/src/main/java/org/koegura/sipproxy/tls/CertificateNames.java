package org.koegura.sipproxy.tls;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Whom a certificate vouches for (RFC 5922 §7.1): the names and addresses of its subjectAltName.
public final class CertificateNames {

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    private CertificateNames() {}

    /// Whether it names that host: a DNS name whole and without wildcards (§7.2), a SIP domain, or an address.
    ///
    /// @param host a name, or an address; IPv6 with or without brackets
    public static boolean covers(X509Certificate certificate, String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(bare);
        for (List<?> name : names(certificate)) {
            int kind = (Integer) name.get(0);
            String value = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
            boolean same = switch (kind) {
                case DNS -> address == null && value.equals(bare.toLowerCase(Locale.ROOT));
                case URI -> address == null && value.equals("sip:" + bare.toLowerCase(Locale.ROOT));
                case ADDRESS -> address != null && address.equals(NetUtil.createInetAddressFromIpAddressString(value));
                default -> false;
            };
            if (same) {
                return true;
            }
        }
        return false;
    }

    private static Collection<List<?>> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
