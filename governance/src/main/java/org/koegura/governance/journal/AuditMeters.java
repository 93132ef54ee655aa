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
            byAct.put(act, registry.counter("koegura.audit.events", "action", act));
        }
        other = registry.counter("koegura.audit.events", "action", "other");
    }

    void kept(String act) {
        byAct.getOrDefault(act, other).increment();
    }
}
