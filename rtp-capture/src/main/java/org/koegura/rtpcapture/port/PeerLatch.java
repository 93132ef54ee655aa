package org.koegura.rtpcapture.port;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Decides whose packets one of our ports takes, and where ours go (trap 27, "RTP bleed"). Pure: no socket, no clock.
///
/// A source is admitted when it is the address that the party signalled. Until 3 s after the 2xx, another port of the
/// party's *signalling* IP is learnt too: a telephone behind a translator cannot know its own port. The signalled
/// address always wins over a learnt one. After that only the latched source is admitted.
///
/// Owned by the call's event loop.
public final class PeerLatch {

    /// How long sources are learnt after the 2xx.
    static final long LEARN_NANOS = TimeUnit.SECONDS.toNanos(3);

    /// Null during a hold that has no address.
    private @Nullable InetSocketAddress signalled;

    /// The last address that was signalled, also during such a hold.
    private @Nullable InetSocketAddress previous;

    private @Nullable InetAddress signalling;
    private @Nullable InetSocketAddress latched;

    /// Follows from the three before it.
    private @Nullable InetSocketAddress destination;
    private boolean answered;
    private long learnUntilNanos;
    private long changes;

    /// What the party agreed to last. A hold of the old kind has no address: the latch is kept for its end, and
    /// nothing is sent. A changed address is latched anew, and learnt for 3 s as after a 2xx.
    void expect(@Nullable InetSocketAddress address, InetAddress signalledFrom, long nowNanos) {
        signalling = signalledFrom;
        boolean changed = address != null && previous != null && !same(address, previous);
        if (changed) {
            latched = null;
            changes++;
            learnUntilNanos = nowNanos + LEARN_NANOS;
        }
        previous = address == null || (previous != null && !changed) ? previous : address;
        signalled = address == null ? null : previous;
        destination = decided();
    }

    /// The 2xx passed: learning ends in 3 s. Only the first call counts.
    public void answered(long nowNanos) {
        if (!answered) {
            answered = true;
            learnUntilNanos = nowNanos + LEARN_NANOS;
        }
    }

    /// Takes up what another process had latched, strictly: nothing is learnt any more (trap 27).
    ///
    /// @param underAddress the address that the party had signalled by then: where it agreed to another since,
    ///     or does next, it is latched anew
    /// @param source null where it had latched none
    public void resume(@Nullable InetSocketAddress underAddress, @Nullable InetSocketAddress source, long nowNanos) {
        previous = underAddress;
        latched = source;
        destination = decided();
        answered = true;
        learnUntilNanos = nowNanos;
    }

    /// Whether a datagram from `source` is taken, latching it where the rules say so.
    ///
    /// @param credible whether the datagram looks like media; junk never latches
    boolean admits(InetSocketAddress source, boolean credible, long nowNanos) {
        if (same(source, latched)) {
            return true;
        }
        if (!mayBe(source, nowNanos)) {
            return false;
        }
        if (!credible) {
            return same(source, previous);
        }
        latched = source;
        destination = decided();
        changes++;
        return true;
    }

    /// Whether a datagram from `source` would be taken, if it is what it claims to be. Changes nothing.
    boolean mayBe(InetSocketAddress source, long nowNanos) {
        if (same(source, latched)) {
            return true;
        }
        if (same(source, previous)) {
            return latched == null || !settled(nowNanos);
        }
        return latched == null && learning(nowNanos) && source.getAddress().equals(signalling);
    }

    /// Whether the latch can no longer change: the socket may then be connected to it.
    boolean settled(long nowNanos) {
        return latched != null && (latched.equals(previous) || !learning(nowNanos));
    }

    /// The last address that the party signalled; null before there was one.
    @Nullable
    public InetSocketAddress signalled() {
        return previous;
    }

    /// Grows whenever the latched source changes.
    public long changes() {
        return changes;
    }

    /// The latched source, or null before there is one.
    @Nullable
    public InetSocketAddress source() {
        return latched;
    }

    /// Where to send; null while there is nowhere (not agreed yet, or on hold).
    ///
    /// A learnt source is sent to where the party cannot be at its signalled address, because that is not where its
    /// signalling comes from. A party at its own address that merely sends from another port is not symmetric.
    @Nullable
    public InetSocketAddress destination() {
        return destination;
    }

    private @Nullable InetSocketAddress decided() {
        if (signalled == null || latched == null) {
            return signalled;
        }
        if (latched.equals(signalled)) {
            return latched;
        }
        return signalled.getAddress().equals(latched.getAddress()) ? signalled : latched;
    }

    /// Whether two addresses are the same. A party's packets bring the same object each time, which spares the
    /// packet path a look into both.
    @SuppressWarnings("ReferenceEquality") // a shortcut only
    public static boolean same(InetSocketAddress one, @Nullable InetSocketAddress other) {
        return one == other || one.equals(other);
    }

    private boolean learning(long nowNanos) {
        return signalling != null && previous != null && (!answered || nowNanos - learnUntilNanos < 0);
    }
}
