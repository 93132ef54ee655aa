package org.koegura.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.koegura.server.config.Chosen;
import org.koegura.server.config.Config;
import org.koegura.server.config.ConfigFile;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.LogFormat;
import org.koegura.server.rehearsal.Rehearsal;
import org.koegura.server.temporary.TemporaryFolder;
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

    /// A call that was taken up is relayed before its telephones are answered.
    private static final Duration TAKEN_UP_LIMIT = Duration.ofSeconds(10);

    /// More than were under way when the process before stopped.
    private static final int TAKEN_UP_PACKETS = 1000;

    private static final String FOLDER = "rehearsal";

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Rehearsed.class);

    private Rehearsed() {}

    /// Holds it. Blocks. A rehearsal that fails is told and keeps nobody from telephoning.
    ///
    /// @param calls how many; 0 for no rehearsal
    /// @param atMost for the calls; opening the second product before them and closing it comes on top
    /// @return whether any call came through
    static boolean hold(int calls, Duration atMost) {
        return calls == 0 || told(() -> calls(calls, atMost));
    }

    /// The same for the cache of classes and profiles: a call is talked in until it has been announced and is recorded;
    /// then the product stops, and one on a copy of its data takes the call up, as after a kill.
    ///
    /// @param talk how long until then
    /// @return whether any call came through, and one was taken up
    static boolean train(int calls, Duration atMost, Duration talk) {
        return told(() -> callsAndTakeUp(calls, atMost, talk));
    }

    private interface Holding {
        Rehearsal.Held hold() throws StartFault, IOException, InterruptedException;
    }

    private static boolean told(Holding rehearsal) {
        long startNanos = System.nanoTime();
        try {
            Rehearsal.Held held = quietly(rehearsal);
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
    private static Rehearsal.Held quietly(Holding rehearsal) throws StartFault, IOException, InterruptedException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level usual = root.getLevel();
        root.setLevel(Level.OFF);
        try {
            return rehearsal.hold();
        } finally {
            root.setLevel(usual);
        }
    }

    private static Rehearsal.Held calls(int calls, Duration atMost)
            throws StartFault, IOException, InterruptedException {
        try (LoopbackProduct loopback = LoopbackProduct.start(FOLDER, UNLIMITED, LogFormat.NONE)) {
            return Rehearsal.hold(port(loopback), calls, atMost, Duration.ZERO, heard -> {});
        }
    }

    private static Rehearsal.Held callsAndTakeUp(int calls, Duration atMost, Duration talk)
            throws StartFault, IOException, InterruptedException {
        try (TemporaryFolder left = TemporaryFolder.make(FOLDER);
                LoopbackProduct dying = LoopbackProduct.start(FOLDER, UNLIMITED, LogFormat.NONE)) {
            Rehearsal.Held held = Rehearsal.hold(port(dying), calls, atMost, talk, heard -> {
                dying.copyData(left.path());
                dying.product().close();
                takeUp(left.path(), heard);
            });
            if (held.packets() == 0) {
                throw new IOException("no call with media came through: none was taken up");
            }
            return held;
        }
    }

    /// @param heard how many packets the parties have heard
    private static void takeUp(Path left, IntSupplier heard) throws StartFault, IOException, InterruptedException {
        int before = heard.getAsInt();
        readSettings(left);
        try (Product next = Product.start(LoopbackProduct.config(left, UNLIMITED, LogFormat.TEXT))) {
            long endNanos = System.nanoTime() + TAKEN_UP_LIMIT.toNanos();
            while (next.liveCalls() == 0 || heard.getAsInt() - before < TAKEN_UP_PACKETS) {
                if (System.nanoTime() > endNanos) {
                    throw new IOException("a call whose process died was not taken up: " + next.liveCalls() + " calls, "
                            + (heard.getAsInt() - before) + " packets");
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }

    /// As `run` does; what they say is not used here.
    private static void readSettings(Path folder) throws IOException {
        Path file = folder.resolve("koegura.yaml");
        Files.writeString(file, ConfigKeys.example());
        ConfigFile read = ConfigFile.read(file);
        Chosen chosen = Chosen.of(file.toString(), read, Map.of());
        if (!read.problems().isEmpty() || !chosen.conflicts().isEmpty()) {
            throw new IOException("the example of all settings is not right");
        }
        var _ = Config.of(chosen);
    }

    private static int port(LoopbackProduct loopback) {
        return loopback.product().reachedAt().getPort();
    }
}
