package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.audio.PayloadEncoder;
import org.koegura.audio.Resampler;
import org.koegura.callmodel.Leg;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// What parties do in the middle of a recorded call: hold (trap 20), another codec (24), a refused change (19), and an
/// end that nobody says (22).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MidCallIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);
    private static final Duration SILENT_AFTER = Duration.ofSeconds(6);
    private static final Duration HELD = SILENT_AFTER.plusSeconds(2);
    private static final Pattern DIRECTION = Pattern.compile("a=(sendrecv|sendonly|recvonly|inactive)");

    /// The payload type that the caller chooses for Opus.
    private static final int OPUS_TYPE = 111;

    /// What the caller who changes codecs says at a time.
    private static final int PACKETS = 140;

    /// How long it lets pass for that, silence included: its clock goes on.
    private static final int TALK_MILLIS = 3_200;

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Path home;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        home = folder;
        site = Site.start(
                folder, Site.Standing.beforeRegistrar(false), "--silent-after", SILENT_AFTER.toSeconds() + "s");
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void aHoldIsSilenceInTheRecordingAndNeitherItsEndNorASecondNotice(Leg holding) throws Exception {
        Instant begin = Instant.now();
        double notices = notices();
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            bothSpeak(staff, citizen);
            Baresip holder = holding == Leg.INSIDE ? staff : citizen;
            Instant held = Instant.now();
            holder.hold();
            awaitQuiet(held);
            assertThat(site.api().stage()).isEqualTo("RECORDED");
            assertThat(directions(held)).containsExactlyInAnyOrder("sendonly", "recvonly");
            Instant resumed = Instant.now();
            holder.resume();
            bothSpeak(staff, citizen);
            assertThat(directions(resumed)).containsExactly("sendrecv");
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            KeptRecording recording = site.recordings().getLast();
            assertThat(recording.captureStartedAt()).isAfter(begin);
            assertThat(notices()).isEqualTo(notices + 1);
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
            PlayedBack played = PlayedBack.of(site, recording);
            played.keepsTheTimeline();
            played.isSilent(KeptRecording.epochNanos(held.plusSeconds(1)), KeptRecording.epochNanos(resumed));
        }
    }

    @Test
    void aChangeOfCodecAndBackIsKeptToTheBitAndPlayedRight() throws Exception {
        Instant begin = Instant.now();
        Map<String, String> talk = changing(8, "PCMA/8000", said(8, 1));
        try (Baresip staff = site.insideTelephone("201", "pcmu,pcma", Speech.spoken("staff-1"));
                Sipp caller = site.caller("uac-changes", "201", Map.of(), talk)) {
            KeptRecording recording = changed(staff, caller, begin, 8);
            assertThat(recording.outside()).hasSize(3 * PACKETS);
            assertThat(codecs(site.heardBy(caller, begin))).containsExactly(0, 8, 0);
            assertThat(site.heardBy(staff, begin))
                    .as("what the telephone heard")
                    .hasSize(3 * PACKETS);
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(caller, begin));
            PlayedBack.of(site, recording).keepsTheTimeline();
        }
    }

    /// A dynamic payload type means nothing by itself: the recording says what it means from the change on.
    @Test
    void aChangeToOpusAndBackIsKeptToTheBitAndBothPartiesAreHeard() throws Exception {
        Instant begin = Instant.now();
        short[] citizenSpeech = Arrays.copyOf(Speech.spoken("citizen-1"), PACKETS * 160);
        short[] staffSpeech = Speech.spoken("staff-1");
        Map<String, String> talk = changing(OPUS_TYPE, "opus/48000/2", saidInOpus(citizenSpeech, 1));
        try (Baresip staff = site.insideTelephone("201", "pcmu,opus/48000/2", staffSpeech);
                Sipp caller = site.caller("uac-changes", "201", Map.of(), talk)) {
            KeptRecording recording = changed(staff, caller, begin, OPUS_TYPE);
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(caller, begin));
            assertOpusWasTold(recording);

            PlayedBack played = PlayedBack.of(site, recording);
            assertThat(played.rateHz()).isEqualTo(48_000);
            played.hasEveryRunInItsPlace(Leg.OUTSIDE, recording.outside());
            // Back in PCMU this telephone goes on at the rate of Opus, 1920 octets in 20 ms: kept, but no sound.
            List<Rtp> staffSaid = recording.inside();
            int back = staffSaid.indexOf(ofType(staffSaid, OPUS_TYPE).getLast()) + 1;
            played.hasEveryRunInItsPlace(Leg.INSIDE, staffSaid.subList(0, back));
            assertHeardInOpus(recording, played, citizenSpeech, staffSpeech);
        }
    }

    /// The blanks of a caller in PCMU who changes to another format, and back.
    private Map<String, String> changing(int type, String format, String second) throws Exception {
        return Map.of(
                "NOTICE_MILLIS", "10000",
                "TALK_MILLIS", Integer.toString(TALK_MILLIS),
                "TYPE", Integer.toString(type),
                "FORMAT", format,
                "FIRST", said(0, 0),
                "SECOND", second,
                "THIRD", said(0, 2));
    }

    /// The recording of such a call, which is whole and has all three parts of both parties.
    private KeptRecording changed(Baresip staff, Sipp caller, Instant begin, int type) throws Exception {
        staff.accept();
        staff.awaitEstablished();
        assertThat(caller.succeeded()).isTrue();
        staff.awaitClosed();
        site.awaitNoCall();
        KeptRecording recording = site.recordings().getLast();
        assertThat(recording.captureStartedAt()).isAfter(begin);
        assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
        assertThat(codecs(recording.outside())).containsExactly(0, type, 0);
        assertThat(codecs(recording.inside())).containsExactly(0, type, 0);
        return recording;
    }

    /// Known sounds, not only what the packets decode to.
    private static void assertHeardInOpus(
            KeptRecording recording, PlayedBack played, short[] citizenSpeech, short[] staffSpeech) {
        List<Rtp> said = ofType(recording.outside(), OPUS_TYPE);
        short[] citizenHeard = played.heard(
                Leg.OUTSIDE,
                said.getFirst().epochNanos() - 200_000_000,
                said.getLast().epochNanos() + 200_000_000);
        assertThat(Correlation.of(citizenSpeech, citizenHeard).value())
                .as("what the citizen said in Opus")
                .isGreaterThan(0.9);
        long middle = said.getFirst().epochNanos() + 1_000_000_000;
        short[] twice = Arrays.copyOf(staffSpeech, 2 * staffSpeech.length);
        System.arraycopy(staffSpeech, 0, twice, staffSpeech.length, staffSpeech.length);
        assertThat(Correlation.of(played.heard(Leg.INSIDE, middle, middle + 1_500_000_000), twice)
                        .value())
                .as("a part of what the staff say over and over")
                .isGreaterThan(0.9);
    }

    private static void assertOpusWasTold(KeptRecording recording) {
        assertThat(recording.opening().path("formats").toString())
                .contains("PCMU")
                .doesNotContain("OPUS");
        for (Leg leg : Leg.values()) {
            List<Rtp> kept = leg == Leg.INSIDE ? recording.inside() : recording.outside();
            long firstNanos = ofType(kept, OPUS_TYPE).getFirst().epochNanos();
            assertThat(recording.told().stream().filter(told -> told.leg() == leg))
                    .as("formats told of %s", leg)
                    .isNotEmpty()
                    .allSatisfy(told -> {
                        assertThat(told.formats().toString()).contains("OPUS", "111", "48000");
                        assertThat(told.epochNanos()).isCloseTo(firstNanos, within(1_000_000_000L));
                    });
        }
    }

    /// The telephone's own microphone may rest, since it meant to hold.
    @Test
    void aRefusedChangeLeavesTheMediaAsTheyWere() throws Exception {
        Instant begin = Instant.now();
        Map<String, String> talk =
                Map.of("STATUS", "488", "PAUSE_MILLIS", "500", "CAPTURE", said(0, 4), "AFTER", said(0, 5));
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Sipp callee = site.trunk("uas-refuses-change", Map.of(), talk)) {
            staff.dial(site.uri("0990123"));
            staff.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            Instant recorded = Instant.now();
            await("something of it is kept")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.saidBy(staff, recorded).size() > 25);
            staff.hold();
            callee.awaitSaid();
            Instant speaks = Instant.now();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> site.saidBy(callee, speaks).size() > PACKETS / 2);
            staff.hangUp();
            assertThat(callee.succeeded()).isTrue();
            site.awaitNoCall();

            assertThat(site.signalling(begin)).contains("SIP/2.0 488");
            KeptRecording recording = site.recordings().getLast();
            assertThat(recording.captureStartedAt()).isAfter(begin);
            List<Rtp> said = site.saidBy(callee, begin);
            List<Rtp> heard = site.heardBy(staff, begin);
            // what was on its way when the telephone hung up had nowhere to go any more
            assertThat(heard.size()).as("what the telephone heard").isBetween(said.size() - 3, said.size());
            assertThat(heard.stream().map(Rtp::sequence))
                    .containsExactlyElementsOf(said.subList(0, heard.size()).stream()
                            .map(Rtp::sequence)
                            .toList());
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), said);
        }
    }

    @Test
    void aCallWhoseByeIsLostIsClosedWhenItsMediaHaveBeenSilent() throws Exception {
        Instant begin = Instant.now();
        try (Baresip staff = site.insideTelephone("202", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000002", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("202"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            bothSpeak(staff, citizen);
            staff.vanish();
            citizen.vanish();
            Instant vanished = Instant.now();
            assertThat(site.api().stage()).isEqualTo("RECORDED");
            site.awaitNoCall();
            assertThat(Instant.now()).isAfter(vanished.plus(SILENT_AFTER).minusSeconds(1));

            KeptRecording recording = site.recordings().getLast();
            assertThat(recording.captureStartedAt()).isAfter(begin);
            assertThat(recording.manifest().path("end").asString("")).isEqualTo("media-silent");
            assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
            assertThat(site.api().metric("koegura_rtp_ports", "state=\"used\"")).isZero();
        }
    }

    private double notices() throws Exception {
        return site.api().metric("koegura_notices_total");
    }

    private String said(int payloadType, int part) throws Exception {
        var first = new MadeCapture.First(part * PACKETS, part * TALK_MILLIS * 8);
        return MadeCapture.write(home.resolve(part + ".pcap"), payloadType, 160, first, PACKETS, part)
                .toString();
    }

    private String saidInOpus(short[] narrowband, int part) throws Exception {
        short[] sound = Resampler.convert(narrowband, 8_000, 48_000);
        List<byte[]> payloads = new ArrayList<>();
        try (PayloadEncoder encoder = Codec.OPUS.encoder()) {
            for (int from = 0; from + 960 <= sound.length; from += 960) {
                payloads.add(encoder.encode(sound, from, from + 960));
            }
        }
        var first = new MadeCapture.First(part * PACKETS, part * TALK_MILLIS * 48);
        return MadeCapture.write(home.resolve("opus.pcap"), OPUS_TYPE, payloads, first, 960)
                .toString();
    }

    private static List<Rtp> ofType(List<Rtp> packets, int payloadType) {
        return packets.stream()
                .filter(packet -> packet.payloadType() == payloadType)
                .toList();
    }

    private void bothSpeak(Baresip staff, Baresip citizen) {
        Instant since = Instant.now();
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(citizen, since).size() > 120
                        && site.saidBy(staff, since).size() > 120);
    }

    /// Until nobody has sent RTP for longer than a call that is not on hold may stay silent.
    private void awaitQuiet(Instant since) {
        await("the hold is long")
                .atMost(HELD.plusSeconds(12))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    List<Rtp> all = site.rtp(since, datagram -> true);
                    long last = all.isEmpty()
                            ? KeptRecording.epochNanos(since)
                            : all.getLast().epochNanos();
                    return KeptRecording.epochNanos(Instant.now()) - last > HELD.toNanos();
                });
    }

    /// What the session descriptions since then say of direction, on every hop.
    private Set<String> directions(Instant since) throws Exception {
        return DIRECTION
                .matcher(site.signalling(since))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
    }

    /// Payload types in the order in which they came.
    private static List<Integer> codecs(List<Rtp> packets) {
        List<Integer> changes = new ArrayList<>();
        for (Rtp packet : packets) {
            if (changes.isEmpty() || changes.getLast() != packet.payloadType()) {
                changes.add(packet.payloadType());
            }
        }
        return changes;
    }
}
