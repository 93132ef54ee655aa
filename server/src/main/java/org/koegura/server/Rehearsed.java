package org.koegura.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.koegura.server.config.LogFormat;
import org.koegura.server.rehearsal.Rehearsal;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.slf4j.LoggerFactory;

/// Calls through a second product of this process, on loopback and with data of its own, before the first one starts:
/// the code is compiled when telephones are answered.
///
/// Nothing of it is left: no recording, no entry of the journal, no metric, no line of the log but its own.
final class Rehearsed {

    /// No calls are placed any more after this, however slow the machine is.
    static final Duration START_LIMIT = Duration.ofSeconds(8);

    private static final AdmissionSettings UNLIMITED = new AdmissionSettings(
            AdmissionSettings.defaults().networks(),
            AdmissionSettings.defaults().strangers(),
            AdmissionSettings.RATE_MAX,
            AdmissionSettings.RATE_MAX);

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Rehearsed.class);

    private Rehearsed() {}

    /// Holds it. Blocks. A rehearsal that fails is told and keeps nobody from telephoning.
    ///
    /// @param calls how many; 0 for no rehearsal
    /// @param atMost for the calls; opening the second product before them and closing it comes on top
    /// @param talkAtLeast how long the call with media lasts
    /// @return whether any call came through
    static boolean hold(int calls, Duration atMost, Duration talkAtLeast) {
        if (calls == 0) {
            return true;
        }
        long startNanos = System.nanoTime();
        try {
            Rehearsal.Held held = quietly(calls, atMost, talkAtLeast);
            LOG.info(
                    "rehearsal.held calls={} lost={} packets={} millis={}",
                    held.completed(),
                    held.lost(),
                    held.packets(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
            return held.completed() > 0;
        } catch (StartFault
                | IOException
                | RuntimeException
                | OutOfMemoryError fault) { // telephones wait for the start
            if (Thread.currentThread().isInterrupted()) {
                return false; // a fault of being stopped
            }
            LOG.warn("rehearsal.failed reason={}", String.valueOf(fault.getMessage()));
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// What is logged of calls that nobody made would mislead.
    private static Rehearsal.Held quietly(int calls, Duration atMost, Duration talkAtLeast)
            throws StartFault, IOException, InterruptedException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level usual = root.getLevel();
        root.setLevel(Level.OFF);
        try (LoopbackProduct loopback = LoopbackProduct.start("rehearsal", UNLIMITED, LogFormat.NONE)) {
            return Rehearsal.hold(loopback.product().reachedAt().getPort(), calls, atMost, talkAtLeast);
        } finally {
            root.setLevel(usual);
        }
    }
}
