package org.koegura.rtpcapture.quality;

import org.jspecify.annotations.Nullable;

/// What a codec costs in the E-model: its equipment impairment Ie, and its packet-loss robustness Bpl, the higher the
/// better.
///
/// The values of G.711 are those of ITU-T G.113, Appendix I, for random loss; they were measured with packets of 10 ms.
/// The others are **assumptions**: G.113 has G.722 only on the scale of wide-band calls (ITU-T G.107.1), which ends at
/// 129 and not at 100, and has no Opus. Here they are as good as G.711 and conceal as well: a wider band gets no
/// credit, so that one scale serves all calls.
enum CodecImpairment {

    /// Whoever plays it fills losses (G.711 Appendix I), as telephones do: an assumption too, since nobody says.
    G711(0, 25.1),

    /// Whoever plays it leaves losses silent.
    G711_UNCONCEALED(0, 4.3),

    G722(0, 25.1),

    OPUS(0, 25.1);

    private final double impairment;
    private final double robustness;

    CodecImpairment(double impairment, double robustness) {
        this.impairment = impairment;
        this.robustness = robustness;
    }

    /// Null where nothing is known of it.
    static @Nullable CodecImpairment of(String encodingName) {
        return switch (encodingName) {
            case "PCMU", "PCMA" -> G711;
            case "G722" -> G722;
            case "OPUS" -> OPUS;
            default -> null;
        };
    }

    /// Ie-eff (G.107 §7.5) at burst ratio 1: losses that do not depend on each other.
    double effective(double lossPercent) {
        return impairment + (95 - impairment) * lossPercent / (lossPercent + robustness);
    }
}
