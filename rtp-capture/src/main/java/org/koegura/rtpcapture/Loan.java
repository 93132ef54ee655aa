package org.koegura.rtpcapture;

import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.Passage;
import org.koegura.rtpcapture.port.RelayPort;

/// Within step 2 of 5 on the packet path: one direction of a call's audio, which is lent to the kernel once it is
/// steady. That is when so many packets in a row were relayed to one party with the same distance of numbers. The
/// kernel passes no other packets than such: what differs comes to us, and where that is more than another
/// payload type in between, the direction is recalled.
///
/// Owned by the call's event loop; allocates nothing per packet.
final class Loan {

    /// Half a second of packets of 20 ms.
    static final int STEADY_PACKETS = 25;

    /// Packets from a first refusal to the next try: what waited in a socket may have been read by then. From each
    /// further one twice as many.
    static final int REFUSED_PACKETS = 50;

    /// After a loan of which the kernel passed nothing, the next try waits for twice as many packets, so often at
    /// most: they may be such as it does not know (options of IP, few hops left, an interface that we do not
    /// expect), or one came just while it was lent. Half a minute of packets of 20 ms.
    static final int DOUBLINGS_MAX = 6;

    /// Then the stream comes by the sockets again, for [#STEADY_PACKETS]: the host's packet filter keeps what it knows
    /// of it, and where it leaves by is asked anew. A minute of packets of 20 ms.
    static final int PASSED_MAX = 3_000;

    private int steady;
    private int passed;

    /// Loans in a row of which the kernel passed nothing.
    private int fruitless;

    /// Refusals in a row.
    private int refused;

    private int payloadType;
    private int ssrc;
    private int newSsrc;
    private int sequence;
    private int timestamp;
    private @Nullable RelayPort from;
    private @Nullable Passage lent;

    /// A packet came by its socket and was relayed so.
    void relayed(RelayPort in, RelayPort out, int type, int source, int newSource, int sequenceBy, int timestampBy) {
        boolean sameStream =
                source == ssrc && newSource == newSsrc && sequenceBy == sequence && timestampBy == timestamp;
        Passage known = lent;
        boolean missed = known != null && known.payloadType() == type;
        // another stream, or one that the kernel should have passed and had no room for: more may wait here
        boolean recalled = (!sameStream || missed) && recall();
        if (recalled && sameStream && missed && passed == 0) {
            fruitless = Math.min(fruitless + 1, DOUBLINGS_MAX);
            steady = STEADY_PACKETS - (STEADY_PACKETS << fruitless);
        }
        if (!sameStream || type != payloadType) {
            steady = 0;
            payloadType = type;
            ssrc = source;
            newSsrc = newSource;
            sequence = sequenceBy;
            timestamp = timestampBy;
        }
        if (++steady == STEADY_PACKETS) {
            lend(in, out);
        }
    }

    /// A packet was passed by the kernel: what comes by the socket in between is not the steady part.
    void passed() {
        steady = 0;
        fruitless = 0;
        if (++passed == PASSED_MAX) {
            boolean _ = recall();
        }
    }

    private void lend(RelayPort in, RelayPort out) {
        if (from != null) { // another payload type of the stream; what is told of it may change everything
            boolean _ = recall();
            return;
        }
        Passage wanted = new Passage(payloadType, ssrc, newSsrc, sequence, timestamp);
        if (in.lend(out, wanted)) {
            from = in;
            lent = wanted;
            passed = 0;
            refused = 0;
        } else {
            steady = STEADY_PACKETS - (REFUSED_PACKETS << refused); // each try asks the system what it would do
            refused = Math.min(refused + 1, DOUBLINGS_MAX);
        }
    }

    /// Takes it back, if it was lent. Returns whether the kernel still had it.
    boolean recall() {
        RelayPort in = from;
        steady = 0;
        if (in == null) {
            return false;
        }
        from = null;
        lent = null;
        return in.recall();
    }
}
