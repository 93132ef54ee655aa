package org.koegura.governance.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts entries by act: `koegura.audit.events{action}`. Acts that nobody announced share the label `other`, so that
/// the number of labels is bounded.
final class AuditMeters {

    private final Map<String, Counter> byAct = new HashMap<>();
    private final Counter other;

    AuditMeters(MeterRegistry registry, List<String> acts) {
        for (String act : acts) {
            byAct.put(act, events(registry, act));
        }
        other = events(registry, "other");
    }

    private static Counter events(MeterRegistry registry, String act) {
        return Counter.builder("koegura.audit.events")
                .description("Audit records appended.")
                .tag("action", act)
                .register(registry);
    }

    void kept(String act) {
        byAct.getOrDefault(act, other).increment();
    }
}
