package org.koegura.storageclient;

import java.nio.file.Path;

/// Where recordings are kept, how much of them, and when no new one is begun.
///
/// @param dataDirectory the folder that holds `recordings/` and `keys/`; made where it is missing
/// @param freeBytesFloor free space below which no new recording is begun, and no new directory: what is already being
///     recorded needs it
/// @param ringBytesMax room on the built-in medium, after which the oldest recordings are overwritten; where the
///     disk has less, what it has when the store is opened
/// @param cloudDirectory the directory that is the cloud
/// @param demo whether every recording that is begun here is marked, inside its signed manifest, as made by the
///     demo, so that copies of it are allowed
public record StoreSettings(
        Path dataDirectory, long freeBytesFloor, long ringBytesMax, Path cloudDirectory, boolean demo) {

    /// The least that holds a recording.
    public static final long RING_BYTES_MIN = 1L << 16;

    /// 20 GiB: some 250 hours of talk in G.711, both parties. A fixed figure, so that how long recordings are kept
    /// does not depend on the disk that happens to be there.
    public static final long RING_BYTES_DEFAULT = 20L << 30;

    private static final long FREE_BYTES_FLOOR_DEFAULT = 64L << 20;

    public StoreSettings {
        if (freeBytesFloor < 0) {
            throw new IllegalArgumentException("free space floor: 0 bytes or more are needed");
        }
        if (ringBytesMax < RING_BYTES_MIN) {
            throw new IllegalArgumentException("ring: " + RING_BYTES_MIN + " bytes or more are needed");
        }
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        cloudDirectory = cloudDirectory.toAbsolutePath().normalize();
    }

    /// A store of real calls, with the default ring, and the cloud below the data directory.
    public StoreSettings(Path dataDirectory, long freeBytesFloor) {
        this(dataDirectory, freeBytesFloor, RING_BYTES_DEFAULT, cloudBelow(dataDirectory), false);
    }

    /// The defaults: real calls, a floor of 64 MiB, a ring of 20 GiB, and the cloud below the data directory.
    public static StoreSettings at(Path dataDirectory) {
        return new StoreSettings(dataDirectory, FREE_BYTES_FLOOR_DEFAULT);
    }

    /// The same with another ring.
    public StoreSettings withRing(long bytesMax) {
        return new StoreSettings(dataDirectory, freeBytesFloor, bytesMax, cloudDirectory, demo);
    }

    /// The same with another cloud.
    public StoreSettings withCloud(Path directory) {
        return new StoreSettings(dataDirectory, freeBytesFloor, ringBytesMax, directory, demo);
    }

    /// The same for the demo, in a directory of its own.
    public StoreSettings ofDemo() {
        return new StoreSettings(dataDirectory, freeBytesFloor, ringBytesMax, cloudDirectory, true);
    }

    private static Path cloudBelow(Path dataDirectory) {
        return dataDirectory.resolve("cloud");
    }
}
