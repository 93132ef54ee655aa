package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// N3 and trap 36 among real peers: whoever calls in over the trunk is told while the telephone rings, and waits for
/// nothing else.
class EarlyNoticeIT {

    private static final String LINES = """
            lines:
              - {number: 299, section: fax-room, site: annex, notice: bypass}
              - {number: 2xx, section: tax, site: main-hall, notice: early}
            """;
    private static final String PROVEN = Telephones.CARRIER + " 2026-01-01";
    private static final Duration TOLD = Duration.ofSeconds(15);

    /// Of silence before the words.
    private static final int LEAD_IN_MILLIS = 300;
    private static final int PACKET_MILLIS = 20;

    private final List<Site> sites = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each
    @TempDir
    private Path folder;

    @AfterEach
    void stop() throws Exception {
        for (Site site : sites) {
            site.close();
        }
    }

    private Site site(String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), LINES);
        List<String> options = new ArrayList<>(List.of("--extensions", "2xx", "--config", file.toString()));
        options.addAll(List.of(more));
        Site site = Site.start(folder, Site.Standing.betweenPbxAndTrunk(false), options.toArray(String[]::new));
        sites.add(site);
        return site;
    }

    private Sipp caller(Site site, String number, Talk talk) throws Exception {
        return site.trunkCaller(
                "uac-talks",
                number,
                talk.keys(),
                talk.inTwoHalves(folder, Map.of("NOTICE_MILLIS", "3500", "TALK_MILLIS", "3500")));
    }

    private static Baresip telephone(Site site, String number, Talk talk) throws Exception {
        return site.outsideTelephone(number, Baresip.nameOf(talk.codec()), Speech.spoken("staff-1"));
    }

    private static double completed(Site site) throws Exception {
        return site.api().metric("koegura_notices_total", "outcome=\"completed\"");
    }

    private static double waited(Site site) throws Exception {
        return site.api().metric("koegura_call_notice_wait_seconds_sum", "mode=\"early\"");
    }

    /// When the 200 reached the caller.
    private static long answeredNanos(Site site, Sipp caller, Instant begin) throws Exception {
        int port = caller.mediaPort() - 2;
        return site.otherThanRtp(begin, datagram -> datagram.destination().getPort() == port).stream()
                .filter(datagram -> {
                    String text = new String(datagram.payload(), StandardCharsets.ISO_8859_1);
                    return text.startsWith("SIP/2.0 200 ") && text.contains("CSeq: 1 INVITE");
                })
                .mapToLong(Datagram::epochNanos)
                .min()
                .orElseThrow();
    }

    /// From the 200 until the caller heard the first that the telephone said.
    private static Duration untilHeard(Site site, Sipp caller, Baresip staff, Instant begin) throws Exception {
        Set<String> said =
                site.saidBy(staff, begin).stream().map(EarlyNoticeIT::payload).collect(Collectors.toSet());
        long first = site.heardBy(caller, begin).stream()
                .filter(packet -> said.contains(payload(packet)))
                .mapToLong(Rtp::epochNanos)
                .min()
                .orElseThrow();
        // on a busy machine the 200 may come behind the audio that it announces: then nobody waited
        return Duration.ofNanos(Math.max(0, first - answeredNanos(site, caller, begin)));
    }

    private static String payload(Rtp packet) {
        return HexFormat.of().formatHex(packet.payload());
    }

    private static void toldAndKept(Site site, Sipp caller, Baresip staff, Instant begin, Talk talk) throws Exception {
        KeptRecording recording = site.recordings().getLast();
        List<Rtp> heard = site.heardBy(caller, begin);
        assertThat(heard.stream().map(Rtp::ssrc).distinct()).as("streams heard").hasSize(1);
        for (int i = 1; i < heard.size(); i++) {
            assertThat(heard.get(i).sequence())
                    .as("sequence number of packet %d", i)
                    .isEqualTo(heard.get(i - 1).sequence() + 1 & 0xFFFF);
        }
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(
                recording, heard, site.saidBy(staff, begin), Speech.notice(), talk.codec());
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(
                recording, heard, site.saidBy(caller, begin), Speech.notice(), talk.codec());
        JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(caller, begin));
        Instant answered = Instant.parse(recording.manifest().path("answeredAt").asString(""));
        assertThat(recording.captureStartedAt()).as("before the 2xx").isAfterOrEqualTo(answered);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"PCMU", "G722"})
    void aCallThatRingsLongerThanTheNoticeIsRecordedFromItsAnswerOn(Codec codec) throws Exception {
        Site site = site("--trunk-early-media", PROVEN);
        Talk talk = Talk.ofTelephones(codec);
        Instant begin = Instant.now();
        Duration withNotice;
        try (Baresip staff = telephone(site, "201", talk);
                Sipp caller = caller(site, "201", talk)) {
            staff.awaitIncoming();
            await("the caller is told").atMost(TOLD).until(() -> completed(site) == 1);
            int told = site.heardBy(caller, begin).size();
            await("and hears it ring")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> site.heardBy(caller, begin).size() > told + 60);
            assertThat(site.recordings()).as("before the answer").isEmpty();
            staff.answer();
            site.awaitStage("RECORDED", Duration.ofSeconds(3));
            assertThat(caller.succeeded()).isTrue();
            staff.awaitClosed();
            site.awaitNoCall();

            assertThat(completed(site)).as("notices").isEqualTo(1);
            assertThat(waited(site)).as("seconds that the notice added").isLessThan(0.05);
            toldAndKept(site, caller, staff, begin, talk);
            withNotice = untilHeard(site, caller, staff, begin);
        }
        Instant again = Instant.now();
        try (Baresip fax = telephone(site, "299", talk);
                Sipp caller = caller(site, "299", talk)) {
            fax.accept();
            assertThat(caller.succeeded()).isTrue();
            fax.awaitClosed();
            site.awaitNoCall();
            assertThat(withNotice)
                    .as("until they hear each other, beside a call without a notice")
                    .isCloseTo(untilHeard(site, caller, fax, again), Duration.ofMillis(100));
        }
    }

    @Test
    void whoAnswersAfterASecondWaitsForTheRestOfTheNotice() throws Exception {
        Site site = site("--trunk-early-media", PROVEN);
        Talk talk = Talk.in(Codec.PCMU);
        Instant begin = Instant.now();
        try (Baresip staff = telephone(site, "201", talk);
                Sipp caller = site.trunkCaller(
                        "uac-talks",
                        "201",
                        talk.keys(),
                        talk.inTwoHalves(folder, Map.of("NOTICE_MILLIS", "9000", "TALK_MILLIS", "3500")))) {
            staff.awaitIncoming();
            await("the notice plays for a second")
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> site.heardBy(caller, begin).size() >= 50);
            staff.answer();
            site.awaitStage("RECORDED", TOLD);
            assertThat(caller.succeeded()).isTrue();
            staff.awaitClosed();
            site.awaitNoCall();

            double wholeMillis = LEAD_IN_MILLIS + Speech.notice().length / 8.0;
            int packets = (int) Math.round(wholeMillis / PACKET_MILLIS);
            long lastNanos = site.heardBy(caller, begin).get(packets - 1).epochNanos();
            double rest = (lastNanos - answeredNanos(site, caller, begin)) / 1e9;
            assertThat(rest).as("it has played for a second and some").isBetween(1.0, wholeMillis / 1e3);
            assertThat(waited(site)).as("the rest of the notice on the wire").isCloseTo(rest, within(0.1));
            assertThat(completed(site)).isEqualTo(1);
            toldAndKept(site, caller, staff, begin, talk);
        }
    }

    @Test
    void withoutAProofTheNoticeIsRepeatedOnTheAnswer() throws Exception {
        Site site = site();
        Talk talk = Talk.in(Codec.PCMU);
        Instant begin = Instant.now();
        try (Baresip staff = telephone(site, "201", talk);
                Sipp caller = site.trunkCaller(
                        "uac-talks",
                        "201",
                        talk.keys(),
                        talk.inTwoHalves(folder, Map.of("NOTICE_MILLIS", "9500", "TALK_MILLIS", "3500")))) {
            staff.awaitIncoming();
            await("the caller is told").atMost(TOLD).until(() -> completed(site) == 1);
            staff.answer();
            site.awaitStage("RECORDED", TOLD);
            assertThat(completed(site)).isEqualTo(2);
            assertThat(caller.succeeded()).isTrue();
            staff.awaitClosed();
            site.awaitNoCall();
            KeptRecording recording = site.recordings().getLast();
            Instant answered =
                    Instant.parse(recording.manifest().path("answeredAt").asString(""));
            assertThat(Instant.parse(
                            recording.manifest().path("basis").path("startedAt").asString("")))
                    .as("the notice that it rests on")
                    .isAfterOrEqualTo(answered);
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(caller, begin));
        }
    }

    @Test
    void whoIsRefusedAfterEarlyMediaLeavesNothingBehind() throws Exception {
        Site site = site("--trunk-early-media", PROVEN);
        Talk talk = Talk.in(Codec.PCMU);
        Instant begin = Instant.now();
        try (Baresip staff = telephone(site, "201", talk);
                Sipp caller = caller(site, "201", talk)) {
            staff.awaitIncoming();
            await("the notice plays")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.heardBy(caller, begin).size() > 20);
            staff.hangUp();
            assertThat(caller.succeeded()).as("a caller that awaits a 200").isFalse();
            site.awaitNoCall();
            await("the ports are free").until(() -> site.api().metric("koegura_rtp_ports", "state=\"used\"") == 0);
            assertThat(site.recordings()).isEmpty();
        }
    }
}
