package org.koegura.sipproxy.transaction;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Reserve;

/// What transactions may hold: so many of them in each direction, and so many octets of requests in both together. More
/// is for calls for help.
///
/// A request, or what answered it, is kept for up to 64 times T1 after its final response, and the stack does not tell
/// us when it lets go of one: so its octets count for that time more, and at most for twice that. Not exact: requests
/// that come in at the
/// same moment on different lanes may exceed the bounds by their number. Safe from any thread.
final class Room {

    /// Timer J holds an answered request for 32 s; at 1,000 calls/s the BYEs alone are 32,000 (trap 38). Checked
    /// here: the stack's own property of that name has no effect in its release 1.3.0-91.
    static final int TRANSACTIONS_MAX = 100_000;

    /// As many more, for calls for help.
    static final int TRANSACTIONS_RESERVED = 1_024;

    /// As many octets more, for calls for help.
    static final long OCTETS_RESERVED = 4L * 1024 * 1024;

    private static final int T1_OF_AN_ENDED_ONE = 64;

    private final Reserve reserve;
    private final int transactionsMax;
    private final long octetsMax;
    private final long keptNanos;
    private final LongSupplier nanos;
    private long held;
    private long endedNow;
    private long endedBefore;
    private long since;

    /// @param t1 of the stack
    /// @param nanos monotonic clock
    Room(Reserve reserve, int transactionsMax, long octetsMax, Duration t1, LongSupplier nanos) {
        this.reserve = reserve;
        this.transactionsMax = transactionsMax;
        this.octetsMax = octetsMax;
        this.keptNanos = t1.multipliedBy(T1_OF_AN_ENDED_ONE).toNanos();
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /// That of a process of this size: of its memory a quarter. What the stack makes of as many usual requests
    /// takes more than the rest, so that only large ones come to that bound.
    static Room usual(Reserve reserve, Duration t1) {
        long octetsMax = Runtime.getRuntime().maxMemory() / 4;
        return new Room(reserve, TRANSACTIONS_MAX, octetsMax, t1, System::nanoTime);
    }

    /// Whether there is none for one more request.
    ///
    /// @param transactions that there are in its direction
    synchronized boolean isFull(int transactions, WireMessage request) {
        turn();
        long octets = held + endedNow + endedBefore + request.length();
        boolean full = transactions >= transactionsMax || octets > octetsMax;
        boolean usedUp =
                transactions >= transactionsMax + TRANSACTIONS_RESERVED || octets > octetsMax + OCTETS_RESERVED;
        return full && (usedUp || !reserve.isFor(request.callId()));
    }

    /// A transaction holds a request from now on.
    ///
    /// @return to be run when it is over; idempotent
    synchronized Runnable take(WireMessage request) {
        int octets = request.length();
        held += octets;
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (over.compareAndSet(false, true)) {
                end(octets);
            }
        };
    }

    private synchronized void end(int octets) {
        turn();
        held -= octets;
        endedNow += octets;
    }

    /// Of a request that is over its response is kept, which is by so many octets larger.
    synchronized void keep(int octets) {
        turn();
        endedNow += Math.max(0, octets);
    }

    private void turn() {
        long elapsed = nanos.getAsLong() - since;
        if (elapsed >= keptNanos) {
            endedBefore = elapsed >= 2 * keptNanos ? 0 : endedNow;
            endedNow = 0;
            since += elapsed;
        }
    }

    /// Octets of requests whose transactions are not over.
    synchronized long held() {
        return held;
    }
}
