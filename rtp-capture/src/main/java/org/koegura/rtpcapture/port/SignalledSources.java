package org.koegura.rtpcapture.port;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Which sources (SSRC) of a party are taken, where its description names some (`a=ssrc`, RFC 5576). Pure: no clock.
///
/// A named source outranks all others while it speaks, and for [#OUTRANKS_NANOS] more: who imitates a party, even
/// from its very address, is not heard beside it. A party that speaks from a source that it did not name is heard as
/// soon as the named one is silent: descriptions pass through exchanges that send from sources of their own, and
/// telephones change theirs in mid-call. To refuse those would cost a party its voice (ADR 39).
///
/// Owned by the call's event loop; allocates nothing per packet.
public final class SignalledSources {

    /// As long as five packets of 20 ms: less is jitter, and what it costs a telephone that changes its source is less
    /// than a syllable.
    public static final long OUTRANKS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private int[] named = {};
    private boolean heard;
    private long heardNanos;

    /// What the party named last. The same again changes nothing.
    public void name(List<Integer> sources) {
        int[] next = sources.stream().mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(named, next)) {
            named = next;
            heard = false;
        }
    }

    /// Whether a packet of that source is taken.
    public boolean admit(int ssrc, long nowNanos) {
        for (int source : named) {
            if (source == ssrc) {
                heard = true;
                heardNanos = nowNanos;
                return true;
            }
        }
        return !heard || nowNanos - heardNanos >= OUTRANKS_NANOS;
    }
}
