package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;

/// What a room publishes of its calls' media.
final class MediaMetersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Random random = new Random(5);
    private int sequence;

    @Test
    void theAccountsOfEndedCallsArePublishedToThePacketByLeg() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            for (Withheld why : Withheld.values()) {
                assertThat(counted(call, "koegura.capture.packets.withheld", Leg.INSIDE, "reason", word(why)))
                        .isZero();
            }
            speak(call, 7);
            call.captureExempted();
            speak(call, 20);
            MediaReport report = call.hangUp();

            for (StreamAccount account : report.accounts()) {
                Leg leg = account.leg();
                double recorded = counted(call, "koegura.capture.packets.recorded", leg);
                double lost = counted(call, "koegura.capture.packets.lost", leg);
                double withheld =
                        counted(call, "koegura.capture.packets.withheld", leg, "reason", word(Withheld.BEFORE_NOTICE));
                assertThat(counted(call, "koegura.capture.packets.received", leg))
                        .isEqualTo(27)
                        .isEqualTo(recorded + lost + withheld);
                assertThat(recorded).isEqualTo(20).isEqualTo((double) account.recorded());
                assertThat(withheld).isEqualTo(7);
            }
        }
    }

    @Test
    void aPartyThatIsNotHeardForFiveSecondsIsCountedOnce() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
                call.outside.say(Packets.rtp(random, 0, sequence, 160 * sequence++, 2));
                return oneWay(call, Leg.INSIDE) == 1;
            });
            assertThat(sequence).as("packets in 5 s").isGreaterThan(40);
            assertThat(oneWay(call, Leg.OUTSIDE)).isZero();
            assertThat(jitter(call, Leg.INSIDE).count()).isZero();
            call.hangUp();
            assertThat(jitter(call, Leg.OUTSIDE).count()).isBetween(1L, 2L);
            assertThat(jitter(call, Leg.OUTSIDE).max())
                    .as("100 ms apart, with time stamps of 20 ms")
                    .isBetween(0.03, 0.12);
        }
    }

    private void speak(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            sequence++;
            call.inside.say(Packets.rtp(random, 8, sequence, 160 * sequence, 1));
            call.outside.say(Packets.rtp(random, 0, sequence, 160 * sequence, 2));
        }
        call.inside.awaitHeard(sequence);
        call.outside.awaitHeard(sequence);
    }

    private static double oneWay(LoopbackCall call, Leg silent) {
        return call.metrics
                .get("koegura.rtp.one.way.calls")
                .tag("silent_leg", word(silent))
                .counter()
                .count();
    }

    private static DistributionSummary jitter(LoopbackCall call, Leg leg) {
        return call.metrics.get("koegura.rtp.jitter").tag("leg", word(leg)).summary();
    }

    private static double counted(LoopbackCall call, String name, Leg leg, String... tags) {
        Counter counter =
                call.metrics.get(name).tag("leg", word(leg)).tags(tags).counter();
        return counter.count();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
