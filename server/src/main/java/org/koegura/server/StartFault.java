package org.koegura.server;

/// The product cannot start. The message is the one line that the operator sees: what, where, what to do.
final class StartFault extends Exception {

    StartFault(String message) {
        super(message);
    }

    StartFault(String message, Throwable cause) {
        super(message, cause);
    }
}
