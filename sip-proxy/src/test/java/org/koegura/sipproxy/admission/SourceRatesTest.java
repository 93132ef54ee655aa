package org.koegura.sipproxy.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SourceRatesTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private final AtomicInteger forgotten = new AtomicInteger();
    private final SourceRates rates = new SourceRates(2, 2, forgotten::incrementAndGet);

    private int taken(InetAddress source, boolean follows, long atMillis) {
        int taken = 0;
        while (taken < 1000 && rates.take(source, follows, atMillis)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aSourceMaySendTenSecondsWorthAtOnceAndThenItsRate() {
        assertThat(taken(ONE, false, 0)).isEqualTo(20);
        assertThat(taken(ONE, false, 499)).isZero();
        assertThat(taken(ONE, false, 3_500)).isEqualTo(7);
        assertThat(taken(ONE, false, 100_000)).isEqualTo(20);
    }

    @Test
    void aSourceThatSendsTooMuchTakesNothingFromAnother() {
        assertThat(taken(ONE, false, 0)).isEqualTo(20);
        assertThat(taken(OTHER, false, 0)).isEqualTo(20);
    }

    @Test
    void whatEndsSomethingThatWasLetInIsTakenForLonger() {
        assertThat(taken(ONE, false, 0)).isEqualTo(20);
        assertThat(taken(ONE, true, 0)).isEqualTo(20);
        assertThat(taken(ONE, false, 10_000)).isZero();
    }

    @Test
    void aClockThatIsPutBackLimitsNobodyForGood() {
        assertThat(taken(ONE, false, 1_000_000)).isEqualTo(20);
        assertThat(taken(ONE, false, 0)).isZero();
        assertThat(taken(ONE, false, 1_000)).isEqualTo(2);
    }

    @Test
    void oneIpv6PeerHasOneBucketForAllOfItsAddresses() {
        assertThat(taken(InetAddress.ofLiteral("2001:db8::1"), false, 0)).isEqualTo(20);
        assertThat(taken(InetAddress.ofLiteral("2001:db8::ffff:2"), false, 0)).isZero();
        assertThat(taken(InetAddress.ofLiteral("2001:db8:0:1::1"), false, 0)).isEqualTo(20);
    }

    @Test
    void theTableForgetsWhoWasSilentLongestAndCountsWhomItStillLimited() {
        assertThat(taken(ONE, false, 0)).isEqualTo(20);
        assertThat(taken(OTHER, false, 0)).isEqualTo(20);
        assertThat(rates.take(InetAddress.ofLiteral("192.0.2.3"), false, 0)).isTrue();
        assertThat(rates.count()).isEqualTo(2);
        assertThat(forgotten).hasValue(1);
        assertThat(taken(OTHER, false, 0)).as("one that was not forgotten").isZero();
    }
}
