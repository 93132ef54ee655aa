package org.koegura.rtpcapture.port;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/// Hands out port pairs – an even one for RTP, the next for RTCP (RFC 3550 §11) – and never one that was used within
/// the quiet time, so that a late packet of one call cannot stray into another: also not by the process before this
/// one, which says by [#standing] what [#goOn] reads:
///
/// ```
/// 0  4  first port of the range
/// 4  4  port of the pair that is tried next
/// 8  n  a bit for each pair, from the first byte's lowest bit on: it is used, or rests
/// ```
///
/// Pure bookkeeping: binding is the caller's. Safe from any thread; the lock is taken per m-line, never per packet.
public final class PortPool {

    private static final long NEVER_USED = Long.MIN_VALUE;
    private static final int BITS_AT = 2 * Integer.BYTES;

    private final ReentrantLock lock = new ReentrantLock();
    private final int first;
    private final long quietNanos;
    private final boolean[] used;

    /// When each pair may be taken again, in monotonic nanoseconds.
    private final long[] restsUntilNanos;

    private int cursor;
    private int usedPairs;

    /// @param first first port; odd ones are rounded up
    /// @param last last port, inclusive
    public PortPool(int first, int last, Duration quiet) {
        this.first = first + (first & 1);
        this.quietNanos = quiet.toNanos();
        int pairs = Math.max(0, (last - this.first + 1) / 2);
        this.used = new boolean[pairs];
        this.restsUntilNanos = new long[pairs];
        Arrays.fill(restsUntilNanos, NEVER_USED);
    }

    /// How many pairs there are: no caller need try more often.
    public int pairs() {
        return used.length;
    }

    /// Takes the next rested pair, going round, so that a freed one rests as long as it can. Returns its even port.
    public OptionalInt take(long nowNanos) {
        lock.lock();
        try {
            for (int tried = 0; tried < used.length; tried++) {
                int pair = cursor;
                cursor = (cursor + 1) % used.length;
                if (!used[pair] && rested(pair, nowNanos)) {
                    used[pair] = true;
                    usedPairs++;
                    return OptionalInt.of(first + 2 * pair);
                }
            }
            return OptionalInt.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Takes that very pair, rested or not. Returns false where it is used, or none of the pool's.
    public boolean takePair(int evenPort) {
        int pair = (evenPort - first) / 2;
        lock.lock();
        try {
            if ((evenPort & 1) != 0 || evenPort < first || pair >= used.length || used[pair]) {
                return false;
            }
            used[pair] = true;
            usedPairs++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Gives a pair back, once for each time that it was taken; it rests for the quiet time.
    public void release(int evenPort, long nowNanos) {
        lock.lock();
        try {
            int pair = (evenPort - first) / 2;
            if (!used[pair]) {
                throw new IllegalStateException("port " + evenPort + " was given back twice");
            }
            used[pair] = false;
            usedPairs--;
            restsUntilNanos[pair] = nowNanos + quietNanos;
        } finally {
            lock.unlock();
        }
    }

    /// Ports, not pairs, in use.
    public int usedPorts() {
        lock.lock();
        try {
            return 2 * usedPairs;
        } finally {
            lock.unlock();
        }
    }

    /// Ports, not pairs, that are not in use; those that rest are counted among them.
    public int freePorts() {
        return 2 * used.length - usedPorts();
    }

    /// What the process after this one must know, as drawn above. A tenth of a second too old does no harm.
    public byte[] standing(long nowNanos) {
        lock.lock();
        try {
            BitSet busy = new BitSet(used.length);
            for (int pair = 0; pair < used.length; pair++) {
                busy.set(pair, used[pair] || !rested(pair, nowNanos));
            }
            return ByteBuffer.allocate(BITS_AT + Math.ceilDiv(used.length, Byte.SIZE))
                    .putInt(first)
                    .putInt(first + 2 * cursor)
                    .put(busy.toByteArray())
                    .array();
        } finally {
            lock.unlock();
        }
    }

    /// Goes on where the pool of another process stood, which may have had another range. Pairs that were used or
    /// rested then rest from now on. What that process took afterwards, before it died, it did not say; it took the
    /// next ones: this pool begins half its range further on, so that these rest as long as they can.
    ///
    /// @param left its [#standing]; what is too short says nothing
    public void goOn(byte[] left, long nowNanos) {
        if (left.length < BITS_AT || used.length == 0) {
            return;
        }
        ByteBuffer said = ByteBuffer.wrap(left);
        int theirFirst = said.getInt();
        int theirNext = said.getInt();
        lock.lock();
        try {
            BitSet.valueOf(said).stream().map(pair -> theirFirst + 2 * pair).forEach(port -> {
                int pair = (port - first) / 2;
                if (port >= first && pair < used.length) {
                    restsUntilNanos[pair] = nowNanos + quietNanos;
                }
            });
            cursor = Math.floorMod((theirNext - first) / 2 + used.length / 2, used.length);
        } finally {
            lock.unlock();
        }
    }

    private boolean rested(int pair, long nowNanos) {
        return restsUntilNanos[pair] == NEVER_USED || nowNanos - restsUntilNanos[pair] >= 0;
    }
}
