package org.koegura.sipproxy.transport;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A transport protocol under SIP (RFC 3261 §18).
public enum Protocol {
    UDP,
    TCP,
    TLS;

    /// The protocol of that name, in whatever case; null where we do not speak it.
    public static @Nullable Protocol named(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "UDP" -> UDP;
            case "TCP" -> TCP;
            case "TLS" -> TLS;
            default -> null;
        };
    }

    /// As the `transport` parameter of a URI writes it.
    public String parameter() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Where it is spoken unless something else is said (RFC 3261 §19.1.2).
    public int defaultPort() {
        return this == TLS ? 5061 : 5060;
    }

    /// Whether nothing sent over it needs to be repeated (RFC 3261 §17.1.1.2).
    public boolean isReliable() {
        return this != UDP;
    }
}
