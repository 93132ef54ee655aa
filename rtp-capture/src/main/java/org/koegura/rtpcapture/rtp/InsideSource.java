package org.koegura.rtpcapture.rtp;

import java.util.concurrent.TimeUnit;
import org.koegura.rtpcapture.rtp.ExtendedSequence.Course;

/// The source that the inside party sends as: which it is, and how far its numbers have come, whether or not they are
/// heard.
///
/// Pure: time comes in as monotonic nanoseconds. Owned by the call's event loop; allocates nothing.
final class InsideSource {

    /// Packets of the SSRC that was left, or from before the switch, are late rather than a new timeline this near.
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /// Whose a packet is.
    enum Turn {
        /// Of the source that it was.
        SAME,
        /// Of one that has taken its place.
        OTHER,
        /// Of the one before, and too late.
        LATE
    }

    private final ExtendedSequence numbers = new ExtendedSequence();
    private boolean known;
    private int ssrc;
    private int formerSsrc;
    private long switchedNanos = Long.MIN_VALUE;

    /// Whether it began to count anew while nothing of it was sent.
    private boolean countsAnew;

    /// Whether there is one.
    boolean known() {
        return known;
    }

    int ssrc() {
        return ssrc;
    }

    /// It is that one from now on, and nothing is known of its numbers.
    void is(int source) {
        known = true;
        ssrc = source;
        numbers.restart();
    }

    /// A packet came: the source may be another one from now on.
    Turn turn(int packetSsrc, long nowNanos) {
        if (known && packetSsrc == ssrc) {
            return Turn.SAME;
        }
        boolean left = switchedNanos != Long.MIN_VALUE && nowNanos - switchedNanos < LATE_NANOS;
        if (left && packetSsrc == formerSsrc) {
            return Turn.LATE;
        }
        if (known) {
            formerSsrc = ssrc;
            switchedNanos = nowNanos;
        }
        is(packetSsrc);
        return Turn.OTHER;
    }

    /// Follows it while nothing of it is sent.
    void follow(int sequence) {
        Course course = numbers.course(sequence);
        if (course != Course.STRAYS) {
            numbers.extend(sequence);
            countsAnew |= course == Course.BEGINS_ANEW;
        }
    }

    /// What a number says of it that is about to be sent: as [ExtendedSequence#course], and it began anew also where it
    /// did while it was only followed.
    Course course(int sequence) {
        Course course = numbers.course(sequence);
        if (course == Course.STRAYS || !countsAnew) {
            return course;
        }
        countsAnew = false;
        return Course.BEGINS_ANEW;
    }

    /// The unwrapped number, of a packet that is sent.
    long extend(int sequence) {
        return numbers.extend(sequence);
    }

    boolean isFar(int sequence) {
        return numbers.isFar(sequence);
    }

    /// It counts from that number on, as if it had begun there.
    long beginAt(int sequence) {
        numbers.restart();
        return numbers.extend(sequence);
    }
}
