package org.koegura.sipproxy.routing;

import org.koegura.sipproxy.dns.Sought;

/// One entry of a neighbour's list, as it was configured.
///
/// @param sought where it is
/// @param priority the lower, the earlier it is tried
/// @param weight its share among those of its priority
public record Server(Sought sought, int priority, int weight) {

    public static final int PRIORITY_MAX = 65_535;
    public static final int WEIGHT_MAX = 65_535;

    public Server {
        if (priority < 0 || priority > PRIORITY_MAX || weight < 0 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException("priority and weight are 0 to 65535");
        }
    }
}
