package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.rtpcapture.capture.RingBenchmark;
import org.koegura.rtpcapture.rtp.HeaderBenchmark;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.koegura.rtpcapture.srtp.SrtpBenchmark;

/// The benchmarks do what they say they measure; how long it takes is asked elsewhere ([BenchmarkRun]).
class BenchmarksTest {

    @Test
    void theHeaderIsReadAndRewrittenInPlace() {
        HeaderBenchmark header = new HeaderBenchmark();
        int before = header.read();
        assertThat(RtpHeader.sequence(header.rewrite())).isEqualTo(1);
        assertThat(header.read()).as("the same number, time and source").isEqualTo(before);
        assertThat(RtpHeader.sequence(header.rewrite())).isEqualTo(2);
        header.release();
    }

    @Test
    void whatGoesIntoTheRingComesOutAgainAlsoWhereItGoesRound() {
        RingBenchmark ring = new RingBenchmark();
        long before = 0;
        for (int i = 0; i < 2_000; i++) { // some 24 MiB
            long taken = ring.offerAndDrain();
            assertThat(taken).isGreaterThan(before);
            before = taken;
        }
        ring.release();
    }

    @Test
    void aNoteAndNoiseAndOneToneAreListenedToAndAreNoFax() {
        FaxBenchmark fax = new FaxBenchmark();
        for (int i = 0; i < 500; i++) {
            assertThat(fax.glance()).isFalse();
            assertThat(fax.measure()).isFalse();
            assertThat(fax.readBits()).isFalse();
        }
        fax.release();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsProtectedIsOpened(CryptoSuite suite) {
        SrtpBenchmark srtp = new SrtpBenchmark();
        srtp.suite = suite;
        srtp.agree();
        for (int i = 0; i < 100; i++) { // round the sequence numbers
            srtp.arrive();
            assertThat(srtp.unprotect()).isEqualTo(SrtpBenchmark.BATCH * 172);
            assertThat(srtp.protect().readableBytes()).isGreaterThan(172);
        }
    }
}
