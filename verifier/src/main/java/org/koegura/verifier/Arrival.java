package org.koegura.verifier;

import java.time.Instant;

/// One packet's place in the recording, counted from 0, its leg and its arrival, unsigned.
record Arrival(long packet, int leg, long nanos) {

    private static final long NANOS = 1_000_000_000L;

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Long.divideUnsigned(nanos, NANOS), Long.remainderUnsigned(nanos, NANOS));
    }

    Instant at() {
        return instant(nanos);
    }

    String shown() {
        return "packet " + packet + " of the recording (" + KnownFormats.LEGS[leg] + ") arrived at " + at();
    }
}
