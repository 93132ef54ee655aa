package org.koegura.sipproxy.telephone;

import java.time.Duration;

/// Timers that ring on the lane of a Call-ID.
@FunctionalInterface
public interface Alarms {

    /// Runs a task once, unless it is called off before.
    ///
    /// @return calls it off; idempotent
    Runnable after(Duration delay, String callId, Runnable task);
}
