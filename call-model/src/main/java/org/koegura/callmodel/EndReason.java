package org.koegura.callmodel;

/// Why a call ended.
public enum EndReason {
    /// BYE from the inside party.
    HANGUP_INSIDE,
    /// BYE from the outside party.
    HANGUP_OUTSIDE,
    /// CANCEL before an answer.
    CANCELLED,
    /// A final response other than 2xx.
    REJECTED,
    /// No answer, or a transaction that timed out.
    TIMED_OUT,
    /// Neither signalling nor media for too long: the BYE was lost.
    MEDIA_SILENT,
    /// The media were silent, and nobody refreshed the session in the time that its parties had agreed on (RFC 4028).
    SESSION_EXPIRED,
    /// The proxy was stopped.
    SHUTDOWN,
    /// The proxy died; its next start closed the recording.
    INTERRUPTED
}
