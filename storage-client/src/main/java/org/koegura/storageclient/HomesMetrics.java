package org.koegura.storageclient;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.koegura.callmodel.StoreFault;

/// What ring and cloud count. Every counter exists from the start.
final class HomesMetrics {

    static final String RING = "ring";
    static final String CLOUD = "cloud";

    private static final String TARGET = "target";
    private static final String OUTCOME = "outcome";
    private static final String OK = "ok";
    private static final String FAILED = "failed";

    private final MeterRegistry registry;
    private final Timer uploadDuration;
    private final Counter overwrites;
    private final Counter refusals;
    private final Counter waits;
    private final AtomicInteger cloudUp = new AtomicInteger();

    HomesMetrics(MeterRegistry registry) {
        this.registry = registry;
        uploadDuration = Timer.builder("koegura.storage.upload.duration")
                .description("Recording upload time, confirmation included.")
                .tag(TARGET, CLOUD)
                .serviceLevelObjectives(DoubleStream.of(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120)
                        .mapToObj(seconds -> Duration.ofMillis((long) (seconds * 1_000)))
                        .toArray(Duration[]::new))
                .register(registry);
        overwrites = Counter.builder("koegura.ring.overwrites")
                .description("Recordings overwritten by the ring.")
                .register(registry);
        refusals = Counter.builder("koegura.ring.refusals")
                .description("Recordings not begun because nothing in the ring may be overwritten.")
                .register(registry);
        waits = Counter.builder("koegura.ring.waits")
                .description(
                        "Recordings that found no free room when they began, and overwrote by themselves or were refused.")
                .register(registry);
        Gauge.builder("koegura.storage.up", cloudUp, AtomicInteger::doubleValue)
                .description("1 if the last use or probe of the store worked.")
                .tag(TARGET, CLOUD)
                .register(registry);
        for (String outcome : new String[] {OK, "unreachable", "full", "missing", "damaged"}) {
            uploads(outcome);
        }
        for (String target : new String[] {RING, CLOUD}) {
            deletions(target, OK);
            deletions(target, FAILED);
        }
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    void gauge(String name, String description, String tag, String tagged, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tag(tag, tagged).register(registry);
    }

    void uploaded(Duration took) {
        cloudUp.set(1);
        uploads(OK).increment();
        uploadDuration.record(took);
    }

    void uploadFailed(StoreFault fault) {
        String outcome = switch (fault) {
            case StoreFault.Unreachable _ -> "unreachable";
            case StoreFault.Full _ -> "full";
            case StoreFault.Missing _ -> "missing";
            case StoreFault.Damaged _ -> "damaged";
        };
        uploads(outcome).increment();
    }

    void cloudAnswered(boolean well) {
        cloudUp.set(well ? 1 : 0);
    }

    void overwritten() {
        overwrites.increment();
    }

    void refused() {
        refusals.increment();
    }

    void waited() {
        waits.increment();
    }

    void deleted(String target) {
        deletions(target, OK).increment();
    }

    void deletionFailed(String target) {
        deletions(target, FAILED).increment();
    }

    private Counter uploads(String outcome) {
        return Counter.builder("koegura.storage.uploads")
                .description("Recording uploads.")
                .tag(TARGET, CLOUD)
                .tag(OUTCOME, outcome)
                .register(registry);
    }

    private Counter deletions(String target, String outcome) {
        return Counter.builder("koegura.deletions")
                .description("Erasures by target and outcome.")
                .tag(TARGET, target)
                .tag(OUTCOME, outcome)
                .register(registry);
    }
}
