package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// Calls that cannot be announced in go on, and nothing of them is kept; each is counted with its reason.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnrecordedCallIT {

    private static final String UNRECORDED = "koegura_calls_unrecorded_total";

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Path folder;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        site = Site.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void aCodecThatWeDoNotKeepIsRelayedUntouched() throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        double counted = site.api().metric(UNRECORDED, "reason=\"unsupported_codec\"");
        Map<String, String> g729 =
                Map.of("pt", "18", "encoding", "G729/8000", "ptime", "20", "direction", "sendrecv", "caller", "203");
        String talk =
                MadeCapture.write(folder.resolve("g729.pcap"), 18, 20, 100, 5).toString();
        try (Sipp callee = site.trunk(
                        "uas-talks",
                        g729,
                        Map.of("CAPTURE", talk, "AFTER", talk, "RING_MILLIS", "100", "NOTICE_MILLIS", "2200"));
                Sipp caller = site.insideCaller(
                        "uac-talks",
                        "0990123",
                        g729,
                        Map.of("CAPTURE", talk, "AFTER", talk, "NOTICE_MILLIS", "2200", "TALK_MILLIS", "2200"))) {
            assertThat(caller.succeeded()).isTrue();
            assertThat(callee.succeeded()).isTrue();
            isRelayedUntouched(site.saidBy(caller, begin), site.heardBy(callee, begin));
            isRelayedUntouched(site.saidBy(callee, begin), site.heardBy(caller, begin));
        }
        site.awaitNoCall();
        assertThat(site.recordings()).hasSize(before);
        assertThat(site.api().metric(UNRECORDED, "reason=\"unsupported_codec\""))
                .isEqualTo(counted + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendonly", "inactive"})
    void whileAPartyDoesNotListenTheNoticeWaitsAndNothingIsKept(String direction) throws Exception {
        int before = site.recordings().size();
        double counted = site.api().metric(UNRECORDED, "reason=\"ended_before_notice\"");
        String talk =
                MadeCapture.write(folder.resolve("pcmu.pcap"), 0, 160, 100, 5).toString();
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Sipp callee = site.trunk(
                        "uas-talks",
                        Map.of("pt", "0", "encoding", "PCMU/8000", "ptime", "20", "direction", direction),
                        Map.of("CAPTURE", talk, "AFTER", talk, "RING_MILLIS", "100", "NOTICE_MILLIS", "2200"))) {
            staff.dial(site.uri("0990123"));
            staff.awaitEstablished();
            callee.awaitSaid();
            assertThat(site.api().stage()).isEqualTo("NOTICE");
            staff.hangUp();
            assertThat(callee.succeeded()).isTrue();
        }
        site.awaitNoCall();
        assertThat(site.recordings()).hasSize(before);
        assertThat(site.api().metric(UNRECORDED, "reason=\"ended_before_notice\""))
                .isEqualTo(counted + 1);
    }

    @Test
    void aNoticeThatReachesNobodyLeavesTheCallUpAndUnrecordedAndAnExemptionStillRecordsIt() throws Exception {
        int before = site.recordings().size();
        double failed = site.api().metric("koegura_notices_total", "outcome=\"failed\"");
        double counted = site.api().metric(UNRECORDED, "reason=\"notice_failed\"");
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"))) {
            for (boolean exempted : List.of(false, true)) {
                try (Sipp callee =
                        site.trunk("uas-deaf", Map.of(), Map.of("PORT", Integer.toString(site.unboundPort())))) {
                    staff.dial(site.uri("0990123"));
                    staff.awaitEstablished();
                    site.awaitStage("NOT_RECORDED", Duration.ofSeconds(30));
                    if (exempted) {
                        String call =
                                site.api().onlyCall().orElseThrow().path("call").asString("");
                        assertThat(site.api().exempt(call, 1, "").statusCode()).isEqualTo(200);
                        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(5));
                    }
                    staff.hangUp();
                    assertThat(callee.succeeded()).isTrue();
                    staff.awaitClosed();
                }
                site.awaitNoCall();
                assertThat(site.recordings()).hasSize(exempted ? before + 1 : before);
            }
        }
        assertThat(site.api().metric("koegura_notices_total", "outcome=\"failed\""))
                .isEqualTo(failed + 2);
        assertThat(site.api().metric(UNRECORDED, "reason=\"notice_failed\"")).isEqualTo(counted + 1);
    }

    private static void isRelayedUntouched(List<Rtp> said, List<Rtp> heard) {
        assertThat(said).hasSizeGreaterThan(150);
        assertThat(heard.stream()
                        .map(packet -> Arrays.toString(packet.datagram().payload()))
                        .toList())
                .isEqualTo(said.stream()
                        .map(packet -> Arrays.toString(packet.datagram().payload()))
                        .toList());
    }
}
