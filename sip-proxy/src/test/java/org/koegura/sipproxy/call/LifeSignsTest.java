package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.VirtualClock;
import org.koegura.sipproxy.media.HoldWatch;

/// Trap 22: which silent calls are over, and why. Silence counts after 5 minutes, on hold after 12 hours.
final class LifeSignsTest {

    private static final Duration INTERVAL = Duration.ofMinutes(30);

    private final VirtualClock clock = new VirtualClock(Calling.NOW);
    private final HoldWatch hold = new HoldWatch();
    private final LifeSigns signs = new LifeSigns(hold, CallSettings.defaults(), clock);

    private @Nullable EndReason silentFor(Duration silence) {
        return signs.over(silence.toMillis());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "up",
            value = {"false, 299, up", "false, 300, MEDIA_SILENT", "true, 43199, up", "true, 43200, MEDIA_SILENT"})
    void withoutASessionTimerSilenceAloneDecides(boolean held, long seconds, @Nullable EndReason end) {
        hold.held(held);
        clock.advance(Duration.ofDays(2));
        assertThat(silentFor(Duration.ofSeconds(seconds))).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallWhoseMediaFlowIsUpThoughItsTimerRanOut(boolean held) {
        hold.held(held);
        signs.refreshed(INTERVAL);
        clock.advance(Duration.ofDays(2));
        assertThat(silentFor(Duration.ofSeconds(299))).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilentCallWhoseTimerRanOutIsOverOnHoldOrNot(boolean held) {
        hold.held(held);
        signs.refreshed(INTERVAL);
        clock.advance(INTERVAL);
        assertThat(silentFor(Duration.ofMinutes(5))).isEqualTo(EndReason.SESSION_EXPIRED);
    }

    @Test
    void aCallOnHoldIsUpAsLongAsItsTimerRuns() {
        hold.held(true);
        signs.refreshed(INTERVAL);
        clock.advance(INTERVAL.minusMillis(1));
        assertThat(silentFor(Duration.ofDays(3))).isNull();
    }

    @Test
    void aCallNotOnHoldIsOverWhereNeitherMediaNorRefreshCameForLong() {
        hold.held(false);
        signs.refreshed(INTERVAL);
        clock.advance(Duration.ofSeconds(299));
        assertThat(silentFor(Duration.ofHours(1))).isNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(silentFor(Duration.ofHours(1))).isEqualTo(EndReason.MEDIA_SILENT);
    }

    @Test
    void aRefreshWithoutATimerEndsTheTimer() {
        hold.held(true);
        signs.refreshed(INTERVAL);
        signs.refreshed(null);
        clock.advance(Duration.ofHours(11));
        assertThat(silentFor(Duration.ofHours(11))).isNull();
        assertThat(silentFor(Duration.ofHours(12))).isEqualTo(EndReason.MEDIA_SILENT);
    }

    /// Peers choose it: neither may a second end a call, nor may a hundred years keep one.
    @ParameterizedTest
    @CsvSource({"0, 90", "1, 90", "90, 90", "1800, 1800", "43201, 43200", "9999999999, 43200"})
    void theIntervalHasBounds(long said, long taken) {
        hold.held(true);
        signs.refreshed(Duration.ofSeconds(said));
        clock.advance(Duration.ofSeconds(taken - 1));
        assertThat(silentFor(Duration.ofDays(1))).isNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(silentFor(Duration.ofDays(1))).isEqualTo(EndReason.SESSION_EXPIRED);
    }
}
