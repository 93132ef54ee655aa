package org.koegura.sipproxy;

import org.jspecify.annotations.Nullable;

/// SIP cannot be opened. The message is one line for the operator: what, where, what to do.
public final class SipFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final @Nullable Setting setting;

    /// What of [SipProxy.Sockets] is at fault.
    public enum Setting {
        LISTEN,
        TLS_LISTEN,
        TLS_CERTIFICATE,
        TLS_KEY,
        TLS_TRUST
    }

    SipFault(@Nullable Setting setting, String message, Throwable cause) {
        super(message, cause);
        this.setting = setting;
    }

    /// What is at fault; null where nobody set it.
    public @Nullable Setting setting() {
        return setting;
    }
}
