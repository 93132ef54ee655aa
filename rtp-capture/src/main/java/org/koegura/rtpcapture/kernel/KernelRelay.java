package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program in the kernel that passes on what is lent to it, on all interfaces that have addresses of this host. It
/// goes with the process, however that ends: what it does not pass comes to the sockets, which stay bound.
///
/// It needs Linux 6.6 on a 64-bit little-endian machine, and the capabilities `CAP_BPF` and `CAP_NET_ADMIN`.
///
/// [#open] and [#close] belong to one thread.
public final class KernelRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelRelay.class);

    /// Which helpers of the kernel may be called depends on it; those that are called are free to all.
    private static final String LICENSE = "Apache-2.0";

    /// Of each loop: a fifth of a second of 50,000 packets a second. Where it is full, packets come to the sockets.
    public static final int RING_BYTES = 4 << 20;

    private static final int PAGE_BYTES = 4096;
    private static final int LOOPS_MAX = 64;
    private static final long LOOK_MILLIS = 1_000;

    private final Arena arena = Arena.ofShared();
    private final Bpf bpf = new Bpf(arena);
    private final List<Integer> descriptors = new ArrayList<>();
    private final List<Integer> links = new ArrayList<>();
    private final List<LentFlows> loops = new ArrayList<>();
    private final AtomicBoolean off = new AtomicBoolean();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Map<InetAddress, Integer> interfaces = Map.of();
    private int flows;

    private KernelRelay() {}

    /// Opens it. Returns null where the system does not have it or does not let us; why is logged.
    ///
    /// @param loops how many event loops lend to it, 1 to 64
    /// @param ringBytes of each loop, a power of two from 4096
    public static @Nullable KernelRelay open(int loops, int ringBytes) {
        if (loops < 1 || loops > LOOPS_MAX) {
            throw new IllegalArgumentException("loops: 1 to 64 are needed");
        }
        if (ringBytes < PAGE_BYTES || Integer.bitCount(ringBytes) != 1) {
            throw new IllegalArgumentException("ring: a power of two from 4096 bytes on is needed");
        }
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        String machine = System.getProperty("os.arch", "");
        if (!linux || !(machine.equals("amd64") || machine.equals("aarch64"))) {
            LOG.info("media.kernel.off why=\"{}\"", "64-bit Linux alone has it");
            return null;
        }
        KernelRelay relay = new KernelRelay();
        try {
            relay.build(loops, ringBytes);
            return relay;
        } catch (Refused | RuntimeException | LinkageError why) {
            relay.close();
            LOG.info("media.kernel.off why=\"{}\"", why.getMessage());
            return null;
        }
    }

    /// The kernel does not do what was asked.
    private static final class Refused extends Exception {
        Refused(String what) {
            super(what);
        }
    }

    private void build(int count, int ringBytes) throws Refused {
        if (Bpf.pageBytes() != PAGE_BYTES) {
            throw new Refused("pages of 4096 bytes are needed");
        }
        interfaces = addresses(Map.of());
        List<Integer> ringsOfLoops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ringsOfLoops.add(got("a ring", bpf.map(Bpf.RING, 0, 0, ringBytes, 0)));
        }
        int rings =
                got("a map", bpf.map(Bpf.ARRAY_OF_MAPS, Integer.BYTES, Integer.BYTES, count, ringsOfLoops.getFirst()));
        flows = got("a map", bpf.map(Bpf.HASH, Flow.KEY_BYTES, Flow.VALUE_BYTES, count * LentFlows.FLOWS_MAX, 0));
        for (int i = 0; i < count; i++) {
            int ring = ringsOfLoops.get(i);
            if (bpf.put(rings, number(i), number(ring)) < 0) {
                throw new Refused("a ring has no place");
            }
            MemorySegment read = bpf.mapped(ring, PAGE_BYTES, 0, true);
            MemorySegment rest = bpf.mapped(ring, PAGE_BYTES + 2L * ringBytes, PAGE_BYTES, false);
            if (read.equals(MemorySegment.NULL) || rest.equals(MemorySegment.NULL)) {
                throw new Refused("a ring cannot be mapped");
            }
            loops.add(new LentFlows(this, new Bpf(arena), i, new PassedRing(read, rest, PAGE_BYTES, ringBytes)));
        }
        attach(bpf.load(RelayProgram.of(flows, rings), LICENSE));
        Thread.ofVirtual().name("media-interfaces").start(this::watch);
    }

    private void attach(Bpf.Loaded program) throws Refused {
        if (program.descriptor() < 0) {
            LOG.debug("media.kernel.program.refused log=\"{}\"", program.log());
        }
        got("the program", program.descriptor());
        for (int number : interfaces.values().stream().distinct().toList()) {
            int link = bpf.attach(program.descriptor(), number);
            if (link >= 0) {
                links.add(link);
            }
        }
        if (links.isEmpty()) {
            throw new Refused("no interface takes the program");
        }
    }

    private int got(String what, int descriptor) throws Refused {
        if (descriptor < 0) {
            throw new Refused("the kernel refuses " + what + ": error " + -descriptor
                    + (descriptor == -Bpf.EPERM ? ", CAP_BPF and CAP_NET_ADMIN are needed" : ""));
        }
        descriptors.add(descriptor);
        return descriptor;
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    /// The flows of a loop, for its thread.
    ///
    /// @param index 0 up to the number of loops
    public LentFlows loop(int index) {
        return loops.get(index);
    }

    int flows() {
        return flows;
    }

    /// Takes the program off all interfaces, for good: from now on all packets come to their sockets. From any loop.
    void off() {
        if (off.compareAndSet(false, true)) {
            LOG.error("media.kernel.stuck next=\"packets go the usual way until the next start\"");
            try (Arena own = Arena.ofConfined()) {
                Bpf closing = new Bpf(own);
                links.forEach(closing::close);
            }
        }
    }

    boolean isOff() {
        return off.get();
    }

    /// The addresses of this host, each with the number of its interface.
    Map<InetAddress, Integer> interfaces() {
        return interfaces;
    }

    private void watch() {
        try {
            while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                Map<InetAddress, Integer> now = addresses(interfaces);
                if (!now.equals(interfaces)) {
                    LOG.info("media.kernel.interfaces.changed addresses={}", now.size());
                    interfaces = now;
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /// Of the interfaces whose frames have an Ethernet header, which the program reads.
    private static Map<InetAddress, Integer> addresses(Map<InetAddress, Integer> before) {
        Map<InetAddress, Integer> known = new HashMap<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                byte[] hardware = each.getHardwareAddress();
                if (each.isUp() && (each.isLoopback() || (hardware != null && hardware.length == 6))) {
                    each.inetAddresses()
                            .filter(Inet4Address.class::isInstance)
                            .forEach(address -> known.put(address, each.getIndex()));
                }
            }
        } catch (SocketException gone) { // one of them, just now
            return before;
        }
        return Map.copyOf(known);
    }

    /// Takes the program off. The loops must have ended.
    @Override
    public void close() {
        closing.countDown();
        if (off.compareAndSet(false, true)) {
            links.forEach(bpf::close);
        }
        descriptors.reversed().forEach(bpf::close);
        arena.close();
    }
}
