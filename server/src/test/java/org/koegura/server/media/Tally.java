package org.koegura.server.media;

import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Counts what a party sends and what comes to it, and adds up what it was, so that of both ends nothing need be kept:
/// as many, of the same sum, are the same packets, in whatever order.
final class Tally implements Seal {

    /// An odd number with many ones: equal packets twice and others instead do not add up to the same.
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final LongAdder sent = new LongAdder();
    private final LongAdder sentSum = new LongAdder();
    private final LongAdder came = new LongAdder();
    private final LongAdder cameSum = new LongAdder();

    /// Packets, and what they add up to.
    record Sum(long packets, long sum) {}

    @Override
    public byte[] sealed(byte[] packet) {
        return packet;
    }

    @Override
    public void sent(byte[] asItIs) {
        sent.increment();
        sentSum.add(of(asItIs));
    }

    @Override
    public byte @Nullable [] opened(byte[] packet) {
        came.increment();
        cameSum.add(of(packet));
        return null;
    }

    Sum sent() {
        return new Sum(sent.sum(), sentSum.sum());
    }

    Sum came() {
        return new Sum(came.sum(), cameSum.sum());
    }

    private static long of(byte[] packet) {
        CRC32C crc = new CRC32C();
        crc.update(packet);
        long mixed = ((crc.getValue() << 20) ^ packet.length) * SPREAD;
        return mixed ^ (mixed >>> 29);
    }
}
