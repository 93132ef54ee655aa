package org.koegura.storageclient;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.LongStream;
import org.koegura.callmodel.Seal;
import org.koegura.storageclient.medium.Medium;

/// What the store counts. Every meter exists from the start.
final class StoreMetrics {

    /// What became of a recording that was found open at the start.
    enum Recovery {
        SEALED,
        DROPPED,
        FAILED
    }

    private final MeterRegistry registry;
    private final Timer sealDuration;
    private final Counter sealedBytes;
    private final Counter writeFaults;

    StoreMetrics(MeterRegistry registry, Medium medium) {
        this.registry = registry;
        this.sealDuration = Timer.builder("koegura.seal.duration")
                .description("End of capture to sealed on stable storage.")
                .serviceLevelObjectives(LongStream.of(1, 2, 5, 10, 30, 60, 120, 300, 900)
                        .mapToObj(Duration::ofSeconds)
                        .toArray(Duration[]::new))
                .register(registry);
        this.sealedBytes = Counter.builder("koegura.storage.recordings.bytes")
                .description("Ciphertext of sealed recordings.")
                .register(registry);
        this.writeFaults = Counter.builder("koegura.storage.write.faults")
                .description("Recordings cut short because the medium failed or was full.")
                .register(registry);
        for (Recovery outcome : Recovery.values()) {
            recoveries(outcome);
        }
        Gauge.builder("koegura.spool.free.bytes", medium, StoreMetrics::freeBytes)
                .description("Free bytes on the medium of recordings; -1 where it cannot be asked.")
                .register(registry);
    }

    void sealed(Seal seal, Duration sinceEnd) {
        sealDuration.record(sinceEnd.isNegative() ? Duration.ZERO : sinceEnd);
        sealedBytes.increment((double) seal.bytes());
    }

    void writeFailed() {
        writeFaults.increment();
    }

    void recovered(Recovery outcome) {
        recoveries(outcome).increment();
    }

    private Counter recoveries(Recovery outcome) {
        return Counter.builder("koegura.storage.recoveries")
                .description("Recordings found open at a start.")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private static double freeBytes(Medium medium) {
        try {
            return (double) medium.freeBytes();
        } catch (IOException unknown) {
            return -1;
        }
    }
}
