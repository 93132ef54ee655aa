package org.koegura.sipproxy.negotiation;

import org.koegura.callmodel.Leg;

/// What was offered before, so that a message which comes again is known as such: CSeq numbers only grow.
public record Past(Numbers inside, Numbers outside) {

    static final Past NONE = new Past(new Numbers(-1, -1), new Numbers(-1, -1));

    /// The CSeq numbers of one party's requests; -1 for none.
    ///
    /// @param invite of its last INVITE that had an offer, in itself or in a response
    /// @param other of its last UPDATE or PRACK that had one
    public record Numbers(long invite, long other) {}

    /// Whether the request, or a later one of its kind, had its offer already.
    boolean knows(Transaction transaction) {
        Numbers numbers = of(transaction.requester());
        return transaction.cseq() <= (transaction.isInvite() ? numbers.invite() : numbers.other());
    }

    Past with(Transaction transaction) {
        Numbers before = of(transaction.requester());
        Numbers after = transaction.isInvite()
                ? new Numbers(transaction.cseq(), before.other())
                : new Numbers(before.invite(), transaction.cseq());
        return switch (transaction.requester()) {
            case INSIDE -> new Past(after, outside);
            case OUTSIDE -> new Past(inside, after);
        };
    }

    private Numbers of(Leg requester) {
        return switch (requester) {
            case INSIDE -> inside;
            case OUTSIDE -> outside;
        };
    }
}
