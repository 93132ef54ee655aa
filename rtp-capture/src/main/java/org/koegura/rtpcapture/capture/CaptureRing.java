package org.koegura.rtpcapture.capture;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Step 3 of 5 on the packet path: carries one copy of each captured packet from an event loop to its [TrackWriter].
///
/// A bounded byte ring for one producer (the loop) and one consumer (the writer). [#offer] never waits: a full ring
/// says no, and the caller counts a gap. Records are 8-aligned and never wrap; the rest of the ring before a wrap is
/// skipped, as the marker says:
///
/// ```
///  0        4  length of the datagram, or -1: skip to the start of the ring
///  4        4  key: track slot × 2, + 1 for the outside leg
///  8        8  arrival, nanoseconds since 1970
/// 16        n  datagram, padded to 8
/// ```
///
/// Positions only grow; the producer publishes `tail` with release after the bytes, the consumer `head` likewise.
public final class CaptureRing {

    private static final int HEADER_BYTES = 16;
    private static final int SKIP = -1;
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(CaptureRing.class, "tail", long.class);
            HEAD = lookup.findVarHandle(CaptureRing.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ByteBuffer bytes;
    private final ByteBuffer view;
    private final int capacity;

    /// Written by the producer only.
    private volatile long tail;

    /// Written by the consumer only.
    private volatile long head;

    /// The producer's last look at `head`.
    private long headSeen;

    /// @param capacity bytes, a power of two
    public CaptureRing(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < 1024) {
            throw new IllegalArgumentException("capture ring: a power of two from 1024 bytes on is needed");
        }
        this.capacity = capacity;
        this.bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
        this.view = bytes.duplicate();
    }

    /// What the consumer is handed, in the order of the offers.
    interface Consumer {
        /// `datagram` from position to limit; not kept after the call.
        void packet(int key, long arrivalEpochNanos, ByteBuffer datagram);
    }

    /// Producer: copies the packet in, or returns false where there is no room.
    boolean offer(int key, long arrivalEpochNanos, ByteBuf packet) {
        int length = packet.readableBytes();
        int needed = (HEADER_BYTES + length + 7) & ~7;
        long at = (long) TAIL.get(this);
        int index = (int) (at & (capacity - 1));
        int skipped = capacity - index < needed ? capacity - index : 0;
        if (at + skipped + needed - headSeen > capacity) {
            headSeen = (long) HEAD.getAcquire(this);
            if (at + skipped + needed - headSeen > capacity) {
                return false;
            }
        }
        if (skipped > 0) {
            bytes.putInt(index, SKIP);
            index = 0;
        }
        bytes.putInt(index, length);
        bytes.putInt(index + 4, key);
        bytes.putLong(index + 8, arrivalEpochNanos);
        int start = packet.readerIndex();
        ByteBuffer source = packet.internalNioBuffer(start, length);
        bytes.put(index + HEADER_BYTES, source, source.position(), length);
        TAIL.setRelease(this, at + skipped + needed);
        return true;
    }

    /// Producer: where the next record will begin. A command with this position belongs before it.
    long producerPosition() {
        return (long) TAIL.get(this);
    }

    /// Consumer: what has been published so far.
    long publishedPosition() {
        return (long) TAIL.getAcquire(this);
    }

    /// Consumer: up to where it has handed out.
    long consumerPosition() {
        return (long) HEAD.get(this);
    }

    /// Consumer: hands out every record before `limit`; returns how many.
    int drain(long limit, Consumer consumer) {
        long at = (long) HEAD.get(this);
        int handed = 0;
        while (at < limit) {
            int index = (int) (at & (capacity - 1));
            int length = bytes.getInt(index);
            if (length == SKIP) {
                at += capacity - index;
                continue;
            }
            view.limit(index + HEADER_BYTES + length).position(index + HEADER_BYTES);
            try {
                consumer.packet(bytes.getInt(index + 4), bytes.getLong(index + 8), view);
            } finally { // one that a fault came of is not handed out again, and again
                at += (HEADER_BYTES + length + 7) & ~7;
                HEAD.setRelease(this, at);
            }
            handed++;
        }
        HEAD.setRelease(this, at);
        return handed;
    }
}
