package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One run of the machine. What was written in another one and not forced may be older than what the calls did last:
/// the newest of it went with the power.
///
/// @param id null where it is not known: such a run is the same as no other, and not as itself
record Boot(@Nullable UUID id) {

    static final int BYTES = 2 * Long.BYTES;

    /// Linux's, also in a container.
    private static final Path TOLD_BY_LINUX = Path.of("/proc/sys/kernel/random/boot_id");

    /// Where the system does not tell.
    static final Boot UNKNOWN = new Boot(null);

    /// This run.
    static Boot current() {
        return toldBy(TOLD_BY_LINUX);
    }

    static Boot toldBy(Path file) {
        try {
            return new Boot(UUID.fromString(Files.readString(file, US_ASCII).strip()));
        } catch (IOException | IllegalArgumentException nothing) {
            return UNKNOWN;
        }
    }

    /// What [#bytes] made.
    static Boot of(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        UUID id = new UUID(from.getLong(), from.getLong());
        return id.equals(new UUID(0, 0)) ? UNKNOWN : new Boot(id);
    }

    /// Zeros where it is not known.
    byte[] bytes() {
        UUID known = id == null ? new UUID(0, 0) : id;
        return ByteBuffer.allocate(BYTES)
                .putLong(known.getMostSignificantBits())
                .putLong(known.getLeastSignificantBits())
                .array();
    }

    /// Whether both are known to be one.
    boolean isSameAs(Boot other) {
        return id != null && id.equals(other.id);
    }
}
