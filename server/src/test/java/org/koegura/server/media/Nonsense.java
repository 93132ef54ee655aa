package org.koegura.server.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// Nonsense that both parties send at the four ports of an m-line, as each seals what it says.
final class Nonsense {

    private static final int PORTS = 4;

    private final Set<Integer> awaited;
    private final Telephone inside;
    private final Telephone outside;
    private final PacketMutator mutator;
    private final Between between;

    /// What goes on beside it.
    @FunctionalInterface
    interface Between {
        /// Before each burst.
        void burst() throws IOException;
    }

    /// @param ports of ours
    Nonsense(Set<Integer> ports, Telephone inside, Telephone outside, PacketMutator mutator, Between between) {
        this.awaited = new HashSet<>(ports);
        this.inside = inside;
        this.outside = outside;
        this.mutator = mutator;
        this.between = between;
        // nothing is lost on its way to the parties either: what they open tells how what follows is opened
        Stream.of(inside.rtpAddress(), inside.rtcpAddress(), outside.rtpAddress(), outside.rtcpAddress())
                .map(InetSocketAddress::getPort)
                .forEach(awaited::add);
    }

    /// So many packets: a burst at each port, and on when all of it was taken.
    void send(int packets) throws IOException {
        for (int sent = 0; sent < packets; sent += PORTS * Campaign.BURST) {
            between.burst();
            for (int i = 0; i < Campaign.BURST; i++) {
                inside.sayAsItIs(mutator.forRtpPort(inside.seal()));
                outside.sayAsItIs(mutator.forRtpPort(outside.seal()));
                inside.reportAsItIs(mutator.forRtcpPort(inside.seal()));
                outside.reportAsItIs(mutator.forRtcpPort(outside.seal()));
            }
            Campaign.awaitTaken(awaited);
        }
    }
}
