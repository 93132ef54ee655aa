package org.koegura.server.bench.signalling;

/// What the calls pass through.
enum Side {
    /// Nothing: caller and callee speak with each other. What is left is the generator's own.
    DIRECT("direct", "SIPp alone"),
    /// `koegura run`, with all that a new installation has on.
    KOEGURA("koegura", "koegura run"),
    KAMAILIO_RTPENGINE("kamailio_rtpengine", "Kamailio + rtpengine"),
    KAMAILIO("kamailio", "Kamailio");

    private final String key;
    private final String title;

    Side(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /// As the names of figures begin.
    String key() {
        return key;
    }

    /// As people read it.
    String title() {
        return title;
    }
}
