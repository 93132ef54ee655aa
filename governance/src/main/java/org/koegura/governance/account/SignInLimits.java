package org.koegura.governance.account;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Slows down whoever guesses passwords: failures are counted per account and source together, per source,
/// and per account.
///
/// The limit of an account alone is the widest, so that a stranger cannot easily lock its owner out. A lock ends by
/// itself. The table is bounded; at its bound the key that was used longest ago is forgotten, and that is counted.
final class SignInLimits {

    private static final int FAILURES_MAX_PAIR = 5;
    private static final int FAILURES_MAX_SOURCE = 20;
    private static final int FAILURES_MAX_ACCOUNT = 50;
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final Clock clock;
    private final Map<String, Failures> byKey;
    private final Counter evicted;

    private record Failures(int count, Instant first) {}

    private record Limit(String key, int failuresMax) {}

    SignInLimits(Clock clock, int keysMax, MeterRegistry registry) {
        this.clock = clock;
        evicted = Counter.builder("koegura.login.limits.evicted")
                .description("Counts of failed log-ins that were forgotten for want of room.")
                .register(registry);
        byKey = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                boolean full = size() > keysMax;
                if (full) {
                    evicted.increment();
                }
                return full;
            }
        };
    }

    /// How long this sign-in has to wait, or empty where it may be tried now. Counts the try as failed until
    /// [#succeeded]: so that tries at the same moment cannot pass the limit together.
    synchronized Optional<Duration> admit(String account, String source) {
        Instant now = clock.instant();
        Duration wait = Duration.ZERO;
        for (Limit limit : limits(account, source)) {
            Failures failures = current(limit.key(), now);
            if (failures.count() >= limit.failuresMax()) {
                Duration left = Duration.between(now, failures.first().plus(WINDOW));
                wait = left.compareTo(wait) > 0 ? left : wait;
            }
        }
        if (!wait.isZero()) {
            return Optional.of(wait);
        }
        for (Limit limit : limits(account, source)) {
            Failures failures = current(limit.key(), now);
            byKey.put(limit.key(), new Failures(failures.count() + 1, failures.first()));
        }
        return Optional.empty();
    }

    /// Takes back what [#admit] counted, and forgets the failures of this account from this source.
    synchronized void succeeded(String account, String source) {
        Instant now = clock.instant();
        List<Limit> limits = limits(account, source);
        byKey.remove(limits.getFirst().key());
        for (Limit limit : limits.subList(1, limits.size())) {
            Failures failures = current(limit.key(), now);
            byKey.put(limit.key(), new Failures(Math.max(0, failures.count() - 1), failures.first()));
        }
    }

    private Failures current(String key, Instant now) {
        Failures failures = byKey.get(key);
        if (failures == null || !now.isBefore(failures.first().plus(WINDOW))) {
            return new Failures(0, now);
        }
        return failures;
    }

    private static List<Limit> limits(String account, String source) {
        return List.of(
                new Limit("pair " + source + " " + account, FAILURES_MAX_PAIR),
                new Limit("source " + source, FAILURES_MAX_SOURCE),
                new Limit("account " + account, FAILURES_MAX_ACCOUNT));
    }
}
