package org.koegura.governance.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.VirtualClock;

class SignInLimitsTest {

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-24T00:00:00Z"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SignInLimits limits = new SignInLimits(clock, 8, registry);

    @Test
    void fiveFailuresFromOneSourceLockTheAccountThereOnlyAndForAWhile() {
        fail("operator", "192.0.2.1", 5);

        assertThat(limits.admit("operator", "192.0.2.1")).contains(Duration.ofMinutes(15));
        assertThat(limits.admit("operator", "192.0.2.2")).isEmpty();
        clock.advance(Duration.ofMinutes(15));
        assertThat(limits.admit("operator", "192.0.2.1")).isEmpty();
    }

    @Test
    void oneSourceCannotTryManyAccounts() {
        for (int account = 0; account < 20; account++) {
            fail("account" + account, "192.0.2.1", 1);
        }

        assertThat(limits.admit("another", "192.0.2.1")).isPresent();
    }

    @Test
    void manySourcesCannotTryOneAccountForEver() {
        for (int source = 0; source < 50; source++) {
            fail("operator", "192.0.2." + source, 1);
        }

        assertThat(limits.admit("operator", "198.51.100.1")).isPresent();
        assertThat(limits.admit("admin", "198.51.100.1")).isEmpty();
    }

    @Test
    void successForgetsTheFailuresBeforeIt() {
        fail("operator", "192.0.2.1", 4);
        assertThat(limits.admit("operator", "192.0.2.1")).isEmpty();
        limits.succeeded("operator", "192.0.2.1");

        fail("operator", "192.0.2.1", 4);
        assertThat(limits.admit("operator", "192.0.2.1")).isEmpty();
    }

    @Test
    void theTableStaysBoundedAndCountsWhatItForgets() {
        for (int source = 0; source < 10; source++) {
            fail("account" + source, "192.0.2." + source, 1);
        }

        assertThat(registry.counter("koegura.login.limits.evicted").count()).isEqualTo(30 - 8);
    }

    private void fail(String account, String source, int times) {
        for (int time = 0; time < times; time++) {
            assertThat(limits.admit(account, source)).isEmpty();
        }
    }
}
