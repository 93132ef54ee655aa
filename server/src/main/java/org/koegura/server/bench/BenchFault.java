package org.koegura.server.bench;

/// The benchmark cannot go on. The message is one line that says what is wrong and what to do.
public final class BenchFault extends Exception {

    private static final long serialVersionUID = 1L;

    public BenchFault(String message) {
        super(message);
    }

    public BenchFault(String message, Throwable cause) {
        super(message, cause);
    }
}
