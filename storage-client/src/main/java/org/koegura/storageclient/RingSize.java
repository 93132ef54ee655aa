package org.koegura.storageclient;

import java.io.IOException;
import org.koegura.storageclient.medium.Medium;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much room the ring has, and in what steps it is given.
///
/// @param capacityBytes what places and rooms may have together
/// @param stepBytes what a recording gets at once
/// @param aheadBytes what is kept free for the next ones
/// @param known whether the disk had room enough to say what it holds
record RingSize(long capacityBytes, long stepBytes, long aheadBytes, boolean known) {

    private static final Logger LOG = LoggerFactory.getLogger(RingSize.class);

    /// Some 6 minutes of G.711, both parties.
    private static final long STEP_BYTES_MAX = 8L << 20;

    /// A small ring must not be full of promises.
    private static final int STEPS_PER_RING = 8;

    /// What is kept free ahead: so many recordings may begin at once before one has to overwrite by itself.
    private static final int STEPS_AHEAD_MAX = 32;

    /// Of the ring, what is kept free at most. One that is too small to keep a step free keeps none.
    private static final int AHEAD_PER_RING = 64;

    /// What the disk can hold, once: it is no reason to overwrite that somebody else fills the disk later. Nor that
    /// somebody has filled it: as long as less than the floor is free the disk cannot say, and no recording begins.
    /// Where the cloud is a directory on the same disk, every byte is there twice.
    static RingSize of(StoreSettings settings, Medium medium, long usedBytes) throws IOException {
        long freeBytes = medium.freeBytes() - settings.freeBytesFloor();
        if (freeBytes < 0) {
            return of(settings.ringBytesMax(), false);
        }
        long fits = usedBytes + (medium.holds(settings.cloudDirectory()) ? freeBytes / 2 : freeBytes);
        if (fits < settings.ringBytesMax()) {
            LOG.warn("ring.larger.than.disk wantedBytes={} hasBytes={}", settings.ringBytesMax(), fits);
        }
        return of(Math.min(settings.ringBytesMax(), fits), true);
    }

    private static RingSize of(long capacityBytes, boolean known) {
        long stepBytes = Math.max(1, Math.min(STEP_BYTES_MAX, capacityBytes / STEPS_PER_RING));
        long aheadBytes = Math.min(STEPS_AHEAD_MAX, capacityBytes / AHEAD_PER_RING / stepBytes) * stepBytes;
        return new RingSize(capacityBytes, stepBytes, aheadBytes, known);
    }
}
