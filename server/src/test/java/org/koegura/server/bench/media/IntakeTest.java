package org.koegura.server.bench.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IntakeTest {

    @Test
    void aCoreIsWrittenAsTheKernelReadsIt() {
        assertThat(Intake.mask(0)).isEqualTo("1");
        assertThat(Intake.mask(5)).isEqualTo("20");
        assertThat(Intake.mask(31)).isEqualTo("80000000");
        assertThat(Intake.mask(32)).isEqualTo("1,00000000");
        assertThat(Intake.mask(69)).isEqualTo("20,00000000,00000000");
    }

    @Test
    void whatWasThereBeforeIsPutBack(@TempDir Path folder) throws Exception {
        Path setting = Files.writeString(folder.resolve("rps_cpus"), "3\n");
        try (Intake intake = Intake.on(setting, 1)) {
            assertThat(intake.isSteered()).isTrue();
            assertThat(setting).hasContent("2");
        }
        assertThat(setting).hasContent("3");
    }

    @Test
    void whereItMayNotNothingHappens(@TempDir Path folder) {
        try (Intake intake = Intake.on(folder.resolve("none/rps_cpus"), 1)) {
            assertThat(intake.isSteered()).isFalse();
        }
        assertThat(folder).isEmptyDirectory();
    }
}
