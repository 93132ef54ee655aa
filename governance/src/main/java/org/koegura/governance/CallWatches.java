package org.koegura.governance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.account.Session;

/// Who watches the live list now. Bounded: a browser opens six connections to one host, so that four pages
/// that watch leave it two to act with.
///
/// Safe for any number of threads; [#changed] runs on the threads of calls and blocks none.
final class CallWatches {

    static final int WATCHES_MAX = 64;
    static final int OF_A_SESSION_MAX = 4;

    private final Set<CallWatch> open = ConcurrentHashMap.newKeySet();
    private final Counter refused;

    CallWatches(MeterRegistry registry) {
        Gauge.builder("koegura.call.watches", open, Set::size)
                .description("Pages that follow the live list now")
                .register(registry);
        refused = Counter.builder("koegura.call.watches.refused")
                .description("Pages that found no room to follow the live list, and ask for it instead")
                .register(registry);
    }

    /// A new watch, or null where a bound is reached.
    synchronized @Nullable CallWatch open(Session session) {
        long own = open.stream().filter(watch -> watch.isOf(session.id())).count();
        if (own >= OF_A_SESSION_MAX || open.size() >= WATCHES_MAX) {
            refused.increment();
            return null;
        }
        CallWatch watch = new CallWatch(session, open::remove);
        open.add(watch);
        return watch;
    }

    void changed() {
        open.forEach(CallWatch::ring);
    }

    void endAll(Session session) {
        open.stream().filter(watch -> watch.isOf(session.id())).forEach(CallWatch::close);
    }
}
