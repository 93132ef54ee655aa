package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 4475 through the whole room, where routing and not parsing gives the verdict; `message` tests the rest.
class TortureTest {

    @ParameterizedTest
    @CsvSource({
        "unkscm.dat,416",
        "novelsc.dat,416",
        "bext01.dat,420",
        "zeromf.dat,483",
        "badvers.dat,505",
        "clerr.dat,400",
        "mismatch01.dat,400",
        "multi01.dat,400",
        "insuf.dat,400"
    })
    void itIsAnsweredAsTheRfcSays(String file, String status) throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            bench.telephone.send(message(file), bench.address());
            await().untilAsserted(() -> assertThat(bench.count("koegura.sip.responses", "code", status))
                    .as("answers %s to %s", status, file)
                    .isEqualTo(1));
            assertThat(bench.count("koegura.sip.responses", "direction", "out")).isEqualTo(1);
        }
    }

    @Test
    void aResponseThatIsNotOursIsDropped() throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            bench.telephone.send(message("bcast.dat"), bench.address());
            await().until(() -> bench.count("koegura.sip.dropped", "reason", "stray_response") == 1);
            assertThat(bench.count("koegura.sip.responses", "direction", "out")).isZero();
        }
    }

    private static String message(String file) throws Exception {
        Path corpus = Path.of(System.getProperty("koegura.corpus", "../../shared/corpus"), "sip-torture", file);
        Assumptions.assumeTrue(Files.exists(corpus), "the corpus is not here: " + corpus);
        return Files.readString(corpus, StandardCharsets.ISO_8859_1);
    }
}
