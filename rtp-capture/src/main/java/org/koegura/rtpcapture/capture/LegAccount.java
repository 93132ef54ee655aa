package org.koegura.rtpcapture.capture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.rtpcapture.meters.Tally;

/// Counts what became of every RTP packet admitted on one leg (R8), as far as the event loop knows: withheld, handed
/// to the writer, or lost, at a full ring or because the party sent too many. What the writer could not store moves
/// from recorded to lost in [#settle].
///
/// Owned by the call's event loop; handed to the writer once, at the end.
public final class LegAccount {

    private final Leg leg;
    private final GapLog ringFull;
    private final GapLog flood;
    private final PartyBudget budget = new PartyBudget();
    private final Tally<Withheld> withheld = new Tally<>(Withheld.class);
    private long received;
    private long taken;

    LegAccount(Leg leg) {
        this.leg = leg;
        this.ringFull = new GapLog(leg, Gap.Reason.RING_FULL);
        this.flood = new GapLog(leg, Gap.Reason.FLOOD);
    }

    void withheld(Withheld why) {
        received++;
        withheld.add(why, 1);
    }

    /// Whether a packet of that length may be kept beside all that the party has sent. One that may not is lost.
    boolean affords(int bytes, long arrivalEpochNanos) {
        if (budget.allows(bytes, arrivalEpochNanos)) {
            return true;
        }
        received++;
        flood.lost(1, arrivalEpochNanos, arrivalEpochNanos);
        return false;
    }

    /// The packet is in the ring.
    void taken() {
        received++;
        taken++;
        ringFull.kept();
        flood.kept();
    }

    /// The ring was full.
    void lost(long arrivalEpochNanos) {
        received++;
        ringFull.lost(1, arrivalEpochNanos, arrivalEpochNanos);
    }

    /// What is lost by now; the store may lose more.
    List<Gap> gaps() {
        List<Gap> all = new ArrayList<>(ringFull.gaps());
        all.addAll(flood.gaps());
        return all;
    }

    /// The account, once it is known how many of the packets taken could not be stored.
    StreamAccount settle(long notStored) {
        Map<Withheld, Long> reasons = new EnumMap<>(Withheld.class);
        for (Withheld reason : Withheld.values()) {
            if (withheld.count(reason) > 0) {
                reasons.put(reason, withheld.count(reason));
            }
        }
        long lost = ringFull.total() + flood.total() + notStored;
        return new StreamAccount(leg, received, taken - notStored, lost, reasons);
    }
}
