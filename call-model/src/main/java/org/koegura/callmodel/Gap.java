package org.koegura.callmodel;

import java.time.Instant;

/// A declared loss: packets that arrived while capture was on and are not in the recording.
///
/// @param leg whose stream
/// @param from arrival of the first lost packet
/// @param to arrival of the last lost packet
/// @param packets how many
/// @param reason why
public record Gap(Leg leg, Instant from, Instant to, long packets, Reason reason) {

    /// What made the packets unkeepable.
    public enum Reason {
        /// The ring between relay and writer was full; relaying outranks recording.
        RING_FULL,
        /// The party sent more than any codec does: what one party sends must not cost the recordings of others.
        FLOOD,
        /// The store refused or failed a write.
        STORE_FAILED
    }

    public Gap {
        if (packets <= 0 || to.isBefore(from)) {
            throw new IllegalArgumentException("gap: at least one packet and an ordered span are needed");
        }
    }
}
