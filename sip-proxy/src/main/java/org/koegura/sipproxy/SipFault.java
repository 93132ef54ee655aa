package org.koegura.sipproxy;

/// SIP cannot be opened. The message is one line for the operator: what, where, what to do.
public final class SipFault extends Exception {

    SipFault(String message, Throwable cause) {
        super(message, cause);
    }
}
