package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.koegura.audio.Codec;
import org.koegura.callmodel.Leg;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What it costs to listen to a packet of 20 ms: to a low note, which most of speech is like, to noise, which has to be
/// measured, and to a tone of V.21, in which bits are read too.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FaxBenchmark {

    private final FaxWatch watch = new FaxWatch();
    private final FaxWatch ofTones = new FaxWatch();
    private final ByteBuf low = Packets.buffer(
            Packets.rtp(0, 1, 160, 7, FaxSounds.held(Codec.PCMU, 440).getFirst()));
    private final ByteBuf noise = Packets.buffer(Packets.rtp(new Random(1), 0, 1, 160, 7));
    private final ByteBuf tone = Packets.buffer(
            Packets.rtp(0, 1, 160, 7, FaxSounds.held(Codec.PCMU, 1_650).getFirst()));
    private int sequence;

    @Benchmark
    public boolean glance() {
        return hears(watch, low);
    }

    @Benchmark
    public boolean measure() {
        return hears(watch, noise);
    }

    @Benchmark
    public boolean readBits() {
        return hears(ofTones, tone);
    }

    private boolean hears(FaxWatch by, ByteBuf packet) {
        sequence++;
        packet.setInt(packet.readerIndex() + 4, 160 * sequence);
        return by.hears(Leg.OUTSIDE, packet) != null;
    }

    @TearDown
    public void release() {
        low.release();
        noise.release();
        tone.release();
    }
}
