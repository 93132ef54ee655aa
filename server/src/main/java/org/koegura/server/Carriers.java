package org.koegura.server;

/// How many platform threads carry the virtual threads that calls run on.
///
/// Half of the processors, where nobody says otherwise: the other half is for the loops of SIP and media, and for
/// collecting. A call's messages come one after another, with pauses: with a carrier for each processor, nearly every
/// message wakes one that sleeps, and the waking costs more than the work (ADR 34).
final class Carriers {

    /// The JDK's own property.
    static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

    private Carriers() {}

    /// To be called before the first virtual thread starts. What the property says already, holds.
    static void share() {
        if (System.getProperty(PARALLELISM) == null) {
            System.setProperty(
                    PARALLELISM, Integer.toString(of(Runtime.getRuntime().availableProcessors())));
        }
    }

    /// @param processors that the process may use, at least 1
    static int of(int processors) {
        return Math.max(1, processors / 2);
    }
}
