package org.koegura.sipproxy.admission;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much each source has left. A source is an IPv4 address, or the first 64 bits of an IPv6 address, which one
/// peer has to itself. Safe from any thread.
///
/// The table is bounded: the source that was silent longest goes first, and is as new when it comes again. One that
/// had not all of its tokens back is counted then: somebody sends from very many addresses.
final class SourceRates {

    static final int SOURCES_MAX = 65_536;

    private static final int BURST_SECONDS = 10;
    private static final int IPV6_SOURCE_BYTES = 8;

    private final LinkedHashMap<ByteBuffer, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
    private final int rate;
    private final int most;
    private final Runnable forgotten;

    /// @param forgotten told of each source that is forgotten before it has all of its tokens back
    SourceRates(int rate, int most, Runnable forgotten) {
        this.rate = rate;
        this.most = most;
        this.forgotten = forgotten;
    }

    /// Whether a source may send one more request.
    ///
    /// @param follows whether it is an ACK or a CANCEL: as many more of these may come, since they end what was let
    ///     in before
    synchronized boolean take(InetAddress source, boolean follows, long nowMillis) {
        TokenBucket bucket = buckets.computeIfAbsent(key(source), _ -> new TokenBucket(rate, burst(), nowMillis));
        if (buckets.size() > most) {
            Map.Entry<ByteBuffer, TokenBucket> eldest = buckets.pollFirstEntry();
            if (!eldest.getValue().isFull(nowMillis)) {
                forgotten.run();
            }
        }
        return bucket.take(nowMillis, follows ? burst() : 0);
    }

    private double burst() {
        return (double) rate * BURST_SECONDS;
    }

    private static ByteBuffer key(InetAddress source) {
        byte[] octets = Network.octets(source);
        return ByteBuffer.wrap(octets.length == 4 ? octets : Arrays.copyOf(octets, IPV6_SOURCE_BYTES));
    }

    synchronized int count() {
        return buckets.size();
    }
}
