package org.koegura.sipproxy.proxy;

/// What became of an INVITE that went on.
sealed interface Invitation {

    /// It waits for its final response.
    record Waiting(ResponseContext context) implements Invitation {}

    /// It has it. Nothing of the call is held by this: at 500 calls/s 16,000 are remembered.
    ///
    /// @param accepted whether that was a 2xx
    record Answered(boolean accepted) implements Invitation {}
}
