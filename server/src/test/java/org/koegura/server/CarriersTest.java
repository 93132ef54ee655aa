package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

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
