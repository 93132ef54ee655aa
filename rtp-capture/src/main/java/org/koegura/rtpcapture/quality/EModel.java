package org.koegura.rtpcapture.quality;

/// The E-model of ITU-T G.107 with its default values for all but codec, loss and delay: telephones, rooms and lines
/// as the recommendation assumes them, and echo cancelled to inaudibility, so that of what delay costs (Id) only its
/// own part (Idd) is left.
///
/// Pure.
final class EModel {

    /// R with all defaults: no loss, no delay, G.711.
    static final double DEFAULT_RATING = 93.2;

    /// Delay up to here costs nothing (mT of §7.4, Idd).
    private static final double FREE_DELAY_MILLIS = 100;

    private EModel() {}

    /// R, unclamped: below 0 where nobody would understand a word.
    ///
    /// @param delayMillis from mouth to ear
    static double rating(CodecImpairment codec, double lossPercent, double delayMillis) {
        return DEFAULT_RATING - delayImpairment(delayMillis) - codec.effective(lossPercent);
    }

    /// The mean opinion score of a rating, 1 to 4.5 (Annex B). The cubic dips below 1 between 0 and 6.5; it stays 1.
    static double mos(double rating) {
        if (rating <= 0) {
            return 1;
        }
        if (rating >= 100) {
            return 4.5;
        }
        return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
    }

    /// Idd.
    static double delayImpairment(double delayMillis) {
        if (delayMillis <= FREE_DELAY_MILLIS) {
            return 0;
        }
        double x = Math.log(delayMillis / FREE_DELAY_MILLIS) / Math.log(2);
        return 25 * (sixthRoot(1 + Math.pow(x, 6)) - 3 * sixthRoot(1 + Math.pow(x / 3, 6)) + 2);
    }

    private static double sixthRoot(double of) {
        return Math.pow(of, 1.0 / 6);
    }
}
