package org.koegura.callmodel.srtp;

/// What is spoken with a neighbour. SRTP is ended here between two of which neither is [#PASS].
public enum SrtpProfile {
    /// What the parties agree on passes as it is: plain audio plain, SRTP sealed and unrecorded.
    PASS,
    /// Plain RTP. Who offers it SRTP alone is refused.
    NEVER,
    /// SRTP, with keys of ours on what we send, said over TLS alone (RFC 4568 §9.2). Who offers no such
    /// is refused.
    REQUIRE
}
