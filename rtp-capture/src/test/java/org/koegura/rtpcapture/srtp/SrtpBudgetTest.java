package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

/// What is allocated for a packet of 20 ms that is protected and opened again, in bytes: a budget, not
/// a timing.
class SrtpBudgetTest {

    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;

    /// In counter mode: what the JDK's HMAC allocates for its result, twice. In GCM: what it allocates
    /// to be started.
    @ParameterizedTest
    @CsvSource({
        "AES_CM_128_HMAC_SHA1_80, 96",
        "AES_CM_128_HMAC_SHA1_32, 96",
        "AEAD_AES_128_GCM, 2400",
        "AEAD_AES_256_GCM, 2400"
    })
    void aPacketCostsWhatTheCiphersOfTheJdkCost(CryptoSuite suite, double bytesMax) {
        MasterKey key = Samples.key(suite, 1);
        SrtpSender sender = new SrtpSender(key);
        SrtpReceiver receiver = new SrtpReceiver(key);
        ByteBuf plain = Samples.datagram(Samples.rtp(0));
        ByteBuf packet = Samples.MEMORY.directBuffer(256);
        exchange(sender, receiver, plain, packet, 0, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        exchange(sender, receiver, plain, packet, WARM_UP, MEASURED);

        double bytes = (threads.getCurrentThreadAllocatedBytes() - before) / (double) MEASURED;
        assertThat(bytes).as("bytes for a packet").isBetween(1.0, bytesMax);
    }

    private static void exchange(
            SrtpSender sender, SrtpReceiver receiver, ByteBuf plain, ByteBuf packet, int first, int packets) {
        int passed = 0;
        for (int i = first; i < first + packets; i++) {
            plain.setShort(plain.readerIndex() + 2, i);
            packet.clear();
            if (sender.protectRtp(plain, packet) == Outcome.PASSED && receiver.unprotectRtp(packet) == Outcome.PASSED) {
                passed++;
            }
        }
        assertThat(passed).isEqualTo(packets);
    }
}
