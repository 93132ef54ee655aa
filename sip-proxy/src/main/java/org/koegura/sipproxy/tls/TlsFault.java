package org.koegura.sipproxy.tls;

/// A file of TLS is not what it should be; the message says in one line which one, and what it should be.
public final class TlsFault extends Exception {

    private static final long serialVersionUID = 1L;

    /// Which file.
    public enum Part {
        CERTIFICATE,
        KEY,
        TRUST
    }

    private final Part part;

    TlsFault(Part part, String message, Throwable cause) {
        super(message, cause);
        this.part = part;
    }

    TlsFault(Part part, String message) {
        super(message);
        this.part = part;
    }

    /// Which file it is about.
    public Part part() {
        return part;
    }
}
