package org.koegura.sipproxy.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What went wrong in ourselves and was caught, so that one message, task or connection fails alone: each is counted,
/// from 0, and one of a kind told in a while. What a peer does wrong, or its network, is none. Safe from any thread.
public final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final int TOLD_MAX = 32;

    /// Where it was caught.
    public enum Where {
        /// While a datagram was taken in.
        UDP,
        /// While a connection, or what came over it, was worked on.
        STREAM,
        /// In a task of one call.
        LANE,
        /// In a task of the transactions' clockwork.
        TIMER,
        /// In the work on a new request, which got 500.
        REQUEST
    }

    /// What makes two of them one kind for the log.
    private record Kind(Where where, Class<?> fault) {}

    private final Map<Where, Counter> counters = new EnumMap<>(Where.class);
    private final Seldom<Kind> told = new Seldom<>(PAUSE, TOLD_MAX, System::nanoTime);

    public Faults(MeterRegistry metrics) {
        for (Where where : Where.values()) {
            counters.put(
                    where,
                    Counter.builder("koegura.faults")
                            .description("Faults of Koegura itself that were caught, by place; each is worth a report.")
                            .tag("where", label(where))
                            .register(metrics));
        }
    }

    /// Counts one and tells of it: its kind, and where it was thrown, which name nobody.
    public void caught(Where where, Throwable fault) {
        Counter counter = counters.get(where);
        if (counter != null) {
            counter.increment();
        }
        if (told.mayTell(new Kind(where, fault.getClass()))) {
            LOG.warn(
                    "sip.fault where={} kind={} at={}",
                    label(where),
                    fault.getClass().getSimpleName(),
                    place(fault));
        }
        LOG.debug("sip.fault", fault);
    }

    /// The first place that is ours; where there is none, that where it was thrown.
    private static String place(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return Arrays.stream(trace)
                .filter(frame -> frame.getClassName().startsWith("org.koegura."))
                .findFirst()
                .or(() -> Arrays.stream(trace).findFirst())
                .map(frame -> frame.getClassName() + ":" + frame.getLineNumber())
                .orElse("unknown");
    }

    private static String label(Where where) {
        return where.name().toLowerCase(Locale.ROOT);
    }
}
