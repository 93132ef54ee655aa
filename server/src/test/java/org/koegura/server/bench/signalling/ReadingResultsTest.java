package org.koegura.server.bench.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.Peers;
import org.koegura.server.bench.ProcessCpu;
import org.koegura.server.rehearsal.WholeCalls;

/// From files and lines to numbers. `caller.csv` was written by SIPp 3.6.1 on a busy machine.
class ReadingResultsTest {

    @Test
    void theLastLineOfSippsStatisticsCounts() throws Exception {
        SippStatistics read = SippStatistics.of(lines("caller.csv"));
        assertThat(read.created()).isEqualTo(2500);
        assertThat(read.successful()).isEqualTo(2483);
        assertThat(read.failed()).isEqualTo(17);
        assertThat(read.retransmissions()).isEqualTo(48);
        assertThat(read.seconds()).isCloseTo(9.638849, within(0.0001));
    }

    @Test
    void aFileThatSippDidNotWriteIsSaidInOneLine() {
        for (List<String> lines : List.of(
                List.<String>of(),
                List.of("StartTime;TotalCallCreated"),
                List.of("StartTime;TotalCallCreated", "x;many"),
                List.of("StartTime", "x"))) {
            assertThatThrownBy(() -> SippStatistics.of(lines))
                    .isInstanceOf(BenchFault.class)
                    .hasMessageContaining("SIPp");
        }
    }

    @Test
    void cpuTimeIsReadBehindANameWithBlanksAndBracketsAndWithEndedChildren() {
        String stat = "4711 (a ) b (c) S 1 4711 4711 0 -1 4194560 1000 0 0 0 250 50 30 20 20 0 37 0 8000 0 0";
        assertThat(ProcessCpu.seconds(stat)).isEqualTo(3.5);
    }

    @Test
    void thisProcessHasUsedCpuAndOneThatIsGoneHasNot() {
        long own = ProcessHandle.current().pid();
        assertThat(ProcessCpu.seconds(List.of(own))).isPositive();
        assertThat(ProcessCpu.seconds(List.of(Long.MAX_VALUE))).isZero();
    }

    @Test
    void percentilesAreByNearestRank() {
        Delays delays = Delays.of(List.of(400L, 100L, 300L, 200L), 1000);
        assertThat(delays.percentile(50)).isEqualTo(200);
        assertThat(delays.percentile(51)).isEqualTo(300);
        assertThat(delays.percentile(99)).isEqualTo(400);
        assertThat(delays.most()).isEqualTo(400);
    }

    @Test
    void whatWasNotAskedDuringAPauseCountsAsIfItHadWaitedToo() {
        Delays delays = Delays.of(List.of(100L, 3500L, 1000L), 1000);
        assertThat(delays).hasToString("[100, 500, 1000, 1500, 2500, 3500]");
        assertThat(delays.count()).isEqualTo(6);
    }

    @Test
    void theRouteSetOfTheCallerIsTheRecordRouteFromTheLastToTheFirst() {
        String answer = "SIP/2.0 200 OK\r\nRecord-Route: <sip:c;lr>, <sip:b;lr>\r\nrecord-route: <sip:a;lr>\r\n\r\n";
        assertThat(WholeCalls.routes(answer))
                .isEqualTo("Route: <sip:a;lr>\r\nRoute: <sip:b;lr>\r\nRoute: <sip:c;lr>\r\n");
    }

    @Test
    void theProductsOwnCountersAreReadWithTheirLabelsAndWithoutZeros() {
        assertThat(ProductCounts.of(List.of(
                        "# HELP koegura_recordings_total Reconciled result of each recordable call.",
                        "koegura_recordings_total{direction=\"in\",outcome=\"missing\"} 12.0",
                        "koegura_recordings_total{direction=\"in\",outcome=\"complete\"} 0.0",
                        "koegura_sip_queue 3.0")))
                .containsExactly(
                        java.util.Map.entry("koegura_recordings_total{direction=\"in\",outcome=\"missing\"}", 12L));
    }

    @Test
    void missingPeersAreNamedInOneLineWithWhatInstallsThem() {
        // on Debian the daemons are found without a PATH; then nothing is missing but SIPp
        assertThatThrownBy(() -> Peers.find("/nonexistent", SignallingBenchmark.PEERS))
                .isInstanceOf(BenchFault.class)
                .hasMessageContaining("apt-get install")
                .hasMessageContaining("sip-tester")
                .hasMessageNotContaining("\n");
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ReadingResultsTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }
}
