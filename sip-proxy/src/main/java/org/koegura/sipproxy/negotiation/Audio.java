package org.koegura.sipproxy.negotiation;

import org.koegura.callmodel.Unrecorded;

/// What offer and answer say of a call's audio.
public sealed interface Audio {

    /// It passes through us in a format that can be announced in and kept.
    record Usable() implements Audio {}

    /// It cannot be recorded, and why.
    record Unusable(Unrecorded why) implements Audio {}

    /// The offer came in the 2xx; its answer comes with the ACK (RFC 3261 §13.2.1).
    record Pending() implements Audio {}
}
