package org.koegura.sipproxy.media;

/// Whether a call stands on hold by agreement. Written by its negotiation, read by the media's event loop: a
/// volatile flag, so that no event loop ever waits for a negotiation that is binding ports.
public final class HoldWatch {

    /// Until audio is agreed that passes through us, silence says nothing either.
    private volatile boolean onHold = true;

    /// Says whether it does from now on.
    public void held(boolean now) {
        onHold = now;
    }

    /// Whether it does now.
    public boolean onHold() {
        return onHold;
    }
}
