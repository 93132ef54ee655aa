package org.koegura.sipproxy.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// Says which neighbours answer. A server is known by its place in the list, from 1 on: its address is in the log.
final class HealthMeters {

    private final MeterRegistry metrics;

    HealthMeters(MeterRegistry metrics) {
        this.metrics = metrics;
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
