package org.koegura.callmodel;

/// Why capture is lawful (Art. 4): the other party was told, or a ground of the proviso was flagged. There is no
/// third way.
public sealed interface CaptureBasis {

    /// The notice was heard in full.
    record Announced(NoticeProof proof) implements CaptureBasis {}

    /// An exemption was flagged while the call stood at `stage`.
    record Exempted(Exemption exemption, Stage stage) implements CaptureBasis {}
}
