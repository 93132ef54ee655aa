package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.config.Chosen;
import org.koegura.server.config.Config;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.Key;
import org.koegura.server.config.SipKeys;
import org.koegura.server.peer.Certificate;

/// What the operator reads when the product is up.
class GreetingTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each
    Path folder;

    private String greeting(Map<Key<?>, String> options) throws StartFault {
        Map<Key<?>, String> all = new HashMap<>(Map.of(
                SipKeys.LISTEN, "127.0.0.1:0",
                ConfigKeys.CONSOLE_LISTEN, "127.0.0.1:0",
                ConfigKeys.STORE_DATA, folder.resolve("data").toString()));
        all.putAll(options);
        Chosen chosen = new Chosen("", Map.of(), all);
        assertThat(chosen.conflicts()).isEmpty();
        Config config = Config.of(chosen);
        StringWriter text = new StringWriter();
        try (Product product = Product.start(config)) {
            Greeting.print(new PrintWriter(text), config, product);
        }
        return text.toString();
    }

    @Test
    void everyListenerHasItsLineWithWhatTelephonesAreToldOfIt() throws Exception {
        Certificate own = Certificate.of(folder, "IP:127.0.0.1");
        List<String> lines = greeting(Map.of(
                        SipKeys.LISTEN, "127.0.0.1:0, [::1]:0, 127.0.0.2:0",
                        SipKeys.ADVERTISE, "127.0.0.1, ::1",
                        SipKeys.TLS_LISTEN, "0.0.0.0:0",
                        SipKeys.TLS_CERTIFICATE, own.file().toString(),
                        SipKeys.TLS_KEY, own.key().toString()))
                .lines()
                .toList();
        assertThat(lines.subList(2, 6))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches(
                                        "  SIP        udp tcp  127\\.0\\.0\\.1:(\\d+) +reached at 127\\.0\\.0\\.1:\\1"),
                        line -> assertThat(line)
                                .matches("             udp tcp  \\[::1]:(\\d+) +reached at \\[::1]:\\1"),
                        line -> assertThat(line).matches("             udp tcp  127\\.0\\.0\\.2:\\d+"),
                        line -> assertThat(line)
                                .matches(
                                        "             tls      0\\.0\\.0\\.0:(\\d+) +reached at 127\\.0\\.0\\.1:\\1.*"));
        assertThat(lines)
                .anyMatch(
                        line -> line.matches(" +Point a telephone at it: .* sip:127\\.0\\.0\\.1:\\d+;transport=udp;lr"))
                .anyMatch(line -> line.matches(" +or over TLS +sip:127\\.0\\.0\\.1:\\d+;transport=tls;lr"));
    }

    @Test
    void roomForFewCallsIsSaid() throws Exception {
        assertThat(greeting(Map.of(ConfigKeys.MEDIA_PORTS, "31001-31005")))
                .contains("  Media      udp      31001-31005   1 call at once\n")
                .contains("Mind: media.ports has room for 1 call at once");
        assertThat(greeting(Map.of())).contains("5000 calls at once").doesNotContain("Mind:");
    }
}
