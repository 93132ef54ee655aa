package org.koegura.sipproxy.negotiation;

import org.jspecify.annotations.Nullable;

/// A message of one dialog that can move its negotiation. `side` is null where it carries no description.
public sealed interface DialogEvent {

    /// What such a message is, if it is no refusal and not the INVITE that opens the call.
    ///
    /// @param method of the request, or of what a response answers: INVITE, ACK, PRACK, UPDATE
    /// @param status 0 for a request
    static DialogEvent of(String method, int status, boolean reliable, Transaction transaction, @Nullable Side side) {
        if (status >= 200) {
            return new Succeeded(transaction, side);
        }
        if (status > 0) {
            return new Progressed(transaction, reliable, side);
        }
        return switch (method) {
            case "INVITE" -> new Invited(transaction, side);
            case "ACK" -> new Acknowledged(transaction, side);
            case "PRACK" -> new Pracked(transaction, side);
            default -> new Updated(transaction, side);
        };
    }

    /// An INVITE, the first or a later one.
    record Invited(Transaction transaction, @Nullable Side side) implements DialogEvent {}

    /// An UPDATE (RFC 3311).
    record Updated(Transaction transaction, @Nullable Side side) implements DialogEvent {}

    /// A PRACK (RFC 3262): an answer where a late offer waits for one, otherwise an offer.
    record Pracked(Transaction transaction, @Nullable Side side) implements DialogEvent {}

    /// The ACK of a 2xx.
    ///
    /// @param invite transaction whose 2xx it acknowledges
    record Acknowledged(Transaction invite, @Nullable Side side) implements DialogEvent {}

    /// An 18x.
    ///
    /// @param reliable whether it asks for a PRACK, and so binds
    record Progressed(
            Transaction transaction,
            boolean reliable,
            @Nullable Side side) implements DialogEvent {}

    /// An 18x that says nothing of media, and goes on with an answer of ours to the offer of the INVITE.
    record Rang(Transaction invite, Side ours) implements DialogEvent {}

    /// A 2xx.
    record Succeeded(Transaction transaction, @Nullable Side side) implements DialogEvent {}

    /// A final response of 300 or more, or none in time.
    record Failed(Transaction transaction) implements DialogEvent {}
}
