package org.koegura.callmodel.srtp;

/// What is spoken with a neighbour. SRTP is ended here between two of which neither is [#PASS].
public enum SrtpProfile {
    /// What the parties agree on passes as it is: plain audio plain, SRTP sealed and unrecorded.
    PASS,
    /// Plain RTP. Who offers it SRTP alone is refused.
    NEVER,
    /// SRTP, with keys of ours on what we send, said over TLS alone (RFC 4568 §9.2). Who offers no such
    /// is refused.
    REQUIRE,
    /// Either. It is offered SRTP, over TLS alone, and plain RTP where it refuses that by 488; what it
    /// offers itself is answered as it is offered. What a dialog began in, it goes on in.
    PREFER
}
