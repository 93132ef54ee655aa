package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many threads carry the calls.
final class CarriersTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "16, 8"})
    void theyAreHalfTheProcessorsAndAtLeastOne(int processors, int carriers) {
        assertThat(Carriers.of(processors)).isEqualTo(carriers);
    }

    @Test
    void theVirtualMachineHeedsWhatMainSays() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=6",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Told.class.getName())
                .redirectErrorStream(true)
                .start();
        String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(told).isZero();
        assertThat(told.strip()).isEqualTo("3");
    }

    /// Tells how many carriers there may be once a virtual thread ran.
    static final class Told {

        private Told() {}

        public static void main(String[] args) throws InterruptedException {
            Carriers.share();
            Thread.ofVirtual().start(() -> {}).join();
            System.out.println(ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class)
                    .getParallelism());
        }
    }

    @Test
    void whatIsSetAlreadyHolds() {
        String before = System.getProperty(Carriers.PARALLELISM);
        try {
            System.setProperty(Carriers.PARALLELISM, "7");
            Carriers.share();
            assertThat(System.getProperty(Carriers.PARALLELISM)).isEqualTo("7");
            System.clearProperty(Carriers.PARALLELISM);
            Carriers.share();
            assertThat(System.getProperty(Carriers.PARALLELISM))
                    .isEqualTo("" + Carriers.of(Runtime.getRuntime().availableProcessors()));
        } finally {
            if (before == null) {
                System.clearProperty(Carriers.PARALLELISM);
            } else {
                System.setProperty(Carriers.PARALLELISM, before);
            }
        }
    }
}
