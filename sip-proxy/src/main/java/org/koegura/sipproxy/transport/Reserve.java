package org.koegura.sipproxy.transport;

import java.util.LinkedHashSet;

/// Which calls are calls for help: for them a part of each bound is kept free (N11). A call is known by its
/// Call-ID, from its INVITE on, so that its responses and its BYE have room too.
///
/// Safe from any thread.
public final class Reserve {

    /// Far more than call for help at once; forgets the one that began longest ago, and counts it.
    static final int CALLS_MAX = 1_024;

    private final LinkedHashSet<String> callIds = new LinkedHashSet<>();
    private final Runnable forgotten;

    /// @param forgotten told of each call that is forgotten for want of room
    public Reserve(Runnable forgotten) {
        this.forgotten = forgotten;
    }

    /// Somebody calls for help.
    public synchronized void keepFor(String callId) {
        callIds.addLast(callId); // the youngest stands last
        if (callIds.size() > CALLS_MAX) {
            callIds.removeFirst();
            forgotten.run();
        }
    }

    /// Whether what is kept free is for that call.
    public synchronized boolean isFor(String callId) {
        return callIds.contains(callId);
    }
}
