package org.koegura.sipproxy.negotiation;

import java.util.List;

/// Where offer and answer stand in one dialog. By [Ground] these are nine; RFC 6337 §2.2 names the same ones from an
/// endpoint's seat.
public sealed interface DialogState {

    /// No offer waits for its answer.
    record Quiet(Ground ground, Past past) implements DialogState {}

    /// One does.
    record Offered(Ground ground, Past past, Offer offer) implements DialogState {}

    /// Each party waits for the other's answer (RFC 3261 §14.2, RFC 3311 §5.2: 491 is on its way).
    record Crossed(Ground ground, Past past, Offer first, Offer second) implements DialogState {}

    Ground ground();

    Past past();

    /// The offers that are out, in the order they came; at most one of each party.
    default List<Offer> offers() {
        return switch (this) {
            case Quiet _ -> List.of();
            case Offered offered -> List.of(offered.offer());
            case Crossed crossed -> List.of(crossed.first(), crossed.second());
        };
    }
}
