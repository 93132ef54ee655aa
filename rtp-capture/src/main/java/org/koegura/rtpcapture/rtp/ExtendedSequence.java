package org.koegura.rtpcapture.rtp;

/// Unwraps 16-bit sequence numbers into ever growing ones (RFC 3550 §6.4.1, A.1), tolerant of reordering.
///
/// Counts from the first number seen, so that its low 32 bits are what a receiver reports as *extended highest
/// sequence number*. A number that was sent before the first one unwraps to less than it, possibly below zero.
public final class ExtendedSequence {

    /// A number so far ahead of the highest, or behind it, is none of a stream that goes on.
    private static final int DROPOUT_MAX = 3_000;

    private static final int MISORDER_MAX = 100;
    private static final int NONE = -1;

    private boolean begun;
    private long highest;

    /// The number that would follow the last one, where that was far away.
    private int awaited = NONE;

    /// What a number says of the stream that it is said to be of.
    enum Course {
        GOES_ON,
        /// It is far from all others, and may be of no stream.
        STRAYS,
        /// It follows one that was as far: the source counts anew from there on.
        BEGINS_ANEW
    }

    /// Asked once for each packet, before [#extend]: of a stream that begins anew nothing is known any more.
    Course course(int sequence) {
        if (!isFar(sequence)) {
            awaited = NONE;
            return Course.GOES_ON;
        }
        if (sequence != awaited) {
            awaited = (sequence + 1) & 0xFFFF;
            return Course.STRAYS;
        }
        restart();
        return Course.BEGINS_ANEW;
    }

    boolean isFar(int sequence) {
        long ahead = near(highest, sequence) - highest;
        return begun && (ahead >= DROPOUT_MAX || ahead <= -MISORDER_MAX);
    }

    /// Forgets what was seen.
    void restart() {
        begun = false;
        awaited = NONE;
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
