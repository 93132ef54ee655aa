package org.koegura.sipproxy.routing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/// Says which neighbours answer. A server is known by its place in the list, from 1 on: its address is in the log.
final class HealthMeters {

    private final MeterRegistry metrics;

    HealthMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        List.of("upstream", "trunk").forEach(this::unfound);
    }

    /// A server that was never found was looked up once more in vain.
    ///
    /// @param side `upstream` or `trunk`
    void notFound(String side) {
        unfound(side).increment();
    }

    private Counter unfound(String side) {
        return Counter.builder("koegura.sip.neighbour.unfound")
                .description("Lookups of a neighbour's server that found no address and never had before.")
                .tag("side", side)
                .register(metrics);
    }

    /// @param side `upstream` or `trunk`
    /// @param place in the list, from 1 on
    void watch(String side, int place, Member member) {
        Gauge.builder("koegura." + side + ".up", member, watched -> watched.isUp() ? 1 : 0)
                .description(
                        side.equals("trunk")
                                ? "1 if the trunk answers OPTIONS / is registered."
                                : "1 if the registrar or PBX answers OPTIONS.")
                .tag(side, Integer.toString(place))
                .register(metrics);
    }
}
