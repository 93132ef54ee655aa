package org.koegura.callmodel;

import java.time.Instant;

/// Why capture is lawful (Art. 4): the other party was told, by a prompt or by staff, or a ground of the proviso was
/// flagged. There is no fourth way.
public sealed interface CaptureBasis {

    /// The notice was heard in full.
    record Announced(NoticeProof proof) implements CaptureBasis {}

    /// An exemption was flagged while the call stood at `stage`.
    record Exempted(Exemption exemption, Stage stage) implements CaptureBasis {}

    /// Staff told the other party themselves, as was attested while the call stood at `stage` (N5).
    record Attested(Attestation attestation, Stage stage) implements CaptureBasis {}

    /// An accountable act: the other party of this call was told by word of mouth that it is recorded.
    ///
    /// @param author account name of whoever attests it
    /// @param at when; what was said before is not kept
    /// @param channel through what
    record Attestation(String author, Instant at, Exemption.Channel channel) {}
}
