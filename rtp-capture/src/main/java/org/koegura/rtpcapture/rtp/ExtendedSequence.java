package org.koegura.rtpcapture.rtp;

/// Unwraps 16-bit sequence numbers into ever growing ones (RFC 3550 §6.4.1, A.1), tolerant of reordering.
///
/// Counts from the first number seen, so that its low 32 bits are what a receiver reports as *extended highest
/// sequence number*. A number that was sent before the first one unwraps to less than it, possibly below zero.
public final class ExtendedSequence {

    private boolean begun;
    private long highest;

    /// Forgets what was seen.
    void restart() {
        begun = false;
    }

    /// The unwrapped number of `sequence`, within half a cycle of the highest seen.
    long extend(int sequence) {
        if (!begun) {
            begun = true;
            highest = sequence;
            return sequence;
        }
        long extended = near(highest, sequence);
        highest = Math.max(highest, extended);
        return extended;
    }

    /// The number nearest to `reference` whose low 16 bits are those of `sequence`.
    static long near(long reference, int sequence) {
        return reference + (short) (sequence - (int) reference);
    }
}
