package org.koegura.rtpcapture.kernel;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Which way the host would have packets of a route come and go, were they its own.
///
/// Owned by one thread.
///
/// @param translations null where the host does none
record Ways(Routes routes, @Nullable Translations translations) {

    /// @param in number of the interface by which the source is reached: the program takes its packets from there
    ///     alone, as a host does that asks for the way back (RFC 3704 §2.2)
    /// @param out number of the interface by which they leave
    /// @param here whether they stay on this host
    record Both(int in, int out, boolean here) {}

    /// Null where the program must not send them on: there is no such way, or the host does more than to send.
    ///
    /// @param seen whether the program is on an interface; by its number
    @Nullable
    Both of(Route route, IntPredicate seen) {
        Routes.Way in = routes.way(route.at().getAddress(), route.from().getAddress());
        Routes.Way out = routes.way(route.via().getAddress(), route.to().getAddress());
        if (in == null || out == null || in.here() != out.here()) {
            return null; // what stays on the host comes and goes by its loopback interface alone
        }
        if (!seen.test(in.egress()) || !seen.test(out.egress())) {
            return null;
        }
        if (translations != null && translations.any(route.via(), route.to())) {
            return null;
        }
        return new Both(in.egress(), out.egress(), out.here());
    }
}
