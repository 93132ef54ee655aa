package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.peer.LoopbackPorts;

/// Of what the callers send and are sent, one SIP message of five is lost, and of the requests to the callees two of
/// five; they are said again (trap 18), by us too. Each call is one call all the same, told once and recorded once.
class LossyHopIT {

    private static final int CALLS = 10;
    private static final int MEDIA = 40;
    private static final int MEDIA_PORTS = 4 * CALLS;
    private static final int PACKETS = 500;
    private static final int TALK_MILLIS = 12_000;

    @Test
    void aMessageThatComesTwiceIsDoneOnce(@TempDir Path folder) throws Exception {
        int block = LoopbackPorts.block(MEDIA + MEDIA_PORTS);
        Path data = folder.resolve("data");
        try (ProductProcess product = ProductProcess.run(data, block, block + MEDIA, block + MEDIA + MEDIA_PORTS - 1);
                ConsoleApi api = product.api()) {
            ManyCalls.Run lossy = new ManyCalls.Run(
                    CALLS,
                    MadeCapture.write(folder.resolve("speech.pcap"), 0, 160, PACKETS, 7),
                    TALK_MILLIS,
                    40,
                    List.of("-r", "5", "-lost", "20"));
            try (ManyCalls calls = ManyCalls.place(folder, block, lossy)) {
                assertThat(calls.succeeded()).isTrue();
            }
            await("no call is up")
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> api.metric("koegura_calls") == 0 && api.metric("koegura_ledger_waiting") == 0);
            assertThat(api.metric("koegura_sip_retransmissions_total")).isPositive();
            assertThat(api.metric("koegura_call_attempts_total", "outcome=\"answered\""))
                    .isEqualTo(CALLS);
            assertThat(api.metric("koegura_call_attempts_total")).isEqualTo(CALLS);
            assertThat(api.metric("koegura_notices_total", "outcome=\"completed\""))
                    .isEqualTo(CALLS);
            assertThat(api.metric("koegura_notices_total")).isEqualTo(CALLS);
            assertThat(api.metric("koegura_ledger_calls_total", "result=\"complete\""))
                    .isEqualTo(CALLS);
            assertThat(api.metric("koegura_rtp_ports", "state=\"used\"")).isZero();
        }
        assertThat(ProductProcess.verify(data, Duration.ofMinutes(1))).isZero();
    }
}
