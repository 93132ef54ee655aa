package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk of the tests goes with the process that made it.
class FreezingDiskIT {

    private static final int MEGABYTES = 32;
    private static final int STALL_SECONDS = 3;
    private static final Duration GONE = Duration.ofSeconds(20);

    @Test
    void whoIsKilledWhileItStandsStillLeavesNoMountBehind(@TempDir Path folder) throws Exception {
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(killed.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(says.readLine()).isEqualTo(Owner.STANDS_STILL);
            assertThat(isMounted(folder)).isTrue();
        } finally {
            killed.destroyForcibly().waitFor();
        }
        await("the mount is gone").atMost(GONE).until(() -> !isMounted(folder));
    }

    private static boolean isMounted(Path folder) throws IOException {
        return Files.readString(Path.of("/proc/mounts"), StandardCharsets.UTF_8).contains(folder + "/");
    }

    /// Who is killed.
    static final class Owner {

        static final String STANDS_STILL = "stands still";

        private Owner() {}

        public static void main(String[] folder) throws Exception {
            FreezingDisk disk = FreezingDisk.mount(Path.of(folder[0]), MEGABYTES);
            disk.stall(STALL_SECONDS);
            System.out.println(STANDS_STILL);
            new CountDownLatch(1).await();
        }
    }
}
