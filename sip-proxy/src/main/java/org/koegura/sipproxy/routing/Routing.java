package org.koegura.sipproxy.routing;

import java.net.Inet6Address;
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
    /// @param byFlow whether the first of them is the connection of the telephone that it is for
    record Onward(WireMessage request, List<Hop> destinations, Mark mark, boolean byFlow) implements Routing {

        public Onward {
            destinations = List.copyOf(destinations);
            if (destinations.isEmpty()) {
                throw new IllegalArgumentException("a request goes somewhere");
            }
        }

        Onward(WireMessage request, List<Hop> destinations, Mark mark) {
            this(request, destinations, mark, false);
        }

        /// The same way for another form of the request.
        public Onward carrying(WireMessage other) {
            return new Onward(other, destinations, mark, byFlow);
        }

        /// Where it is sent first.
        public Hop destination() {
            return destinations.getFirst();
        }

        /// The same for a request that offers media: the address in it is of one family, and must be understood by
        /// whoever is tried next, too.
        public Onward ofOneFamily() {
            boolean six = isSix(destination());
            List<Hop> alike =
                    destinations.stream().filter(hop -> isSix(hop) == six).toList();
            return new Onward(request, alike, mark, byFlow);
        }

        private static boolean isSix(Hop hop) {
            return hop.address().getAddress() instanceof Inet6Address;
        }
    }

    /// It is meant for us.
    record ForUs() implements Routing {}

    /// It goes to a Contact of ours that we never wrote.
    record Forged() implements Routing {}

    /// It is answered with this.
    ///
    /// @param extra header lines that go with it
    record Refused(int status, String reason, List<String> extra) implements Routing {

        Refused(int status, String reason) {
            this(status, reason, List.of());
        }
    }
}
