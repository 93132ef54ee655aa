package org.koegura.storageclient;

import java.nio.file.Path;

/// Where recordings are kept, and when no new one is begun.
///
/// @param dataDirectory the folder that holds `recordings/` and `keys/`; made where it is missing
/// @param freeBytesFloor free space below which the store does not start and begins no new recording: what is already
///     being recorded needs it
public record StoreSettings(Path dataDirectory, long freeBytesFloor) {

    private static final long FREE_BYTES_FLOOR_DEFAULT = 64L << 20;

    public StoreSettings {
        if (freeBytesFloor < 0) {
            throw new IllegalArgumentException("free space floor: 0 bytes or more are needed");
        }
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
    }

    /// The defaults: a floor of 64 MiB.
    public static StoreSettings at(Path dataDirectory) {
        return new StoreSettings(dataDirectory, FREE_BYTES_FLOOR_DEFAULT);
    }
}
