package org.koegura.sipproxy.routing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/// Counts servers that did not serve. Safe from any thread.
public final class TargetMeters {

    /// Why a request had no use of a server.
    public enum Lost {
        /// It said nothing in time.
        SILENT,
        /// Nothing could be sent to it.
        UNREACHABLE,
        /// It said 503.
        UNAVAILABLE
    }

    private final MeterRegistry metrics;
    private final Counter oversize;

    public TargetMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        this.oversize = Counter.builder("koegura.sip.oversize.requests")
                .description("Requests that went to the trunk in fragments, larger than sip.trunk-mtu.")
                .register(metrics);
        for (Lost why : Lost.values()) {
            tries(why, true);
            tries(why, false);
        }
        left();
    }

    /// A request got nothing from a server.
    ///
    /// @param another whether another server is tried
    public void lost(Lost why, boolean another) {
        tries(why, another).increment();
    }

    /// A request was too large for one packet.
    public void oversize() {
        oversize.increment();
    }

    /// Servers that a call is not tried at, since they are of the other family than the first.
    public void left(int servers) {
        left().increment(servers);
    }

    private Counter left() {
        return Counter.builder("koegura.sip.targets.left")
                .description(
                        "Servers that calls were not tried at, being of another family of addresses than the first.")
                .register(metrics);
    }

    private Counter tries(Lost why, boolean another) {
        return Counter.builder("koegura.sip.tries.failed")
                .description("Requests that a server was of no use for, by why, and by what came next.")
                .tag("reason", why.name().toLowerCase(Locale.ROOT))
                .tag("next", another ? "another" : "none")
                .register(metrics);
    }
}
