package org.koegura.sipproxy.telephone;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;
import org.koegura.callmodel.code.Feature;

/// Counts what telephones ask for by codes. Safe from any thread.
final class CodeMeters {

    private final MeterRegistry metrics;

    /// What became of a code that was dialled.
    enum Outcome {
        /// The next call of the telephone is exempt.
        ARMED,
        /// The last call of the telephone is preserved.
        PRESERVED,
        /// Whoever dialled hung up, or never acknowledged: nothing is armed; what was preserved stays
        /// so.
        UNHEARD,
        /// Nobody knows the telephone: it is outside, or is not registered through us.
        NOT_INSIDE,
        /// Its line may use no codes.
        NOT_ENTITLED,
        /// Ground 3 needs a text, and none is set.
        NO_TEXT,
        /// That code asks for nothing before a call.
        NOT_HERE,
        /// The telephone was in no call in the last ten minutes of which something is kept.
        NOTHING_KEPT,
        /// It offers nothing that the tone could be heard in.
        NO_MEDIA,
        /// The journal, the register, the ports, or the room for calls failed.
        UNAVAILABLE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    CodeMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        for (Feature feature : Feature.values()) {
            for (Outcome outcome : Outcome.values()) {
                if (canBecome(feature, outcome)) {
                    counter(feature, outcome);
                }
            }
        }
        lapsedCounter();
        repliesCounter(true);
        repliesCounter(false);
    }

    /// Series that could never move are left out.
    private static boolean canBecome(Feature feature, Outcome outcome) {
        boolean exempts = feature.ground() != null;
        boolean preserves = feature == Feature.PRESERVE;
        return switch (outcome) {
            case NOT_INSIDE, NOT_ENTITLED -> true;
            case ARMED -> exempts;
            case PRESERVED, NOTHING_KEPT -> preserves;
            case UNHEARD, NO_MEDIA, UNAVAILABLE -> exempts || preserves;
            case NO_TEXT -> feature == Feature.EXEMPT_SPECIAL;
            case NOT_HERE -> !exempts && !preserves;
        };
    }

    void dialled(Feature feature, Outcome outcome) {
        counter(feature, outcome).increment();
    }

    /// Nothing was called within the minute.
    void lapsed() {
        lapsedCounter().increment();
    }

    void armed(Supplier<Number> count) {
        Gauge.builder("koegura.telephone.armed", count)
                .description("Telephones whose next call is exempt.")
                .register(metrics);
    }

    /// A request to record or not to record was answered.
    ///
    /// @param agreed whether it is as the telephone wishes
    void askedToRecord(boolean agreed) {
        repliesCounter(agreed).increment();
    }

    private Counter counter(Feature feature, Outcome outcome) {
        return Counter.builder("koegura.telephone.codes")
                .description("Codes that were dialled alone, by what became of them.")
                .tags("feature", feature.word(), "outcome", outcome.word())
                .register(metrics);
    }

    private Counter lapsedCounter() {
        return Counter.builder("koegura.telephone.lapsed")
                .description("Exemptions that were flagged before a call which did not come in time.")
                .register(metrics);
    }

    private Counter repliesCounter(boolean agreed) {
        return Counter.builder("koegura.telephone.record.requests")
                .description("INFO with Record from inside telephones, by whether it is as they wish.")
                .tag("answer", agreed ? "ok" : "refused")
                .register(metrics);
    }
}
