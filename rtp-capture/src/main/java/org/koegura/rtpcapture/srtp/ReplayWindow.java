package org.koegura.rtpcapture.srtp;

/// Which of the last [#PACKETS] indices were seen (RFC 3711 §3.3.2). What is older counts as seen.
final class ReplayWindow {

    static final int PACKETS = 128;

    private long highest = -1;

    /// Bit n: `highest` - n was seen.
    private long near;

    /// Bit n: `highest` - 64 - n was seen.
    private long far;

    /// The highest index seen; -1 before the first.
    long highest() {
        return highest;
    }

    /// Counts everything up to `index` as seen.
    void closeUpTo(long index) {
        if (index > highest) {
            highest = index;
            near = -1;
            far = -1;
        }
    }

    boolean isNew(long index) {
        long age = highest - index;
        if (age < 0) {
            return true;
        }
        if (index < 0 || age >= PACKETS) {
            return false;
        }
        long bits = age < Long.SIZE ? near : far;
        return ((bits >>> (age & 63)) & 1) == 0;
    }

    void seen(long index) {
        long ahead = index - highest;
        if (ahead > 0) {
            moveOn(ahead);
            highest = index;
            near |= 1;
            return;
        }
        long bit = 1L << (-ahead & 63);
        if (-ahead < Long.SIZE) {
            near |= bit;
        } else if (-ahead < PACKETS) {
            far |= bit;
        }
    }

    private void moveOn(long by) {
        if (by >= PACKETS) {
            far = 0;
            near = 0;
        } else if (by >= Long.SIZE) {
            far = near << (by - Long.SIZE);
            near = 0;
        } else {
            far = (far << by) | (near >>> (Long.SIZE - by));
            near <<= by;
        }
    }
}
