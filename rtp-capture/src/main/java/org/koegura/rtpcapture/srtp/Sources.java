package org.koegura.rtpcapture.srtp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sources under one key: few, and never forgotten, for who is forgotten would begin anew with
/// indices that were used.
final class Sources {

    /// So many under one key. A party that changes its source more often in one call is not understood
    /// any more, until there is another key; what we send of more goes out as the first.
    static final int MAX = 64;

    private final List<Source> known = new ArrayList<>(2);
    private @Nullable Source last;

    /// What is known of one source.
    static final class Source {
        final int ssrc;
        final ReplayWindow packets = new ReplayWindow();
        final ReplayWindow reports = new ReplayWindow();

        /// Whether the rollover counter is known, and not only where it was at a checkpoint.
        boolean synchronised;

        /// Sending: the highest indices that are reserved, and those that were asked for and refused.
        long packetsReserved = -1;

        long reportsReserved = -1;
        long packetAsked = -1;
        long reportAsked = -1;

        /// Sending: what is added to sequence numbers, of which source.
        int offset;

        int carried;

        /// The sequence number with which a stream would go on that began anew; -1 for none.
        int anew = -1;

        Source(int ssrc) {
            this.ssrc = ssrc;
            this.carried = ssrc;
        }

        /// From that sequence number on, the stream follows the last index. Returns the next one.
        long goesOn(int sequence) {
            long next = packets.highest() + 1;
            offset = (int) (next - sequence) & 0xFFFF;
            anew = -1;
            return next;
        }
    }

    @Nullable
    Source find(int ssrc) {
        Source recent = last;
        if (recent != null && recent.ssrc == ssrc) {
            return recent;
        }
        for (int i = 0; i < known.size(); i++) {
            Source source = known.get(i);
            if (source.ssrc == ssrc) {
                last = source;
                return source;
            }
        }
        return null;
    }

    /// Null where there is no room for another one.
    @Nullable
    Source findOrAdd(int ssrc) {
        Source known = find(ssrc);
        return known != null || full() ? known : add(ssrc);
    }

    /// The one that was known first; there is one.
    Source first() {
        return known.getFirst();
    }

    boolean full() {
        return known.size() >= MAX;
    }

    Source add(int ssrc) {
        if (full()) {
            throw new IllegalStateException("no more than " + MAX + " sources under one key");
        }
        Source source = new Source(ssrc);
        known.add(source);
        last = source;
        return source;
    }

    List<Source> all() {
        return known;
    }

    List<SourceCheckpoint> checkpoint() {
        List<SourceCheckpoint> all = new ArrayList<>();
        for (Source source : known) {
            all.add(new SourceCheckpoint(source.ssrc, source.packets.highest(), source.reports.highest()));
        }
        return all;
    }

    /// Takes up what a checkpoint says: everything up to its indices counts as seen.
    void restore(List<SourceCheckpoint> checkpoint) {
        for (SourceCheckpoint each : checkpoint) {
            Source source = add(each.ssrc());
            source.packets.closeUpTo(each.packetIndex());
            source.reports.closeUpTo(each.reportIndex());
        }
    }
}
