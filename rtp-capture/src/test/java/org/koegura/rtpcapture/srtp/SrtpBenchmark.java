package org.koegura.rtpcapture.srtp;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What it costs to protect a packet of 20 ms of G.711, and to open one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SrtpBenchmark {

    /// Opened in a row: no packet can be opened twice, and to make them is none of what is measured.
    public static final int BATCH = 1_024;

    @Param
    public CryptoSuite suite = CryptoSuite.AES_CM_128_HMAC_SHA1_80;

    private final ByteBuf plain = Samples.datagram(Samples.rtp(0));
    private final ByteBuf out = Samples.MEMORY.directBuffer(plain.readableBytes() + SrtpSender.OVERHEAD_BYTES_MAX);
    private final List<ByteBuf> arrived = new ArrayList<>();
    private SrtpSender sender = new SrtpSender(Samples.key(suite, 1));
    private SrtpSender theirs = sender;
    private SrtpReceiver receiver = new SrtpReceiver(Samples.key(suite, 1));
    private int sequence;
    private int theirSequence;

    @Setup
    public void agree() {
        MasterKey key = Samples.key(suite, 1);
        sender = new SrtpSender(key);
        theirs = new SrtpSender(key);
        receiver = new SrtpReceiver(key);
        for (int i = 0; i < BATCH; i++) {
            arrived.add(Samples.MEMORY.directBuffer(out.capacity()));
        }
    }

    /// A party's next packets.
    @Setup(Level.Invocation)
    public void arrive() {
        for (ByteBuf packet : arrived) {
            plain.setShort(plain.readerIndex() + 2, theirSequence++);
            passed(theirs.protectRtp(plain, packet.clear()));
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public ByteBuf protect() {
        for (int i = 0; i < BATCH; i++) {
            plain.setShort(plain.readerIndex() + 2, sequence++);
            passed(sender.protectRtp(plain, out.clear()));
        }
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int unprotect() {
        int bytes = 0;
        for (ByteBuf packet : arrived) {
            passed(receiver.unprotectRtp(packet));
            bytes += packet.readableBytes();
        }
        return bytes;
    }

    private static void passed(Outcome outcome) {
        if (outcome != Outcome.PASSED) {
            throw new IllegalStateException("a packet did not pass: " + outcome);
        }
    }
}
