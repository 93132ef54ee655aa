package org.koegura.rtpcapture.kernel;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The flows of one event loop that are lent to the kernel, and what the kernel passed of them.
///
/// Owned by the loop's thread.
public final class LentFlows {

    /// Of one loop at a time.
    static final int FLOWS_MAX = 16_384;

    /// So many numbers rest at least before one is used again: nothing of its flow is under way then.
    private static final int RESTING_MIN = 1_024;

    /// A packet is under way in the program for microseconds; for longer where a machine's processor is held up.
    private static final long FADED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Flows whose ways are asked for anew at a time, between packets.
    private static final int ASKED_MAX = 64;

    /// No packet that is passed is longer.
    public static final int PACKET_BYTES_MAX = PassedRing.PACKET_BYTES_MAX;

    private final KernelRelay kernel;
    private final Bpf bpf;
    private final Ways ways;
    private final int loop;
    private final PassedRing ring;
    private final MemorySegment flows;
    private final PassedRing.Consumer toBorrower = this::passed;
    private final List<Lent> lent = new ArrayList<>();

    /// Which flow the kernel finds by a key: the last that was lent.
    private final Map<Ends, Integer> found = new HashMap<>();

    /// What was recalled and whose packets may still be under way, in that order.
    private final Queue<Lent> fading = new ArrayDeque<>();

    /// Numbers of flows that were recalled, in that order.
    private final Queue<Integer> resting = new ArrayDeque<>();

    private Map<InetAddress, Integer> interfaces;

    /// How often the host's routes had changed when those of all flows were last asked for.
    private int routesChanged;

    /// The next whose way is asked for anew; none from the end on.
    private int nextAsked = Integer.MAX_VALUE;

    private int up;
    private boolean draining;

    /// @param flows the memory of all loops' flows, shared with the kernel
    LentFlows(KernelRelay kernel, Bpf bpf, Ways ways, int loop, PassedRing ring, MemorySegment flows) {
        this.kernel = kernel;
        this.bpf = bpf;
        this.ways = ways;
        this.loop = loop;
        this.ring = ring;
        this.flows = flows;
        this.interfaces = kernel.interfaces();
        this.routesChanged = kernel.routesChanged();
    }

    /// Whose flow it is.
    public interface Borrower {

        /// The kernel sent a packet on.
        ///
        /// @param arrivalNanos as [System#nanoTime]
        /// @param packet where in `ring` it lies, as it came, until this returns
        void passed(long arrivalNanos, MemorySegment ring, long packet, int bytes);

        /// Whether nothing waits in its socket that what the kernel passes from now on would overtake.
        boolean isEmpty();

        /// The flow must be asked for anew: the host's addresses have changed. It is recalled already.
        void recalled();
    }

    private record Ends(InetSocketAddress from, InetSocketAddress at) {

        static Ends of(Route route) {
            return new Ends(route.from(), route.at());
        }
    }

    private static final class Lent {
        final Flow flow;

        /// Null once nothing can be under way any more: a call that is over is not kept for the sake of a number.
        @Nullable
        Borrower borrower;

        boolean up = true;
        long recalledNanos;

        Lent(Flow flow, Borrower borrower) {
            this.flow = flow;
            this.borrower = borrower;
        }
    }

    /// Lends a flow. Returns its number within the loop, or -1 where the kernel cannot take it, or what it passed might
    /// overtake a packet that came by the socket.
    public int lend(Route route, Passage passage, Borrower borrower) {
        if (!route.isOfIpv4() || interfaces.isEmpty()) {
            return -1;
        }
        Ways.Both both = ways.of(route, kernel::sees);
        if (both == null) {
            return -1;
        }
        Integer rested = resting.size() > RESTING_MIN ? resting.poll() : null;
        if (rested == null && lent.size() == FLOWS_MAX) {
            return -1;
        }
        int number = rested == null ? lent.size() : rested;
        Flow flow = new Flow(route, passage, loop * FLOWS_MAX + number, loop, both);
        Lent fresh = new Lent(flow, borrower);
        if (rested == null) {
            lent.add(fresh);
        } else {
            forget(lent.set(number, fresh));
        }
        flow.offer(flows);
        up++;
        if (bpf.put(kernel.keys(), flow.key(), KernelRelay.number(flow.id())) < 0) {
            withdraw(fresh);
            return -1;
        }
        found.put(Ends.of(route), number);
        // in this order: what came before the kernel found the flow waits, and what came since has stopped it
        if (!borrower.isEmpty() || !flow.lend(flows)) {
            withdraw(fresh);
            return -1;
        }
        return number;
    }

    /// The kernel need not find a flow any more that was recalled long ago.
    private void forget(Lent old) {
        Ends ends = Ends.of(old.flow.route());
        if (found.remove(ends, number(old))) {
            int _ = bpf.remove(kernel.keys(), old.flow.key());
        }
    }

    private int number(Lent of) {
        return of.flow.id() - loop * FLOWS_MAX;
    }

    /// Takes a flow back: the next packet goes to its socket. What was passed until now has been told when this
    /// returns, unless it is called while packets are told; one that was just under way is told with the next ones.
    public void recall(int number) {
        Lent had = lent.get(number);
        if (had.up) {
            withdraw(had);
            int _ = drain();
        }
    }

    private void withdraw(Lent had) {
        had.flow.recall(flows);
        had.up = false;
        had.recalledNanos = System.nanoTime();
        up--;
        fading.add(had);
        resting.add(number(had));
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
            forgetFaded();
            Map<InetAddress, Integer> now = kernel.interfaces();
            if (!now.equals(interfaces)) {
                interfaces = now;
                recallAll();
            }
            askAnew();
            return told;
        } finally {
            draining = false;
        }
    }

    private void forgetFaded() {
        for (Lent next = fading.peek(); next != null && hasFaded(next); next = fading.peek()) {
            fading.remove();
            next.borrower = null;
        }
    }

    private static boolean hasFaded(Lent recalled) {
        return System.nanoTime() - recalled.recalledNanos > FADED_NANOS;
    }

    private void recallAll() {
        for (Lent each : List.copyOf(lent)) {
            if (each.up) {
                recallByUs(each);
            }
        }
    }

    private void recallByUs(Lent each) {
        withdraw(each);
        Borrower borrower = each.borrower;
        if (borrower != null) {
            borrower.recalled();
        }
    }

    /// Once the host's routes have changed: recalls what would go another way by now, some of the flows at a time.
    private void askAnew() {
        int now = kernel.routesChanged();
        if (now != routesChanged) {
            routesChanged = now;
            nextAsked = 0;
        }
        int asked = 0;
        while (nextAsked < lent.size() && asked < ASKED_MAX) {
            Lent each = lent.get(nextAsked++);
            if (each.up) {
                asked++;
                if (!each.flow.ways().equals(ways.of(each.flow.route(), kernel::sees))) {
                    recallByUs(each);
                }
            }
        }
    }

    private void passed(int id, long arrivalNanos, MemorySegment from, long packet, int bytes) {
        int number = id - loop * FLOWS_MAX;
        if (number >= 0 && number < lent.size()) {
            Borrower borrower = lent.get(number).borrower;
            if (borrower != null) {
                borrower.passed(arrivalNanos, from, packet, bytes);
            }
        }
    }
}
