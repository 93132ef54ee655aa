package org.koegura.server;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.Baresip;

/// What parties say in some part of a call, to be compared with what is kept of it.
final class SaidAndKept {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PACKETS_PER_SECOND = 50;

    private SaidAndKept() {}

    /// Waits until the citizen has spoken for so long.
    static void talk(Site site, Baresip citizen, int seconds) {
        Instant since = Instant.now();
        await().atMost(PATIENCE).until(() -> site.saidBy(citizen, since).size() > seconds * PACKETS_PER_SECOND);
    }

    /// @param to without it
    static List<Rtp> between(List<Rtp> packets, Instant from, Instant to) {
        return packets.stream()
                .filter(packet -> packet.epochNanos() >= KeptRecording.epochNanos(from)
                        && packet.epochNanos() < KeptRecording.epochNanos(to))
                .toList();
    }

    /// The payloads, in hexadecimal.
    static Set<String> bytes(List<Rtp> packets) {
        Set<String> all = new HashSet<>();
        packets.forEach(
                packet -> all.add(HexFormat.of().formatHex(packet.datagram().payload())));
        return all;
    }
}
