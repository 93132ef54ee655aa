package org.koegura.rtpcapture.kernel;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The flows of one event loop that are lent to the kernel, and what the kernel passed of them.
///
/// Owned by the loop's thread.
public final class LentFlows {

    /// Of one loop at a time; the ring's numbers and the kernel's map end there.
    static final int FLOWS_MAX = 16_384;

    /// What stays on the host goes by its interface, whatever addresses it bears.
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /// No packet that is passed is longer.
    public static final int PACKET_BYTES_MAX = PassedRing.PACKET_BYTES_MAX;

    /// So many numbers rest at least before one is used again: nothing of its flow is under way then.
    private static final int RESTING_MIN = 1_024;

    private final KernelRelay kernel;
    private final Bpf bpf;
    private final int loop;
    private final PassedRing ring;
    private final PassedRing.Consumer toBorrower = this::passed;
    private final List<@Nullable Lent> lent = new ArrayList<>();

    /// Numbers that were lent once; the one that has rested longest first, so that a packet that was under way when
    /// its flow was recalled still finds whose it was.
    private final Queue<Integer> resting = new ArrayDeque<>();

    private Map<InetAddress, Integer> interfaces;
    private int up;
    private boolean draining;

    LentFlows(KernelRelay kernel, Bpf bpf, int loop, PassedRing ring) {
        this.kernel = kernel;
        this.bpf = bpf;
        this.loop = loop;
        this.ring = ring;
        this.interfaces = kernel.interfaces();
    }

    /// Whose flow it is.
    public interface Borrower {

        /// The kernel sent a packet on.
        ///
        /// @param arrivalNanos as [System#nanoTime]
        /// @param packet where in `ring` it lies, as it came, until this returns
        void passed(long arrivalNanos, MemorySegment ring, long packet, int bytes);

        /// The flow must be asked for anew: the host's addresses have changed. It is recalled already.
        void recalled();
    }

    private static final class Lent {
        final Flow flow;
        final Borrower borrower;
        boolean up = true;

        Lent(Flow flow, Borrower borrower) {
            this.flow = flow;
            this.borrower = borrower;
        }
    }

    /// Lends a flow. Returns its number, or -1 where the kernel cannot take it.
    public int lend(Route route, Passage passage, Borrower borrower) {
        boolean fromHere = isHere(route.from().getAddress());
        boolean toHere = isHere(route.to().getAddress());
        Integer egress = interfaces.get(toHere ? LOOPBACK : route.via().getAddress());
        if (kernel.isOff() || !route.isOfIpv4() || egress == null || fromHere != toHere) {
            return -1;
        }
        if (!toHere && egress.equals(interfaces.get(LOOPBACK))) {
            return -1; // an address of ours that no card has: only the host's routes know where its packets leave
        }
        Integer rested = resting.size() > RESTING_MIN ? resting.poll() : null;
        if (rested == null && lent.size() == FLOWS_MAX) {
            return -1;
        }
        int id = rested == null ? lent.size() : rested;
        Flow flow = new Flow(route, passage, id, loop, egress, toHere);
        if (bpf.put(kernel.flows(), flow.key(), flow.value()) < 0) {
            if (rested != null) {
                resting.add(rested);
            }
            return -1;
        }
        Lent fresh = new Lent(flow, borrower);
        if (rested == null) {
            lent.add(fresh);
        } else {
            lent.set(id, fresh);
        }
        up++;
        return id;
    }

    private boolean isHere(InetAddress address) {
        return address.isLoopbackAddress() || interfaces.containsKey(address);
    }

    /// Takes a flow back: the next packet goes to its socket. What was passed until now has been told when this
    /// returns, unless it is called while packets are told; one that was just under way is told with the next ones.
    public void recall(int id) {
        Lent had = lent.get(id);
        if (had == null || !had.up) {
            return;
        }
        withdraw(had);
        int _ = drain();
    }

    private void withdraw(Lent had) {
        had.up = false;
        up--;
        resting.add(had.flow.id());
        if (bpf.remove(kernel.flows(), had.flow.key()) < 0 && bpf.remove(kernel.flows(), had.flow.key()) < 0) {
            kernel.off(); // it would go on passing what must not pass
        }
    }

    /// Whether packets may come this way.
    public boolean any() {
        return up > 0;
    }

    /// Tells what the kernel has passed; returns how many packets that was.
    public int drain() {
        if (draining) {
            return 0;
        }
        draining = true;
        try {
            int told = ring.drain(toBorrower);
            Map<InetAddress, Integer> now = kernel.interfaces();
            if (!now.equals(interfaces)) {
                interfaces = now;
                recallAll();
            }
            return told;
        } finally {
            draining = false;
        }
    }

    private void recallAll() {
        for (Lent each : lent) {
            if (each != null && each.up) {
                withdraw(each);
                each.borrower.recalled();
            }
        }
    }

    private void passed(int id, long arrivalNanos, MemorySegment from, long packet, int bytes) {
        Lent of = id >= 0 && id < lent.size() ? lent.get(id) : null;
        if (of != null) {
            of.borrower.passed(arrivalNanos, from, packet, bytes);
        }
    }
}
