package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.G711;
import org.koegura.callmodel.Leg;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.Sipp;
import tools.jackson.databind.JsonNode;

/// A fax machine on a line that is not listed as one speaks in the audio itself (N11).
class FaxHeardIT {

    private static final int PACKET = 160;
    private static final Map<String, String> KEYS =
            Map.of("pt", "0", "encoding", "PCMU/8000", "ptime", "20", "direction", "sendrecv");

    /// A second of the answer's tone, and 60 ms for the packets against which it lies.
    private static final Duration TELLING = Duration.ofMillis(1_060);

    private static final Duration STOPPING = Duration.ofMillis(300);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void aMachineThatAnswersStopsTheNoticeAndNothingOfTheCallIsKept() throws Exception {
        List<byte[]> answer = joined(silence(60), sine(2_100, 130), silence(60));
        Instant begin = Instant.now();
        try (Site site = Site.start(folder.resolve("site"));
                Sipp callee = site.trunk("uas-talks", KEYS, blanks("callee", answer, silence(20), 4_500));
                Sipp caller = site.insideCaller(
                        "uac-talks", "0990123", KEYS, blanks("caller", noise(1, 240), silence(20), 5_500))) {
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(20));
            assertThat(site.api().calls().getFirst().path("unrecorded").asString(""))
                    .isEqualTo("FAX");
            assertThat(caller.succeeded()).as(caller.errors()).isTrue();
            assertThat(callee.succeeded()).as(callee.errors()).isTrue();
            site.awaitNoCall();

            List<Rtp> said = site.saidBy(callee, begin);
            Set<ByteBuffer> tone = payloads(sine(2_100, 130));
            long toneNanos = said.stream()
                    .filter(packet -> tone.contains(ByteBuffer.wrap(packet.payload())))
                    .mapToLong(Rtp::epochNanos)
                    .min()
                    .orElseThrow();
            Set<ByteBuffer> ofCaller = new HashSet<>();
            site.saidBy(caller, begin).forEach(packet -> ofCaller.add(ByteBuffer.wrap(packet.payload())));
            List<Rtp> notice = site.heardBy(callee, begin).stream()
                    .filter(packet -> !ofCaller.contains(ByteBuffer.wrap(packet.payload())))
                    .toList();
            assertThat(notice).as("the notice until then").hasSizeGreaterThan(50);
            assertThat(Duration.ofNanos(notice.getLast().epochNanos() - toneNanos))
                    .as("from the beginning of the tone to the notice's last packet")
                    .isLessThan(TELLING.plus(STOPPING));
            assertThat(site.heardBy(callee, begin).getLast().epochNanos())
                    .as("the caller is heard again")
                    .isGreaterThan(notice.getLast().epochNanos()
                            + Duration.ofSeconds(1).toNanos());

            assertThat(site.recordings()).isEmpty();
            assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"fax\""))
                    .isEqualTo(1);
            assertThat(site.api().metric("koegura_fax_heard_total", "leg=\"outside\",tone=\"ced\""))
                    .isEqualTo(1);
            assertThat(site.api().metric("koegura_capture_packets_recorded_total", "leg=\"outside\""))
                    .isZero();
            assertThat(site.api().metric("koegura_capture_packets_withheld_total", "leg=\"outside\",reason=\"fax\""))
                    .isGreaterThan(100);
            assertThat(journal(site)).singleElement().asString().contains("\"notice\":\"stopped\"", "\"why\":\"fax\"");
        }
    }

    @Test
    void oneThatIsStartedInTheTalkEndsTheRecordingAndWhatWasKeptStays() throws Exception {
        List<byte[]> talk = noise(2, 100);
        List<byte[]> page = joined(silence(10), sine(1_100, 25), silence(20), noise(4, 150));
        try (Site site = Site.start(folder.resolve("site"));
                Sipp callee = site.trunk("uas-talks", KEYS, blanks("callee", noise(3, 100), noise(5, 250), 10_000));
                Sipp caller = site.insideCaller(
                        "uac-talks", "0990123", KEYS, blanks("caller", silence(50), joined(talk, page), 10_000))) {
            site.awaitStage("RECORDED", Duration.ofSeconds(30));
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(20));
            assertThat(site.api().calls().getFirst().path("unrecorded").asString(""))
                    .isEqualTo("FAX");
            assertThat(caller.succeeded()).as(caller.errors()).isTrue();
            assertThat(callee.succeeded()).as(callee.errors()).isTrue();
            site.awaitNoCall();

            assertThat(site.recordings()).hasSize(1);
            KeptRecording recording = site.recordings().getFirst();
            Set<ByteBuffer> kept = recording.inside().stream()
                    .map(packet -> ByteBuffer.wrap(packet.payload()))
                    .collect(Collectors.toSet());
            assertThat(kept).as("what was said before").containsAll(payloads(talk));
            assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
            for (JsonNode stream : recording.manifest().path("streams")) {
                assertThat(stream.path("withheld").path("fax").asInt(0)).isGreaterThan(50);
            }
            Instant ended = Instant.parse(
                    recording.manifest().path("capture").path("endedAt").asString(""));
            for (Leg leg : Leg.values()) {
                assertThat(leg == Leg.INSIDE ? recording.inside() : recording.outside())
                        .allMatch(packet -> packet.epochNanos() <= KeptRecording.epochNanos(ended));
            }
            assertThat(kept).as("what was said after it").doesNotContainAnyElementsOf(payloads(noise(4, 150)));
            assertThat(ProductProcess.verify(recording.folder())).isZero();
            assertThat(journal(site)).singleElement().asString().contains("\"capture\":\"stopped\"", "\"why\":\"fax\"");
        }
    }

    @Test
    void onALineThatIgnoresThemTheNoticeIsHeardAndTheCallIsRecorded() throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), """
            lines:
              - {number: 0990111, section: tax, site: annex, fax-tones: ignore}
            """);
        List<byte[]> answer = sine(2_100, 130);
        try (Site site = Site.start(folder.resolve("site"), 80, "--config", file.toString());
                Sipp callee = site.trunk("uas-talks", KEYS, blanks("callee", answer, answer, 10_000));
                Sipp caller = site.insideCaller(
                        "uac-talks", "0990123", KEYS, blanks("caller", noise(1, 50), noise(6, 150), 10_000))) {
            site.awaitStage("RECORDED", Duration.ofSeconds(30));
            assertThat(caller.succeeded()).as(caller.errors()).isTrue();
            assertThat(callee.succeeded()).as(callee.errors()).isTrue();
            site.awaitNoCall();

            KeptRecording recording = site.recordings().getFirst();
            assertThat(recording.outside().stream().map(packet -> ByteBuffer.wrap(packet.payload())))
                    .as("the tone is kept as all that is said")
                    .containsAll(payloads(answer));
            assertThat(site.api().metric("koegura_fax_heard_total")).isZero();
        }
    }

    private Map<String, String> blanks(String who, List<byte[]> first, List<byte[]> then, int noticeMillis)
            throws Exception {
        return Map.of(
                "CAPTURE", capture(who + "-first", first, 0),
                "AFTER", capture(who + "-then", then, 1_000),
                "RING_MILLIS", "100",
                "NOTICE_MILLIS", Integer.toString(noticeMillis),
                "TALK_MILLIS", Integer.toString(20 * then.size() + 500));
    }

    private String capture(String name, List<byte[]> payloads, int number) throws Exception {
        var first = new MadeCapture.First(number, PACKET * number);
        return MadeCapture.write(folder.resolve(name + ".pcap"), 0, payloads, first, PACKET)
                .toString();
    }

    private static List<String> journal(Site site) throws Exception {
        return Files.readAllLines(site.data().resolve("journal/journal.jsonl")).stream()
                .filter(line -> line.contains("\"act\":\"call.unrecorded\""))
                .toList();
    }

    private static Set<ByteBuffer> payloads(List<byte[]> payloads) {
        return payloads.stream().map(ByteBuffer::wrap).collect(Collectors.toSet());
    }

    @SafeVarargs
    private static List<byte[]> joined(List<byte[]>... parts) {
        List<byte[]> joined = new ArrayList<>();
        for (List<byte[]> part : parts) {
            joined.addAll(part);
        }
        return joined;
    }

    private static List<byte[]> silence(int packets) {
        byte[] silent = new byte[PACKET];
        Arrays.fill(silent, G711.MU_LAW_SILENCE);
        return Collections.nCopies(packets, silent);
    }

    private static List<byte[]> noise(long seed, int packets) {
        Random random = new Random(seed);
        List<byte[]> noise = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            byte[] payload = new byte[PACKET];
            random.nextBytes(payload);
            noise.add(payload);
        }
        return noise;
    }

    private static List<byte[]> sine(int hz, int packets) {
        short[] sound = new short[packets * PACKET];
        for (int i = 0; i < sound.length; i++) {
            sound[i] = (short) Math.round(7_000 * Math.sin(2 * Math.PI * hz * i / 8_000));
        }
        List<byte[]> payloads = new ArrayList<>();
        for (int at = 0; at < sound.length; at += PACKET) {
            payloads.add(G711.encodeMuLaw(sound, at, at + PACKET));
        }
        return payloads;
    }
}
