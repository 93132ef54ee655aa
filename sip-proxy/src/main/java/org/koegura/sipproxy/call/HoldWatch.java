package org.koegura.sipproxy.call;

/// Whether a call stands on hold by agreement. Written by its negotiation, read by the media's event loop: a
/// volatile flag, so that no event loop ever waits for a negotiation that is binding ports.
final class HoldWatch {

    /// Until audio is agreed that passes through us, silence says nothing either.
    private volatile boolean onHold = true;

    void held(boolean now) {
        onHold = now;
    }

    boolean onHold() {
        return onHold;
    }
}
