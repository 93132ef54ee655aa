package org.koegura.server.bench.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.Meters;

/// From lines of programs, of the kernel and of Java to numbers.
class MediaReadingTest {

    private static final String COUNTS = """
            {"sent":1000,"unsent":1,"received":990,"duplicated":2,"out_of_order":3,"wrong":4,"late":%d,\
            "delay_p50_micros":50.5,"delay_p99_micros":2000.0,"delay_p999_micros":3000.0,"delay_max_micros":4000.0,\
            "late_p99_micros":100.0,"late_max_micros":200.0}""";

    @Test
    void theGeneratorsLineIsRead() throws Exception {
        GeneratorCounts counts = GeneratorCounts.of(COUNTS.formatted(0));
        assertThat(counts.lost()).isEqualTo(10);
        assertThat(counts.lossRatio()).isCloseTo(0.01, within(1e-9));
        assertThat(counts.duplicated()).isEqualTo(2);
        assertThat(counts.outOfOrder()).isEqualTo(3);
        assertThat(counts.wrong()).isEqualTo(4);
        assertThat(counts.delay("p50")).isEqualTo(50.5);
        assertThat(counts.delay("p999")).isEqualTo(3000);
    }

    @Test
    void aGeneratorThatSentOneInTwentyTooLateDidNotKeepItsPace() throws Exception {
        assertThat(GeneratorCounts.of(COUNTS.formatted(50)).isPaced()).isTrue();
        assertThat(GeneratorCounts.of(COUNTS.formatted(51)).isPaced()).isFalse();
    }

    @Test
    void aLineThatTheGeneratorDidNotWriteIsSaid() {
        for (String line : List.of(
                "",
                "{",
                "[]",
                "{}",
                COUNTS.formatted(0).replace("990", "\"many\""),
                COUNTS.formatted(0).replace("990", "1001"))) {
            assertThatThrownBy(() -> GeneratorCounts.of(line))
                    .as(line)
                    .isInstanceOf(BenchFault.class)
                    .hasMessageContaining("generator");
        }
    }

    @Test
    void thePortsOfTheGeneratorAreTakenInPairs() {
        assertThat(Generator.ports("ports 40000 40001 50000 50001"))
                .containsExactly(new CallPorts(40000, 40001), new CallPorts(50000, 50001));
    }

    @Test
    void thePortOfTheAudioIsFoundInAMessage() throws Exception {
        assertThat(SessionDescription.port("SIP/2.0 200 OK\r\n\r\n" + SessionDescription.at(12002)))
                .isEqualTo(12002);
        for (String none : List.of("", "v=0\r\n", "m=audio 0 RTP/AVP 0\r\n", "m=video 5000 RTP/AVP 96\r\n")) {
            assertThatThrownBy(() -> SessionDescription.port(none)).isInstanceOf(BenchFault.class);
        }
    }

    @Test
    void theKernelsListOfCoresIsRead() {
        assertThat(Cores.of("0-2,5,7-8").allowed()).containsExactly(0, 1, 2, 5, 7, 8);
        assertThat(Cores.of("3").allowed()).containsExactly(3);
        assertThat(Cores.of("").allowed()).isEmpty();
    }

    @Test
    void twoCoresArePartedAndOneIsShared() {
        assertThat(Cores.of("2-3").relaying(List.of("relay", "1"))).containsExactly("taskset", "-c", "2", "relay", "1");
        assertThat(Cores.of("2-3").generating(List.of("generator"))).containsExactly("taskset", "-c", "3", "generator");
        assertThat(Cores.of("2").relaying(List.of("relay"))).containsExactly("relay");
    }

    @Test
    void residentMemoryIsReadFromTheKernelsStatus() {
        assertThat(ProcessMemory.residentKib("Name:\tx\nVmPeak:\t 9000 kB\nVmRSS:\t   4096 kB\nThreads:\t1\n"))
                .isEqualTo(4096);
        assertThat(ProcessMemory.residentKib("Name:\tkthread\n")).isZero();
        assertThat(ProcessMemory.residentKib(List.of(ProcessHandle.current().pid())))
                .isPositive();
        assertThat(ProcessMemory.residentKib(List.of(Long.MAX_VALUE))).isZero();
    }

    @Test
    void metersAreSummedOverTheirLabelsAndNotOverLongerNames() {
        Meters meters = new Meters(List.of(
                "# HELP koegura_calls Calls.",
                "koegura_calls{direction=\"in\",state=\"recorded\"} 3.0",
                "koegura_calls{direction=\"out\",state=\"recorded\"} 2.0",
                "koegura_calls{direction=\"out\",state=\"recorded_without_notice\"} 7.0",
                "koegura_calls_refused_total{reason=\"no_port\"} 9.0",
                "koegura_ledger_waiting 4.0",
                "koegura_allocated_bytes_total 1.0E6",
                "jvm_memory_used_bytes{area=\"heap\",id=\"ZGC Old Generation\"} 500.0",
                "jvm_memory_used_bytes{area=\"heap\",id=\"ZGC Young Generation\"} 900.0",
                "jvm_memory_used_bytes{area=\"nonheap\",id=\"Metaspace\"} 7000.0"));
        assertThat(meters.sum("koegura_calls", "state=\"recorded\"")).isEqualTo(5);
        assertThat(meters.sum("koegura_calls")).isEqualTo(12);
        assertThat(meters.sum("koegura_ledger_waiting")).isEqualTo(4);
        assertThat(meters.sum("koegura_none")).isZero();
        assertThat(meters.allocatedBytes()).isEqualTo(1_000_000);
        assertThat(meters.heapBytes()).isEqualTo(1_400);
    }

    @Test
    void theLongestPauseOfTheCollectorIsFoundAndWhatIsNoPauseIsLeft() {
        assertThat(CollectorLog.longestPauseMicros(List.of(
                        "[1.203s][info][gc] Using G1",
                        "[2.000s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 23M->5M(256M) 4.125ms",
                        "[3.000s][info][gc] GC(1) Concurrent Mark Cycle 99.000ms",
                        "[4.000s][info][gc] GC(2) Pause Remark 9M->9M(256M) 1.500ms")))
                .isEqualTo(4125);
        assertThat(CollectorLog.longestPauseMicros(List.of(
                        "[1.203s][info][gc] Using The Z Garbage Collector",
                        "[2.000s][info][gc,phases] GC(0) y: Concurrent Mark 24.125ms",
                        "[3.000s][info][gc,phases] GC(0) y: Pause Relocate Start 0.018ms")))
                .isEqualTo(18);
        assertThat(CollectorLog.longestPauseMicros(List.of(
                        "[2.000s][info][gc,phases] GC(0) y: Pause Relocate Start 0.018ms",
                        "[3.000s][info][gc] Allocation Stall (media-1-1) 31.250ms")))
                .isEqualTo(31_250);
        assertThat(CollectorLog.longestPauseMicros(List.of())).isZero();
    }
}
