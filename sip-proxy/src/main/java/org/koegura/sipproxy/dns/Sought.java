package org.koegura.sipproxy.dns;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Brackets;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.transport.Protocol;

/// What is to be reached.
///
/// @param host a name in lower case, or an address; IPv6 with brackets or without
/// @param port or -1, where it is to be found out
/// @param protocol null where it is to be found out
/// @param secure whether nothing but TLS will do
public record Sought(String host, int port, @Nullable Protocol protocol, boolean secure) {

    public Sought {
        host = host.toLowerCase(Locale.ROOT);
        if (port < -1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    /// What a URI asks for (RFC 3263 §4); null where it asks for a protocol that is not spoken here.
    public static @Nullable Sought by(SipUri uri) {
        String transport = uri.parameter("transport");
        boolean secure = uri.scheme().equals("sips");
        Protocol protocol = transport == null ? null : Protocol.named(secure ? "TLS" : transport);
        boolean unspoken = (transport != null && protocol == null) || (secure && Protocol.named("TLS") == null);
        String maddr = uri.parameter("maddr");
        return unspoken
                ? null
                : new Sought(maddr == null || maddr.isEmpty() ? uri.host() : maddr, uri.port(), protocol, secure);
    }

    /// The host without brackets.
    String bareHost() {
        return Brackets.off(host);
    }
}
