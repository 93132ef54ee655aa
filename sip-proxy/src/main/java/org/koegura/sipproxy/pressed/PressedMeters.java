package org.koegura.sipproxy.pressed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.koegura.callmodel.code.Feature;
import org.koegura.sipproxy.pressed.PressedActs.Outcome;
import org.koegura.sipproxy.transport.Seldom;

/// Counts codes that were pressed in calls, and says which refusals are told besides. Safe from any thread.
public final class PressedMeters {

    /// Whoever presses codes all day does not fill the journal: what is not told there is counted.
    private static final Duration REFUSALS_TOLD_EACH = Duration.ofSeconds(10);

    private static final int REFUSALS_TOLD_MAX = 8;

    private final MeterRegistry metrics;
    private final Seldom<String> told = new Seldom<>(REFUSALS_TOLD_EACH, REFUSALS_TOLD_MAX, System::nanoTime);

    public PressedMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        for (Feature feature : Feature.values()) {
            for (Outcome outcome : Outcome.values()) {
                if (canBecome(feature, outcome)) {
                    counter(feature, outcome);
                }
            }
        }
    }

    /// Series that could never move are left out.
    private static boolean canBecome(Feature feature, Outcome outcome) {
        return switch (feature) {
            case EMERGENCY -> outcome == Outcome.NOT_HERE || outcome == Outcome.TOO_SOON;
            case EXEMPT_SPECIAL -> isUsual(outcome) || outcome == Outcome.NO_TEXT;
            case PAUSE, RESUME -> isUsual(outcome) || outcome == Outcome.NOT_HERE;
            case REPLAY, REPLAY_JAPANESE, REPLAY_EASY, REPLAY_ENGLISH ->
                isUsual(outcome) || outcome == Outcome.NO_PROMPT || outcome == Outcome.NOT_NOW;
            case EXEMPT_DANGER, EXEMPT_LITIGATION, PRESERVE, ATTEST, OBJECTION -> isUsual(outcome);
        };
    }

    private static boolean isUsual(Outcome outcome) {
        return switch (outcome) {
            case DONE, TOO_LATE, TOO_SOON, UNAVAILABLE -> true;
            case NO_TEXT, NOT_HERE, NO_PROMPT, NOT_NOW -> false;
        };
    }

    void pressed(Feature feature, Outcome outcome) {
        counter(feature, outcome).increment();
    }

    /// Whether a refusal is told in the journal, too.
    boolean mayTell(String who, Outcome outcome) {
        return told.mayTell(who + outcome);
    }

    private Counter counter(Feature feature, Outcome outcome) {
        return Counter.builder("koegura.telephone.pressed")
                .description("Codes that were pressed in a call, by what became of them.")
                .tags("feature", feature.word(), "outcome", PressedActs.word(outcome))
                .register(metrics);
    }
}
