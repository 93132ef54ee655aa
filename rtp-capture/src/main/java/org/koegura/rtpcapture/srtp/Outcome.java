package org.koegura.rtpcapture.srtp;

/// What became of a packet. Whatever is not [#PASSED] MUST go no further.
public enum Outcome {
    /// It was protected, or it was authenticated and decrypted.
    PASSED,
    /// No RTP or RTCP of a length that can be protected, or too short to carry a tag.
    MALFORMED,
    /// Its tag is not one of whoever has the key.
    UNAUTHENTIC,
    /// Authentic, and seen before, or too old to tell; or, when sending, of an index that was used.
    REPEATED,
    /// One source more than there is room for under one key.
    TOO_MANY_SOURCES,
    /// The key was used for as many packets as it may be; another one is needed.
    KEY_EXHAUSTED,
    /// Of an index beyond what a checkpoint has reserved that may be found; [SrtpSender#kept] moves that on.
    UNRESERVED
}
