package org.koegura.announcement;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.koegura.audio.Loudness;

/// Whether a sound can be a notice: that it is heard at all, by whoever it is for, and does not keep
/// them waiting. Each complaint is one line that says what to do.
final class PromptCheck {

    /// The longest that a prompt may speak (N4).
    static final int MILLIS_MAX = 8000;

    /// Nobody is told anything in less.
    static final int MILLIS_MIN = 1000;

    /// Around those that are shipped (-21 to -18), as loud as a telephone speaks: quieter ones are not
    /// heard in a street, louder ones are cut off by the narrow range of G.711.
    static final double LUFS_MIN = -27;

    static final double LUFS_MAX = -15;

    /// What codecs add between the samples, as EBU R 128 leaves room for.
    static final double TRUE_PEAK_DECIBELS_MAX = -1;

    private PromptCheck() {}

    /// What speaks against it; empty where nothing does.
    static List<String> complaints(int millis, Loudness loudness) {
        List<String> complaints = new ArrayList<>();
        if (millis < MILLIS_MIN || millis > MILLIS_MAX) {
            complaints.add(String.format(
                    Locale.ROOT, "it speaks for %d ms; %d to %d ms are needed", millis, MILLIS_MIN, MILLIS_MAX));
        }
        if (loudness.lufs() == Double.NEGATIVE_INFINITY) {
            complaints.add("it is silent; record it anew");
            return complaints;
        }
        if (loudness.lufs() < LUFS_MIN || loudness.lufs() > LUFS_MAX) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "its loudness is %.1f LUFS; %.0f to %.0f are needed (EBU R 128): bring it to -20",
                    loudness.lufs(),
                    LUFS_MIN,
                    LUFS_MAX));
        }
        if (loudness.clipped() > 0) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "%d samples are cut off at full scale; record it anew, more quietly",
                    loudness.clipped()));
        } else if (loudness.truePeakDecibels() > TRUE_PEAK_DECIBELS_MAX) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "its true peak is %.1f dBTP; %.0f at most is needed: make it quieter",
                    loudness.truePeakDecibels(),
                    TRUE_PEAK_DECIBELS_MAX));
        }
        return complaints;
    }
}
