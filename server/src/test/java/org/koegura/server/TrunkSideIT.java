package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.audio.Codec;
import org.koegura.server.JudgedCall.Wire;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// The product between a PBX and a trunk (J5): whoever is beyond the trunk is told, and the call is recorded once.
///
/// The telephone speaks to the PBX directly, or by way of the product: then every call passes the product twice, with
/// one Call-ID (trap 2), its media too.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrunkSideIT {

    /// How the neighbours are reached.
    enum Neighbours {
        UDP,
        TCP
    }

    /// How often a call passes the product.
    enum Passes {
        ONCE,
        TWICE
    }

    private final Map<Neighbours, Site> sites = new EnumMap<>(Neighbours.class);

    @SuppressWarnings("NullAway.Init") // set before all
    private Path home;

    private short[] staffSpeech = {};

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        home = folder;
        staffSpeech = Speech.spoken("staff-1");
        for (Neighbours neighbours : Neighbours.values()) {
            Path own = Files.createDirectories(folder.resolve(neighbours.name()));
            sites.put(
                    neighbours,
                    Site.start(
                            own,
                            Site.Standing.betweenPbxAndTrunk(neighbours == Neighbours.TCP),
                            "--extensions",
                            "2xx"));
            assertThat(site(neighbours).product().process().out())
                    .as("what the operator reads")
                    .anyMatch(line -> line.matches(" +Inside +PBX 127[0-9.:]+(/tcp)? +\\(2xx\\)"))
                    .anyMatch(line -> line.matches(" +Outside +trunk 127[0-9.:]+(/tcp)?, .* is told"))
                    .noneMatch(line -> line.contains("outbound proxy"));
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (Site site : sites.values()) {
            site.close();
        }
    }

    private Site site(Neighbours neighbours) {
        return Objects.requireNonNull(sites.get(neighbours));
    }

    private Baresip telephone(Site site, Passes passes, Codec codec) throws Exception {
        return switch (passes) {
            case ONCE -> site.outsideTelephone("201", Baresip.nameOf(codec), staffSpeech);
            case TWICE -> site.insideTelephone("201", Baresip.nameOf(codec), staffSpeech);
        };
    }

    @ParameterizedTest
    @CsvSource({"UDP,ONCE,PCMA", "UDP,TWICE,G722", "TCP,ONCE,PCMU", "TCP,TWICE,OPUS"})
    void aCallerBeyondTheTrunkIsToldAndRecordedOnce(Neighbours neighbours, Passes passes, Codec codec)
            throws Exception {
        Site site = site(neighbours);
        Before before = Before.of(site);
        Talk talk = Talk.in(codec);
        Map<String, String> halves = talk.inTwoHalves(home, Map.of("NOTICE_MILLIS", "9000", "TALK_MILLIS", "3000"));
        try (Baresip staff = telephone(site, passes, codec);
                Sipp caller = site.trunkCaller("uac-talks", "201", talk.keys(), halves)) {
            staff.accept();
            staff.awaitEstablished();
            assertThat(caller.succeeded()).isTrue();
            staff.awaitClosed();
            site.awaitNoCall();
            judge(site, before, staff, caller, "inbound", talk);
        }
    }

    @ParameterizedTest
    @CsvSource({"UDP,ONCE,OPUS", "UDP,TWICE,PCMU", "TCP,ONCE,G722", "TCP,TWICE,PCMA"})
    void aCalleeBeyondTheTrunkIsToldAndRecordedOnce(Neighbours neighbours, Passes passes, Codec codec)
            throws Exception {
        outbound(site(neighbours), passes, codec);
    }

    /// The first server of the carrier says nothing at all; the call is that of the second (ADR 21).
    @Test
    void aCallThatTheSecondServerOfTheCarrierTakesIsToldAndRecordedOnce(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, Site.Standing.beforeACarrierWhoseFirstServerIsDead())) {
            outbound(site, Passes.ONCE, Codec.PCMU);
            assertThat(site.api().metric("koegura_sip_tries_failed_total", "next=\"another\"", "reason=\"silent\""))
                    .isEqualTo(1);
        }
    }

    private void outbound(Site site, Passes passes, Codec codec) throws Exception {
        Before before = Before.of(site);
        Talk talk = Talk.in(codec);
        Map<String, String> halves = talk.inTwoHalves(home, Map.of("RING_MILLIS", "300", "NOTICE_MILLIS", "9000"));
        try (Baresip staff = telephone(site, passes, codec);
                Sipp callee = site.trunk("uas-talks", talk.keys(), halves)) {
            staff.dial(site.uri("0990123"));
            staff.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            callee.awaitSaid();
            Instant speaks = Instant.now();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> site.saidBy(callee, speaks).size() > 60);
            staff.hangUp();
            assertThat(callee.succeeded()).isTrue();
            site.awaitNoCall();
            judge(site, before, staff, callee, "outbound", talk);
        }
    }

    /// What stood before a call.
    private record Before(Instant begin, int recordings, double notices, double attempts) {

        static Before of(Site site) throws Exception {
            return new Before(Instant.now(), site.recordings().size(), notices(site), attempts(site));
        }

        private static double notices(Site site) throws Exception {
            return site.api().metric("koegura_notices_total", "outcome=\"completed\"");
        }

        private static double attempts(Site site) throws Exception {
            return site.api().metric("koegura_call_attempts_total", "outcome=\"answered\"");
        }
    }

    private static void judge(Site site, Before before, Baresip staff, Sipp outside, String direction, Talk talk)
            throws Exception {
        List<KeptRecording> recordings = site.recordings();
        assertThat(recordings).hasSize(before.recordings() + 1);
        assertThat(Before.notices(site)).isEqualTo(before.notices() + 1);
        assertThat(Before.attempts(site)).isEqualTo(before.attempts() + 1);
        KeptRecording recording = recordings.getLast();
        assertThat(recording.manifest().path("direction").asString("")).isEqualTo(direction);
        JudgedCall.announcedAndKept(recording, Wire.of(site, staff, outside, before.begin()), talk);
    }
}
