package org.koegura.rtpcapture;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink;

/// A store in memory that fails, or hangs, when told to. Like a real one it keeps what was flushed, and ends with the
/// first fault that it meets.
final class MemorySink implements RecordingSink {

    record Kept(
            Leg leg, long arrivalEpochNanos, InetSocketAddress source, InetSocketAddress ours, ByteBuffer datagram) {}

    /// What was said of payload types, after so many kept packets of either leg.
    record Told(Leg leg, long sinceEpochNanos, List<AudioFormat> formats, int afterPackets) {}

    volatile boolean refusesToOpen;
    volatile boolean failsToWrite;
    volatile boolean breaksAtWriting;
    volatile CountDownLatch opens = new CountDownLatch(0);
    volatile @Nullable Opening opening;
    volatile @Nullable Closing closing;

    private final List<Kept> flushed = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();

    @Override
    public OpenRecording open(Opening asked) throws StoreFault {
        opening = asked;
        try {
            opens.await();
        } catch (InterruptedException e) {
            throw new StoreFault.Unreachable("interrupted", e);
        }
        if (refusesToOpen) {
            throw new StoreFault.Full("no room", new IllegalStateException());
        }
        return new Recording(asked);
    }

    public List<Kept> kept() {
        synchronized (flushed) {
            return List.copyOf(flushed);
        }
    }

    List<Told> told() {
        synchronized (flushed) {
            return List.copyOf(told);
        }
    }

    public List<Kept> kept(Leg leg) {
        return kept().stream().filter(packet -> packet.leg() == leg).toList();
    }

    Closing closed() {
        Closing known = closing;
        if (known == null) {
            throw new AssertionError("the recording was not sealed");
        }
        return known;
    }

    Opening opened() {
        Opening known = opening;
        if (known == null) {
            throw new AssertionError("the recording was not opened");
        }
        return known;
    }

    private final class Recording implements OpenRecording {
        private final Opening asked;
        private final List<Kept> gathered = new ArrayList<>();

        Recording(Opening asked) {
            this.asked = asked;
        }

        @Override
        public void append(
                Leg leg, long arrival, InetSocketAddress source, InetSocketAddress ours, ByteBuffer datagram) {
            if (datagram.remaining() > RecordingSink.DATAGRAM_BYTES_MAX) {
                throw new IllegalArgumentException("longer than any sink takes");
            }
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(bytes);
            gathered.add(new Kept(leg, arrival, source, ours, ByteBuffer.wrap(bytes)));
        }

        @Override
        public void formats(Leg leg, long since, List<AudioFormat> formats) {
            synchronized (flushed) {
                told.add(new Told(leg, since, formats, flushed.size() + gathered.size()));
            }
        }

        @Override
        public void flush() throws StoreFault {
            if (breaksAtWriting) {
                throw new OutOfMemoryError("as arranged");
            }
            if (failsToWrite) {
                throw new StoreFault.Full("no room", new IllegalStateException());
            }
            synchronized (flushed) {
                flushed.addAll(gathered);
            }
            gathered.clear();
        }

        @Override
        public Seal seal(Closing asClosed) {
            closing = asClosed;
            return new Seal(asked.recording(), "memory", "00".repeat(32), 0, Instant.EPOCH);
        }
    }
}
