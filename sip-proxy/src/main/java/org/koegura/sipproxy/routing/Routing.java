package org.koegura.sipproxy.routing;

import java.util.List;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;

/// What becomes of a request.
public sealed interface Routing {

    /// It goes on.
    ///
    /// @param request as it came in, less the Route that named us
    /// @param destinations where it is sent, the first that takes it; at least one
    /// @param mark what our own Route said of it
    record Onward(WireMessage request, List<Hop> destinations, Mark mark) implements Routing {

        public Onward {
            destinations = List.copyOf(destinations);
            if (destinations.isEmpty()) {
                throw new IllegalArgumentException("a request goes somewhere");
            }
        }

        /// Where it is sent first.
        public Hop destination() {
            return destinations.getFirst();
        }
    }

    /// It is meant for us.
    record ForUs() implements Routing {}

    /// It is answered with this.
    ///
    /// @param extra header lines that go with it
    record Refused(int status, String reason, List<String> extra) implements Routing {

        Refused(int status, String reason) {
            this(status, reason, List.of());
        }
    }
}
