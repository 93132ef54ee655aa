package org.koegura.sipproxy.dns;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Brackets;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.transport.Protocol;

/// What is to be reached.
///
/// @param host a name in lower case without a final dot, or an address; IPv6 with brackets or without
/// @param port or -1, where it is to be found out
/// @param protocol null where it is to be found out
/// @param secure whether nothing but TLS will do
public record Sought(String host, int port, @Nullable Protocol protocol, boolean secure) {

    /// RFC 1035 §2.3.4.
    private static final int NAME_OCTETS_MAX = 253;

    private static final Pattern LABELS = Pattern.compile("[a-z0-9_-]{1,63}(?:\\.[a-z0-9_-]{1,63})*");

    public Sought {
        host = normal(host);
        if (!isHost(host)) {
            throw new IllegalArgumentException("'" + host + "' is no name of a host: between its dots are"
                    + " 1 to 63 letters, digits and hyphens");
        }
        if (port < -1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    private static String normal(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isHost(String host) {
        if (isLiteral(host)) {
            return true;
        }
        try {
            String asked = IDN.toASCII(host).toLowerCase(Locale.ROOT);
            return asked.length() <= NAME_OCTETS_MAX && LABELS.matcher(asked).matches();
        } catch (IllegalArgumentException labels) {
            return false;
        }
    }

    private static boolean isLiteral(String host) {
        return NetUtil.createInetAddressFromIpAddressString(Brackets.off(host)) != null;
    }

    /// What a URI asks for (RFC 3263 §4); null where it asks for a protocol that is not spoken here, or where
    /// [#isMalformed].
    ///
    /// @param secure whether nothing but TLS will do, whatever the URI says
    public static @Nullable Sought by(SipUri uri, boolean secure) {
        boolean sips = secure || uri.scheme().equals("sips");
        String transport = uri.parameter("transport");
        Protocol protocol = transport == null ? null : sips ? Protocol.TLS : Protocol.named(transport);
        return (transport != null && protocol == null) || isMalformed(uri)
                ? null
                : new Sought(hostOf(uri), uri.port(), protocol, sips);
    }

    /// Whether the host that a URI names can be none.
    public static boolean isMalformed(SipUri uri) {
        return !isHost(normal(hostOf(uri)));
    }

    private static String hostOf(SipUri uri) {
        String maddr = uri.parameter("maddr");
        return maddr == null || maddr.isEmpty() ? uri.host() : maddr;
    }

    /// Whether it is an address, and no name.
    public boolean isLiteral() {
        return isLiteral(host);
    }

    /// The host without brackets.
    String bareHost() {
        return Brackets.off(host);
    }
}
