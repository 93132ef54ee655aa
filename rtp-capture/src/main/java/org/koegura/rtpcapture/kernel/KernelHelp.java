package org.koegura.rtpcapture.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The kernel's help, which is opened beside whatever else begins: it takes the kernel a tenth of a second, and calls
/// that a dead process left are not to wait for it. Until it is there, and where it is refused, the sockets carry all.
public final class KernelHelp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelHelp.class);

    /// Of each loop: most of a second of 50,000 packets a second. A loop that got no processor for a while would have
    /// no time for its sockets either: where a ring is full, packets come there.
    public static final int RING_BYTES = 16 << 20;

    private static final long OPENED_SECONDS_MAX = 2;

    private final CountDownLatch opened = new CountDownLatch(1);

    /// Null before it is there, and where the system does not let us.
    private volatile @Nullable KernelRelay relay;

    private KernelHelp() {}

    /// Makes ready what [#begin] needs of the process: classes and method handles. Opens nothing that stays, and
    /// attaches nothing. May be left out.
    public static void prepare() {
        KernelRelay.prepare();
    }

    /// Begins to open it, on a thread of its own.
    ///
    /// @param loops how many event loops lend to it, 1 to 64
    /// @param ringBytes of each loop, a power of two from 4096
    public static KernelHelp begin(int loops, int ringBytes) {
        KernelHelp help = new KernelHelp();
        Thread.ofPlatform().daemon().name("media-kernel-opening").start(() -> help.open(loops, ringBytes));
        return help;
    }

    private void open(int loops, int ringBytes) {
        try {
            relay = KernelRelay.open(loops, ringBytes);
        } catch (RuntimeException | Error fault) {
            LOG.error("media.kernel.failed next=\"the sockets carry all\"", fault);
        } finally {
            opened.countDown();
        }
    }

    /// Waits until it is there or was refused, for some seconds at most. Returns whether it is there.
    public boolean await() {
        try {
            return opened.await(OPENED_SECONDS_MAX, TimeUnit.SECONDS) && relay != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The flows of a loop, for its thread; null while it is not there.
    ///
    /// @param index 0 up to the number of loops
    public @Nullable LentFlows loop(int index) {
        KernelRelay there = relay;
        return there == null ? null : there.loop(index);
    }

    /// Waits until it is open, and takes it off. The loops must have ended. What is not open in time goes with the
    /// process.
    @Override
    public void close() {
        boolean _ = await();
        KernelRelay there = relay;
        if (there != null) {
            there.close();
        }
    }
}
