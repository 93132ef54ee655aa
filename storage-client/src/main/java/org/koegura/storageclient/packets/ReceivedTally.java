package org.koegura.storageclient.packets;

import java.nio.ByteBuffer;
import org.koegura.callmodel.Leg;

/// Counts the recorded packets of each leg and grows the tree over them, and can take back what did not reach the disk.
public final class ReceivedTally {

    /// What one leg holds. The span is of the packets since the last mark; meaningless where there are none.
    private static final class Count {
        private long packets;
        private long markedPackets;
        private long firstNanos;
        private long lastNanos;
    }

    private final MerkleTree tree = new MerkleTree();
    private final byte[] prefix = new byte[1 + Long.BYTES];
    private final Count inside = new Count();
    private final Count outside = new Count();
    private long latestNanos = Long.MIN_VALUE;
    private long markedLatestNanos = Long.MIN_VALUE;

    /// Adds one datagram, position to limit; leaves its position where it was.
    public void add(Leg leg, long epochNanos, ByteBuffer datagram) {
        ByteBuffer.wrap(prefix).put((byte) PcapngBuffer.code(leg)).putLong(epochNanos);
        int position = datagram.position();
        tree.beginLeaf();
        tree.update(prefix, 0, prefix.length);
        tree.update(datagram);
        tree.endLeaf();
        datagram.position(position);
        Count count = of(leg);
        if (count.packets == count.markedPackets) {
            count.firstNanos = epochNanos;
            count.lastNanos = epochNanos;
        }
        count.firstNanos = Math.min(count.firstNanos, epochNanos);
        count.lastNanos = Math.max(count.lastNanos, epochNanos);
        count.packets++;
        latestNanos = Math.max(latestNanos, epochNanos);
    }

    /// Says that all so far is on disk.
    public void mark() {
        tree.mark();
        markedLatestNanos = latestNanos;
        for (Leg leg : Leg.values()) {
            of(leg).markedPackets = of(leg).packets;
        }
    }

    /// Takes back what was added since the mark, which never reached the disk, and hands each leg's loss on.
    public void rollback(Dropped dropped) {
        tree.rollback();
        latestNanos = markedLatestNanos;
        for (Leg leg : Leg.values()) {
            Count count = of(leg);
            long lost = count.packets - count.markedPackets;
            if (lost > 0) {
                dropped.packets(leg, count.firstNanos, count.lastNanos, lost);
            }
            count.packets = count.markedPackets;
        }
    }

    /// Hears of packets that are not in the recording.
    public interface Dropped {
        void packets(Leg leg, long firstNanos, long lastNanos, long count);
    }

    public long packets(Leg leg) {
        return of(leg).packets;
    }

    public long datagrams() {
        return tree.leaves();
    }

    public byte[] root() {
        return tree.root();
    }

    /// Latest arrival, or `fallback` where nothing arrived.
    public long latestNanosOr(long fallback) {
        return latestNanos == Long.MIN_VALUE ? fallback : latestNanos;
    }

    private Count of(Leg leg) {
        return leg == Leg.INSIDE ? inside : outside;
    }
}
