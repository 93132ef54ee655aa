package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.evidence.StandingFiles;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Debugger;
import org.koegura.server.peer.LoopbackPorts;

/// The prompt player dies in the middle of a notice, by a defect that is made in the running product: the call lives,
/// nothing of it is kept, and what alerts look at moves.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenPlayerIT {

    private static final String PLAYER = "org.koegura.rtpcapture.notice.NoticePlayer";

    /// Packets: 1.5 s of the notice.
    private static final int OF_THE_NOTICE = 75;

    /// Packets: 4 s of speech.
    private static final int OF_SPEECH = 200;

    private final int debuggerPort = LoopbackPorts.block(2);

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.startBy(Debugger.reachableAt(debuggerPort), folder);
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCallLivesAndNothingOfItIsKept(boolean inbound) throws Exception {
        double unrecorded = site.api().metric("koegura_calls_unrecorded_total", "reason=\"notice_failed\"");
        double failed = site.api().metric("koegura_notices_total", "outcome=\"failed\"");
        double lostSeconds = site.api().metric("koegura_lost_seconds_total", "reason=\"notice_failed\"");
        Instant begin = Instant.now();
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            Baresip caller = inbound ? citizen : staff;
            Baresip callee = inbound ? staff : citizen;
            caller.dial(site.uri(inbound ? "201" : "0120000001"));
            callee.accept();
            caller.awaitEstablished();
            site.awaitStage("NOTICE", Duration.ofSeconds(10));
            await("the notice is under way")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.heardBy(citizen, begin).size() > OF_THE_NOTICE);
            try (Debugger debugger = Debugger.attach(debuggerPort)) {
                debugger.failAtNext(PLAYER, "sendNext");
            }
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(5));

            Instant broken = Instant.now();
            await("both speak on")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> site.heardBy(citizen, broken).size() > OF_SPEECH
                            && site.heardBy(staff, broken).size() > OF_SPEECH);
            callee.hangUp();
            caller.awaitClosed();
            site.awaitNoCall();

            assertThat(CallEvidence.clearest(Speech.spoken("staff-1"), Rtp.sound(site.heardBy(citizen, broken))))
                    .isGreaterThan(0.9);
            assertThat(CallEvidence.clearest(Speech.spoken("citizen-1"), Rtp.sound(site.heardBy(staff, broken))))
                    .isGreaterThan(0.9);
            CallEvidence.isOneStream(site.heardBy(citizen, begin), 160);
        }
        assertThat(keptFiles()).isEmpty();
        assertThat(site.api().metric("koegura_capture_packets_recorded_total")).isZero();
        assertThat(site.api().metric("koegura_notices_total", "outcome=\"failed\""))
                .isEqualTo(failed + 1);
        assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"notice_failed\""))
                .as("what KoeguraCallPassedUnrecordable looks at")
                .isEqualTo(unrecorded + 1);
        assertThat(site.api().metric("koegura_lost_seconds_total", "reason=\"notice_failed\""))
                .isGreaterThan(lostSeconds);
        assertThat(site.product().process().err()).anyMatch(line -> line.contains("notice.broken"));
    }

    /// Whatever holds something that was said.
    private List<Path> keptFiles() throws Exception {
        return StandingFiles.under(site.data().resolve("recordings"));
    }
}
