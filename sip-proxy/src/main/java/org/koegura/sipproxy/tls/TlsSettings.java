package org.koegura.sipproxy.tls;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How SIP is spoken over TLS.
///
/// @param listen where; a port 0 takes a free one
/// @param certificate our certificate and those that vouch for it, ours first (PEM)
/// @param key the key of ours (PEM, PKCS#8, not encrypted)
/// @param trust the authorities that vouch for peers (PEM); null: those that Java trusts, for peers that we
///     connect to
/// @param clientsRequired whether a peer that connects must show a certificate that `trust` vouches for
public record TlsSettings(
        List<InetSocketAddress> listen,
        Path certificate,
        Path key,
        @Nullable Path trust,
        boolean clientsRequired) {

    public TlsSettings {
        listen = List.copyOf(listen);
    }
}
