package org.koegura.rtpcapture.rtp;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.koegura.rtpcapture.Packets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What [RtpHeader] costs for a packet, over the buffer in which it came.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderBenchmark {

    private final ByteBuf packet = Packets.buffer(Packets.rtp(new Random(1), 0, 1, 160, 7));
    private int sequence;

    /// What every packet is asked on its way: what it is, whose, which one.
    @Benchmark
    public int read() {
        if (RtpHeader.kind(packet) != RtpHeader.Kind.RTP) {
            throw new IllegalStateException("no RTP");
        }
        return RtpHeader.ssrc(packet)
                + RtpHeader.payloadType(packet)
                + RtpHeader.sequence(packet)
                + RtpHeader.timestamp(packet);
    }

    /// A new place in the stream that the outside party hears, as after a notice.
    @Benchmark
    public ByteBuf rewrite() {
        sequence++;
        RtpHeader.rewrite(packet, sequence, 160 * sequence, 7);
        return packet;
    }

    @TearDown
    public void release() {
        packet.release();
    }
}
