package org.koegura.storageclient;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.VirtualClock;

/// Opens stores on a data directory, each with its own meters, all with one clock that stands still.
final class TestStore {

    static final Instant NOW = Instant.parse("2026-11-24T02:00:00Z");

    private TestStore() {}

    static LocalStore open(Path data) throws StoreFault {
        return open(StoreSettings.at(data), new SimpleMeterRegistry());
    }

    static LocalStore open(StoreSettings settings, SimpleMeterRegistry registry) throws StoreFault {
        return LocalStore.open(settings, new SecureRandom(), new VirtualClock(NOW), registry);
    }
}
