package org.koegura.sipproxy.negotiation;

import org.koegura.callmodel.Leg;

/// A description that waits for its answer.
///
/// @param transaction that it came in, as the request or in a response to it
public record Offer(Transaction transaction, Side side) {

    Leg by() {
        return side.leg();
    }

    /// Whether a response carried it (RFC 3261 §13.2.1), so that a request answers it.
    boolean isLate() {
        return by() != transaction.requester();
    }
}
