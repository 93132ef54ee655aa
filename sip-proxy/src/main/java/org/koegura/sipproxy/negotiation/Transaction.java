package org.koegura.sipproxy.negotiation;

import org.koegura.callmodel.Leg;

/// A request, known by its method, its CSeq and who sent it; both parties of a dialog count on their own.
public record Transaction(String method, long cseq, Leg requester) {

    public boolean isInvite() {
        return method.equals("INVITE");
    }
}
