package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.governance.CallRules;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.server.config.Config;
import org.koegura.server.config.HostPort;
import org.koegura.server.config.LogFormat;
import org.koegura.server.config.PortRange;
import org.koegura.server.peer.Certificate;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.transport.Dscp;

/// `docs/metrics.md` and the product say the same.
class MetricsPageTest {

    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    /// More would cost the city's Prometheus more than they tell.
    private static final int SERIES_MAX = 2000;

    @Test
    void theDocumentIsWhatTheProcessServes(@TempDir Path folder) throws Exception {
        MetricsPage page = MetricsPage.of(served(folder));
        if (Boolean.getBoolean("koegura.metrics.write")) {
            Files.writeString(MetricsPage.DOCUMENT, page.document());
        }
        assertThat(Files.readString(MetricsPage.DOCUMENT))
                .as("docs/metrics.md; it says at its top how to write it anew")
                .isEqualTo(page.document());
    }

    @Test
    void theNumberOfSeriesIsBounded(@TempDir Path folder) throws Exception {
        assertThat(MetricsPage.of(served(folder)).samples()).hasSizeBetween(500, SERIES_MAX);
    }

    /// With TLS, which has a metric of its own.
    private static String served(Path folder) throws Exception {
        Certificate own = Certificate.of(folder.resolve("certificate"), "IP:127.0.0.1");
        Config config = new Config(
                new Config.Sip(
                        List.of(ANY), List.of(), new Config.Tls(List.of(ANY), own.file(), own.key(), null, false)),
                Config.Routes.NONE,
                Numbering.USUAL,
                List.of(),
                Config.Calendar.PLAIN,
                Dscp.CS3,
                ANY,
                new PortRange(20_000, 39_999),
                true,
                Config.Store.at(folder.resolve("data")),
                false,
                NoticeCodecs.Others.LAST,
                InsideHears.OTHER_PARTY,
                Config.Prompts.SHIPPED,
                new CallRules(false, false),
                Config.Telephone.USUAL,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                0,
                LogFormat.TEXT);
        try (Product product = Product.start(config);
                HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(product.consoleUri().resolve("/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
