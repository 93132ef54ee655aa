package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.packet;
import static org.koegura.callmodel.RecordingStoreContract.peer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;

class AppendBudgetTest {

    private static final int PACKETS = 20_000;

    /// The JDK's own objects for hashing and encrypting, spread over the packets of a chunk; none of ours.
    private static final long BYTES_PER_PACKET_MAX = 256;

    @TempDir
    Path data;

    @Test
    void aPacketCostsNextToNoAllocation() throws StoreFault {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        InetSocketAddress from = peer();
        InetSocketAddress to = ours();
        ByteBuffer datagram = ByteBuffer.wrap(packet(0, (byte) 0x55));
        try (LocalStore store = TestStore.open(data)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            record(open, from, to, datagram);
            long before = threads.getCurrentThreadAllocatedBytes();
            record(open, from, to, datagram);
            long perPacket = (threads.getCurrentThreadAllocatedBytes() - before) / PACKETS;
            open.seal(closing(2 * PACKETS, 0, 1));

            assertThat(perPacket).isLessThan(BYTES_PER_PACKET_MAX);
        }
    }

    private static void record(OpenRecording open, InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram)
            throws StoreFault {
        for (int i = 0; i < PACKETS; i++) {
            open.append(Leg.INSIDE, nanos(STARTED) + i, from, to, datagram);
            if (i % 24 == 23) {
                open.flush();
            }
        }
    }
}
