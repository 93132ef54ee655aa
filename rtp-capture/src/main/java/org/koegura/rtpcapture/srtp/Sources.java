package org.koegura.rtpcapture.srtp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;

/// The sources under one key: few, and never forgotten, for who is forgotten would begin anew with
/// indices that were used.
final class Sources {

    /// So many under one key. A party that changes its source more often in one call is not understood
    /// any more, until there is another key; what we send of more goes out as the first.
    static final int MAX = 64;

    /// So often a checkpoint is due: a small part of what it reserves, so that the rest outlasts a disk that stalls.
    private static final int PACKETS_PER_CHANGE = SrtpCheckpoint.Window.AUDIO.packets() / 4;

    private static final int REPORTS_PER_CHANGE = SrtpCheckpoint.Window.AUDIO.reports() / 4;

    private final List<Source> known = new ArrayList<>(2);
    private @Nullable Source last;
    private boolean closed;

    /// What is known of one source.
    static final class Source {
        static final long UNNAMED = Long.MAX_VALUE;

        final int ssrc;
        final ReplayWindow packets = new ReplayWindow();
        final ReplayWindow reports = new ReplayWindow();

        /// Whether the rollover counter is known, and not only where it was at a checkpoint.
        boolean synchronised;

        /// Sending: the highest indices that may be used; [#UNNAMED] as long as no checkpoint has any of its.
        long packetsReserved = UNNAMED;

        long reportsReserved = UNNAMED;

        /// Sending: what is added to sequence numbers, of which source.
        int offset;

        int carried;

        /// The sequence number with which a stream would go on that began anew; -1 for none.
        int anew = -1;

        /// Sending: whether another process used its indices, in numbers that are not known.
        boolean takenUp;

        Source(int ssrc) {
            this.ssrc = ssrc;
            this.carried = ssrc;
        }

        /// From that sequence number on, the stream follows the last index. Returns the next one.
        long goesOn(int sequence) {
            long next = packets.highest() + 1;
            offset = (int) (next - sequence) & 0xFFFF;
            anew = -1;
            takenUp = false;
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

    /// The one that was known first, of those that sent RTP; null for none.
    @Nullable
    Source firstSpeaking() {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).packets.highest() >= 0) {
                return known.get(i);
            }
        }
        return null;
    }

    /// Whether there is room for no other one.
    boolean full() {
        return closed || known.size() >= MAX;
    }

    /// There is room for no other one from now on.
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /// Grows with every new source, and every so many packets of one.
    long changes() {
        long changes = known.size();
        for (int i = 0; i < known.size(); i++) {
            Source source = known.get(i);
            changes += (source.packets.highest() + 1) / PACKETS_PER_CHANGE;
            changes += (source.reports.highest() + 1) / REPORTS_PER_CHANGE;
            changes += source.packets.highest() < 0 ? 0 : 1;
        }
        return changes;
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
            source.takenUp = true;
        }
    }
}
