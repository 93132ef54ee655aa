package org.koegura.rtpcapture.quality;

/// Counts the packets that a stream's sequence numbers promise and that never came.
///
/// A number counts as lost once [#WINDOW] later ones have been seen without it, so that reordering is no loss.
final class LossMeter {

    /// How many sequence numbers may overtake one before it is given up.
    static final int WINDOW = 64;

    /// A larger jump is a new timeline, not a loss (RFC 3550 A.1, MAX_DROPOUT).
    private static final int JUMP_MAX = 3000;

    private boolean begun;
    private int ssrc;
    private int highest;

    /// Bit i: whether `highest - i` was seen. Numbers before the first one count as seen.
    private long seen;

    /// Takes a packet in; returns how many numbers were given up by this.
    int onPacket(int ssrc, int sequence) {
        int ahead = (short) (sequence - highest);
        if (!begun || ssrc != this.ssrc || Math.abs(ahead) > JUMP_MAX) {
            begun = true;
            this.ssrc = ssrc;
            highest = sequence;
            seen = -1L;
            return 0;
        }
        if (ahead <= 0) {
            if (-ahead < WINDOW) {
                seen |= 1L << -ahead;
            }
            return 0;
        }
        highest = sequence;
        int givenUp;
        if (ahead >= WINDOW) {
            givenUp = Long.bitCount(~seen) + ahead - WINDOW;
            seen = 1L;
        } else {
            givenUp = Long.bitCount(~seen >>> (WINDOW - ahead));
            seen = (seen << ahead) | 1L;
        }
        return givenUp;
    }
}
