package org.koegura.server.bench.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// While it is open, frames of the loopback interface are taken in on one core, by whoever they are sent: Linux calls
/// that receive packet steering, and does the like for a card with many queues.
///
/// Without it the sender's system call does the receiver's work, on the sender's core: what a machine can take in at
/// most would be what is left of the generator's. Only root may steer.
final class Intake implements AutoCloseable {

    static final Path LOOPBACK = Path.of("/sys/class/net/lo/queues/rx-0/rps_cpus");
    private static final int CORES_PER_WORD = 32;

    private final Path setting;
    private final @Nullable String before;

    /// A benchmark that is ended by a signal puts things back, too; one that is killed (SIGKILL) cannot, and
    /// leaves frames steered, which harms nothing.
    private final Thread atExit = new Thread(this::restore, "bench-intake");

    private Intake(Path setting, @Nullable String before) {
        this.setting = setting;
        this.before = before;
    }

    /// Steers to a core, where it may.
    ///
    /// @param setting a queue's
    static Intake on(Path setting, int core) {
        try {
            Intake intake = new Intake(
                    setting, Files.readString(setting, StandardCharsets.UTF_8).strip());
            Runtime.getRuntime().addShutdownHook(intake.atExit);
            Files.writeString(setting, mask(core), StandardCharsets.UTF_8);
            return intake;
        } catch (IOException mayNot) { // the hook, if it was added, finds the same, and does nothing
            return new Intake(setting, null);
        }
    }

    /// Whether the frames of the loopback interface may be steered.
    static boolean isPossible() {
        return Files.isWritable(LOOPBACK);
    }

    boolean isSteered() {
        return before != null;
    }

    /// A set of one core, as the kernel reads it: words of 32 bits in hexadecimal, the highest first.
    static String mask(int core) {
        return Long.toHexString(1L << core % CORES_PER_WORD) + ",00000000".repeat(core / CORES_PER_WORD);
    }

    private void restore() {
        if (before != null) {
            try {
                Files.writeString(setting, before, StandardCharsets.UTF_8);
            } catch (IOException gone) {
                // with the interface: nothing is left to put back
            }
        }
    }

    @Override
    public void close() {
        restore();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // it has run, or runs now
        }
    }
}
