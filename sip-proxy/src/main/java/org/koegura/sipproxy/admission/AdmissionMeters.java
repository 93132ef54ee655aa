package org.koegura.sipproxy.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Counts what was not let in. Every series exists from 0; no label says anything of a peer. Safe from any
/// thread.
public final class AdmissionMeters {

    /// Why a request was not let in.
    public enum Refusal {
        /// It came from outside of the networks that may use us.
        STRANGER,
        /// Its source had sent more than one may.
        SOURCE_RATE,
        /// More calls were to begin than all together may.
        INVITE_RATE,
        /// Between PBX and trunk, somebody unknown wanted to get anywhere else than to the PBX.
        RELAY,
        /// It was for a telephone behind a Contact of ours that we never wrote.
        FORGED
    }

    private final MeterRegistry metrics;

    public AdmissionMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        for (Refusal why : Refusal.values()) {
            refusals(why);
        }
        forgotten();
        sourcesForgotten();
    }

    /// How many sources are remembered.
    <T> void sources(T table, ToDoubleFunction<T> count) {
        Gauge.builder("koegura.sip.sources", table, count)
                .description("Addresses whose rate of SIP requests is remembered.")
                .strongReference(true)
                .register(metrics);
    }

    /// A source was forgotten while it still was limited.
    void sourceForgotten() {
        sourcesForgotten().increment();
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

    private Counter sourcesForgotten() {
        return Counter.builder("koegura.sip.sources.forgotten")
                .description("Addresses whose rate was forgotten for want of room while it still was limited.")
                .register(metrics);
    }

    private Counter forgotten() {
        return Counter.builder("koegura.sip.telephones.forgotten")
                .description("Registered telephones that were forgotten for want of room.")
                .register(metrics);
    }
}
