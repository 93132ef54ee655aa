package org.koegura.callmodel;

/// Why a notice was not heard to its end; each is a metric label.
public enum NoticeFailure {
    /// No frames exist for the negotiated format.
    NO_FRAMES,
    /// The far end's port answered with an ICMP error, or sending failed.
    UNREACHABLE,
    /// Receiver reports that cover its span show more than 5 % loss.
    LOSS,
    /// The outside party was on hold or not receiving when it should have played, also at its one repeat.
    ON_HOLD,
    /// The player itself failed.
    PLAYER
}
