package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program in the kernel that passes on what is lent to it, on all interfaces that have addresses of this host. It
/// goes with the process, however that ends: what it does not pass comes to the sockets, which stay bound.
///
/// It needs Linux 6.6 on a 64-bit little-endian machine, and the capabilities `CAP_BPF`, `CAP_NET_ADMIN`
/// and, before Linux 6.17, `CAP_PERFMON`: without it the verifier takes no number and pointer together.
///
/// [#open] and [#close] follow each other, from whatever threads.
final class KernelRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelRelay.class);

    /// Which helpers of the kernel may be called depends on it; those that are called are free to all.
    private static final String LICENSE = "Apache-2.0";

    private static final int PAGE_BYTES = 4096;
    private static final int LOOPS_MAX = 64;
    private static final long LOOK_MILLIS = 100;

    /// What to do where the kernel's help cannot be had, and where rights are what it lacks.
    private static final String NOTHING_NEEDED =
            "nothing is needed: our own sockets carry all, and with media.kernel: never it is not asked for";

    private static final String RIGHTS_NEEDED =
            "our own sockets carry all; for less work grant CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, or set media.kernel: never";

    /// Every so many looks at whether anything was told of, the host's addresses are asked whatever was told.
    private static final int LOOKS = 10;

    private final Arena arena = Arena.ofShared();
    private final Bpf bpf = new Bpf(arena);
    private final List<Integer> descriptors = new ArrayList<>();

    /// By the number of the interface.
    private final Map<Integer, Integer> links = new ConcurrentHashMap<>();

    private final List<LentFlows> loops = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Map<InetAddress, Integer> interfaces = Map.of();

    /// Grows when the host's routes may have changed.
    private volatile int routesChanged;

    private @Nullable Policies policies;
    private @Nullable Thread watcher;
    private int keys;
    private int program;

    private KernelRelay() {}

    /// Makes ready what [#open] needs of the process: classes and method handles, for which calls would wait that a
    /// dead process left. Opens nothing that stays, and attaches nothing. May be left out.
    static void prepare() {
        try (Arena own = Arena.ofConfined()) {
            byte[] program = RelayProgram.of(0, 0, 0);
            Netlink news = Netlink.open(own, Netlink.ROUTE);
            if (news != null) {
                int _ = new Bpf(own).close(news.descriptor());
            }
            LOG.debug(
                    "media.kernel.prepared bytes={} page={} addresses={}",
                    program.length,
                    Bpf.pageBytes(),
                    addresses(Map.of()).size());
        }
    }

    /// Opens it. Returns null where the system does not have it or does not let us; why is logged.
    ///
    /// @param loops how many event loops lend to it, 1 to 64
    /// @param ringBytes of each loop, a power of two from 4096
    static @Nullable KernelRelay open(int loops, int ringBytes) {
        if (loops < 1 || loops > LOOPS_MAX) {
            throw new IllegalArgumentException("loops: 1 to 64 are needed");
        }
        if (ringBytes < PAGE_BYTES || Integer.bitCount(ringBytes) != 1) {
            throw new IllegalArgumentException("ring: a power of two from 4096 bytes on is needed");
        }
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        String machine = System.getProperty("os.arch", "");
        if (!linux || !(machine.equals("amd64") || machine.equals("aarch64"))) {
            LOG.info("media.kernel.off why=\"{}\" next=\"{}\"", "64-bit Linux alone has it", NOTHING_NEEDED);
            return null;
        }
        KernelRelay relay = new KernelRelay();
        boolean whole = false;
        try {
            long begunNanos = System.nanoTime();
            relay.build(loops, ringBytes);
            whole = true;
            LOG.info(
                    "media.kernel.on interfaces={} micros={}",
                    relay.links.size(),
                    (System.nanoTime() - begunNanos) / 1_000);
            return relay;
        } catch (Refused why) {
            LOG.info("media.kernel.off why=\"{}\" next=\"{}\"", why.getMessage(), why.next());
            return null;
        } catch (RuntimeException | LinkageError why) {
            LOG.info("media.kernel.off why=\"{}\" next=\"{}\"", why.getMessage(), NOTHING_NEEDED);
            return null;
        } finally {
            if (!whole) {
                relay.close();
            }
        }
    }

    /// The kernel does not do what was asked.
    private static final class Refused extends Exception {
        private final boolean forRights;

        Refused(String what) {
            this(what, false);
        }

        Refused(String what, boolean forRights) {
            super(what);
            this.forRights = forRights;
        }

        String next() {
            return forRights ? RIGHTS_NEEDED : NOTHING_NEEDED;
        }
    }

    private void build(int count, int ringBytes) throws Refused {
        if (Bpf.pageBytes() != PAGE_BYTES) {
            throw new Refused("pages of 4096 bytes are needed");
        }
        List<Integer> ringsOfLoops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ringsOfLoops.add(got("a ring", bpf.map(Bpf.RING, 0, 0, ringBytes, 0)));
        }
        int rings =
                got("a map", bpf.map(Bpf.ARRAY_OF_MAPS, Integer.BYTES, Integer.BYTES, count, ringsOfLoops.getFirst()));
        int flowsMax = count * LentFlows.FLOWS_MAX;
        keys = got("a map", bpf.map(Bpf.HASH, Flow.KEY_BYTES, Integer.BYTES, flowsMax, 0));
        int flows = got("a map", bpf.map(Bpf.ARRAY, Integer.BYTES, Flow.BYTES, flowsMax, 0, Bpf.MAPPABLE));
        long flowsBytes = Math.ceilDiv((long) flowsMax * Flow.BYTES, PAGE_BYTES) * PAGE_BYTES;
        MemorySegment shared = mapped(flows, flowsBytes, 0, true);
        for (int i = 0; i < count; i++) {
            int ring = ringsOfLoops.get(i);
            if (bpf.put(rings, number(i), number(ring)) < 0) {
                throw new Refused("a ring has no place");
            }
            MemorySegment read = mapped(ring, PAGE_BYTES, 0, true);
            MemorySegment rest = mapped(ring, PAGE_BYTES + 2L * ringBytes, PAGE_BYTES, false);
            Routes routes = Routes.open(arena);
            if (routes == null) {
                throw new Refused("the host's routes cannot be asked for");
            }
            descriptors.add(routes.descriptor());
            Translations translations = Translations.open(arena);
            if (translations != null) {
                descriptors.add(translations.descriptor());
            }
            PassedRing passed = new PassedRing(read, rest, PAGE_BYTES, ringBytes);
            loops.add(new LentFlows(this, new Bpf(arena), new Ways(routes, translations), i, passed, shared));
        }
        policies = Policies.open(arena);
        if (policies != null) {
            descriptors.add(policies.descriptor());
        }
        Netlink news = Netlink.open(arena, Netlink.ROUTE);
        if (news == null || !news.hears(Netlink.CHANGED_WAYS)) {
            throw new Refused("the host's routes cannot be watched");
        }
        descriptors.add(news.descriptor());
        attach(bpf.load(RelayProgram.of(keys, flows, rings), LICENSE));
        watcher = Thread.ofVirtual().name("media-interfaces").start(() -> watch(news));
    }

    private MemorySegment mapped(int descriptor, long bytes, long offset, boolean writable) throws Refused {
        MemorySegment mapped = bpf.mapped(descriptor, bytes, offset, writable);
        if (mapped.equals(MemorySegment.NULL)) {
            throw new Refused("what is shared with the kernel cannot be mapped");
        }
        return mapped;
    }

    private void attach(Bpf.Loaded loaded) throws Refused {
        if (loaded.descriptor() < 0) {
            LOG.debug("media.kernel.program.refused log=\"{}\"", loaded.log());
        }
        program = got("the program", loaded.descriptor());
        if (isOfIpsec()) {
            throw new Refused("the host has policies of IPsec");
        }
        interfaces = addresses(Map.of());
        attach(bpf, interfaces);
        if (links.isEmpty()) {
            throw new Refused("no interface takes the program");
        }
    }

    private boolean isOfIpsec() {
        Policies asked = policies;
        return asked != null && asked.any();
    }

    /// To those that have it not yet.
    private void attach(Bpf by, Map<InetAddress, Integer> to) {
        for (int number : Set.copyOf(to.values())) {
            int link = links.containsKey(number) ? -1 : by.attach(program, number);
            if (link >= 0) {
                links.put(number, link);
            }
        }
    }

    /// From those that are gone.
    private void detach(Bpf by, Map<InetAddress, Integer> left) {
        for (int number : Set.copyOf(links.keySet())) {
            Integer link = left.containsValue(number) ? null : links.remove(number);
            if (link != null) {
                int _ = by.close(link);
            }
        }
    }

    /// Whether the program sees what comes in by an interface. From any loop.
    boolean sees(int interfaceNumber) {
        return links.containsKey(interfaceNumber);
    }

    private int got(String what, int descriptor) throws Refused {
        if (descriptor < 0) {
            boolean forRights = descriptor == -Bpf.EPERM || descriptor == -Bpf.EACCES;
            throw new Refused(
                    "the kernel refuses " + what + ": error " + -descriptor + (forRights ? ", not permitted" : ""),
                    forRights);
        }
        descriptors.add(descriptor);
        return descriptor;
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    /// The flows of a loop, for its thread.
    ///
    /// @param index 0 up to the number of loops
    LentFlows loop(int index) {
        return loops.get(index);
    }

    /// The map from keys to numbers of flows.
    int keys() {
        return keys;
    }

    /// The addresses of this host, each with the number of its interface.
    Map<InetAddress, Integer> interfaces() {
        return interfaces;
    }

    /// Grows when the host's routes may have changed. From any thread.
    int routesChanged() {
        return routesChanged;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the watcher alone
    private void watch(Netlink news) {
        try (Arena own = Arena.ofConfined()) {
            Bpf ours = new Bpf(own);
            for (int look = 1; !closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS); look++) {
                boolean told = news.heard();
                if (told || look % LOOKS == 0) {
                    look(ours);
                }
                if (told) {
                    routesChanged++;
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Bpf ours) {
        boolean ipsec = isOfIpsec();
        Map<InetAddress, Integer> now = ipsec ? Map.of() : addresses(interfaces);
        if (!now.equals(interfaces)) {
            LOG.info("media.kernel.interfaces.changed addresses={} ipsec={}", now.size(), ipsec);
            detach(ours, now);
            attach(ours, now);
            interfaces = now;
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
        Thread watching = watcher;
        if (watching != null && !joined(watching)) {
            LOG.warn("media.kernel.close.late next=\"it goes with the process\"");
            return; // it uses what would be closed
        }
        links.values().forEach(bpf::close);
        descriptors.reversed().forEach(bpf::close);
        arena.close();
    }

    private static boolean joined(Thread watching) {
        try {
            return watching.join(Duration.ofMillis(LOOKS * LOOK_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
