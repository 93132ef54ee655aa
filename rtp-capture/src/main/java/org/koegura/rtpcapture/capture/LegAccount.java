package org.koegura.rtpcapture.capture;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.rtpcapture.meters.Tally;

/// Counts what became of every RTP packet admitted on one leg (R8), as far as the event loop knows: withheld, handed
/// to the writer, or lost at a full ring. What the writer could not store moves from recorded to lost in [#settle].
///
/// Owned by the call's event loop; handed to the writer once, at the end.
public final class LegAccount {

    private final Leg leg;
    private final GapLog ringFull;
    private final Tally<Withheld> withheld = new Tally<>(Withheld.class);
    private long received;
    private long taken;

    LegAccount(Leg leg) {
        this.leg = leg;
        this.ringFull = new GapLog(leg, Gap.Reason.RING_FULL);
    }

    void withheld(Withheld why) {
        received++;
        withheld.add(why, 1);
    }

    /// The packet is in the ring.
    void taken() {
        received++;
        taken++;
        ringFull.kept();
    }

    /// The ring was full.
    void lost(long arrivalEpochNanos) {
        received++;
        ringFull.lost(1, arrivalEpochNanos, arrivalEpochNanos);
    }

    List<Gap> ringGaps() {
        return ringFull.gaps();
    }

    /// The account, once it is known how many of the packets taken could not be stored.
    StreamAccount settle(long notStored) {
        Map<Withheld, Long> reasons = new EnumMap<>(Withheld.class);
        for (Withheld reason : Withheld.values()) {
            if (withheld.count(reason) > 0) {
                reasons.put(reason, withheld.count(reason));
            }
        }
        return new StreamAccount(leg, received, taken - notStored, ringFull.total() + notStored, reasons);
    }
}
