package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.VirtualClock;
import org.koegura.storageclient.medium.PortsFile;

/// What a room says of its ports is found by the process after this one, however this one ended.
final class PortsFileTest {

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicReference<byte[]> now = new AtomicReference<>(new byte[] {1, 2, 3});
    private final Path data;
    private final Path file;

    PortsFileTest(@TempDir Path folder) {
        data = folder.resolve("data");
        file = data.resolve("media.ports");
    }

    private HeldDirectory hold() throws StoreFault {
        return LocalStore.hold(StoreSettings.at(data), new SecureRandom(), new VirtualClock(TestStore.NOW), metrics);
    }

    @Test
    void whatIsSaidStandsThereWithinMomentsWhetherOrNotTheProcessEnds() throws Exception {
        try (HeldDirectory held = hold()) {
            assertThat(held.portsLeft()).isEmpty();
            held.keepPorts(now::get);
            await().until(() -> Files.exists(file) && Files.size(file) == 3);
            now.set(new byte[] {4, 5});
            await().until(() -> Files.size(file) == 2);
            try (PortsFile afterAKill = new PortsFile(file)) {
                assertThat(afterAKill.left()).containsExactly(4, 5);
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theLastStateIsWrittenAtTheEnd() throws Exception {
        try (HeldDirectory held = hold()) {
            held.keepPorts(now::get);
            await().until(() -> Files.exists(file) && Files.size(file) == 3);
            now.set(new byte[] {7, 7, 7, 7});
        }
        try (HeldDirectory next = hold()) {
            assertThat(next.portsLeft()).containsExactly(7, 7, 7, 7);
        }
        assertThat(Files.readAllBytes(file)).as("nobody said anything else").containsExactly(7, 7, 7, 7);
    }

    @Test
    void whatCannotBeWrittenIsCountedAndTriedAgain() throws Exception {
        try (HeldDirectory held = hold()) {
            Files.createDirectory(file);
            held.keepPorts(now::get);
            await().until(() ->
                    metrics.get("koegura.call.checkpoints.failed").counter().count() > 0);
            Files.delete(file);
            await().until(() -> Files.exists(file) && Files.size(file) == 3);
        }
    }
}
