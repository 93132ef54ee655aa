package org.koegura.sipproxy.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/// Counts what was not let in. Every series exists from 0; no label says anything of a peer. Safe from any
/// thread.
public final class AdmissionMeters {

    /// Why a request was not let in.
    public enum Refusal {
        /// Between PBX and trunk, somebody unknown wanted to get anywhere else than to the PBX.
        RELAY
    }

    private final MeterRegistry metrics;

    public AdmissionMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        for (Refusal why : Refusal.values()) {
            refusals(why);
        }
        forgotten();
    }

    /// A request was not let in.
    public void refused(Refusal why) {
        refusals(why).increment();
    }

    /// More telephones are registered than are remembered: the one that was confirmed longest ago is unknown now.
    public void telephoneForgotten() {
        forgotten().increment();
    }

    private Counter refusals(Refusal why) {
        return Counter.builder("koegura.sip.refused")
                .description("SIP requests that were not let in, by reason; those met with silence among them.")
                .tag("reason", why.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }

    private Counter forgotten() {
        return Counter.builder("koegura.sip.telephones.forgotten")
                .description("Registered telephones that were forgotten for want of room.")
                .register(metrics);
    }
}
