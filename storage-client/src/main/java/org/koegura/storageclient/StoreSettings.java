package org.koegura.storageclient;

import java.nio.file.Path;

/// Where recordings are kept, and when no new one is begun.
///
/// @param dataDirectory the folder that holds `recordings/` and `keys/`; made where it is missing
/// @param freeBytesFloor free space below which the store does not start and begins no new recording: what is already
///     being recorded needs it
/// @param demo whether every recording that is begun here is marked, inside its signed manifest, as made by the
///     demo, so that copies of it are allowed
public record StoreSettings(Path dataDirectory, long freeBytesFloor, boolean demo) {

    private static final long FREE_BYTES_FLOOR_DEFAULT = 64L << 20;

    public StoreSettings {
        if (freeBytesFloor < 0) {
            throw new IllegalArgumentException("free space floor: 0 bytes or more are needed");
        }
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
    }

    /// A store of real calls.
    public StoreSettings(Path dataDirectory, long freeBytesFloor) {
        this(dataDirectory, freeBytesFloor, false);
    }

    /// The defaults: a floor of 64 MiB, real calls.
    public static StoreSettings at(Path dataDirectory) {
        return new StoreSettings(dataDirectory, FREE_BYTES_FLOOR_DEFAULT);
    }

    /// The defaults for the demo, in a directory of its own.
    public static StoreSettings ofDemo(Path dataDirectory) {
        return new StoreSettings(dataDirectory, FREE_BYTES_FLOOR_DEFAULT, true);
    }
}
