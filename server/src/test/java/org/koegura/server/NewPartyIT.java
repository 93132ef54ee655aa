package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;
import tools.jackson.databind.JsonNode;

/// Somebody beyond the trunk hands a recorded call on: only his network's name for him shows it (N2). Whoever has it
/// now
/// hears the notice before anything that he says is kept.
class NewPartyIT {

    private static final int PACKET = 160;

    /// What the notice takes at most, and the second until it begins.
    private static final int NOTICE_MILLIS = 10_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void whoeverTheCallIsHandedOnToIsToldAndTheRecordingGoesOnAfterThat() throws Exception {
        List<byte[]> first = noise(1, 100);
        List<byte[]> during = noise(2, 100);
        List<byte[]> second = noise(3, 100);
        Instant begin = Instant.now();
        try (Site site = Site.start(folder.resolve("site"));
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Sipp caller = site.caller(
                        "uac-handed-on",
                        "201",
                        Map.of("after", "+81398765432"),
                        Map.of(
                                "NOTICE_MILLIS", Integer.toString(NOTICE_MILLIS),
                                "TALK_MILLIS", "2500",
                                "FIRST", capture("first", first, 0),
                                "DURING", capture("during", during, 1_000),
                                "SECOND", capture("second", second, 2_000)))) {
            staff.accept();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            site.awaitStage("NOTICE", Duration.ofSeconds(20));
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            assertThat(caller.succeeded()).as(caller.errors()).isTrue();
            site.awaitNoCall();

            assertThat(site.recordings()).hasSize(1);
            KeptRecording recording = site.recordings().getFirst();
            assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
            assertThat(payloads(recording.outside()))
                    .as("what either of them said, told")
                    .containsAll(wrapped(first))
                    .containsAll(wrapped(second))
                    .doesNotContainAnyElementsOf(wrapped(during));
            JsonNode spans = recording.manifest().path("spans");
            assertThat(spans.size()).as(spans.toString()).isEqualTo(1);
            JsonNode span = spans.get(0);
            assertThat(span.path("reason").asString("")).isEqualTo("new-party");
            assertThat(span.path("basis").path("kind").asString("")).isEqualTo("announced");
            for (Leg leg : Leg.values()) {
                assertThat(leg == Leg.INSIDE ? recording.inside() : recording.outside())
                        .noneMatch(packet ->
                                packet.epochNanos() > nanos(span, "from") && packet.epochNanos() < nanos(span, "to"));
            }
            assertHeard(site.heardBy(caller, begin), recording.manifest().path("basis"));
            assertHeard(site.heardBy(caller, begin), span.path("basis"));
            assertThat(nanos(span.path("basis"), "endedAt")).isLessThan(nanos(span, "to"));
            assertThat(ProductProcess.verify(recording.folder())).isZero();
            assertThat(journal(site)).containsExactly("recording.party.new", "recording.party.told");
            assertThat(site.api().metric("koegura_notices_total", "outcome=\"completed\""))
                    .isEqualTo(2);
            assertThat(site.api().metric("koegura_unnoticed_recordings_total")).isZero();
        }
    }

    /// Every packet of the notice came, in its sequence.
    private static void assertHeard(List<Rtp> heard, JsonNode proof) {
        int first = proof.path("firstSequence").asInt();
        int packets = proof.path("packets").asInt();
        Set<Integer> sequences = heard.stream()
                .filter(packet -> packet.epochNanos() >= nanos(proof, "startedAt") - 50_000_000
                        && packet.epochNanos() <= nanos(proof, "endedAt") + 50_000_000)
                .map(Rtp::sequence)
                .collect(Collectors.toSet());
        for (int i = 0; i < packets; i++) {
            assertThat(sequences).contains((first + i) & 0xFFFF);
        }
        assertThat(packets).isGreaterThan(100);
    }

    private static long nanos(JsonNode node, String name) {
        return KeptRecording.epochNanos(Instant.parse(node.path(name).asString("")));
    }

    private static List<String> journal(Site site) throws Exception {
        return Files.readAllLines(site.data().resolve("journal/journal.jsonl")).stream()
                .filter(line -> line.contains("\"act\":\"recording.party."))
                .map(line -> line.replaceFirst(".*\"act\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    private String capture(String name, List<byte[]> payloads, int number) throws Exception {
        var first = new MadeCapture.First(number, PACKET * number);
        return MadeCapture.write(folder.resolve(name + ".pcap"), 0, payloads, first, PACKET)
                .toString();
    }

    private static Set<ByteBuffer> payloads(List<Rtp> packets) {
        return packets.stream().map(packet -> ByteBuffer.wrap(packet.payload())).collect(Collectors.toSet());
    }

    private static Set<ByteBuffer> wrapped(List<byte[]> payloads) {
        return payloads.stream().map(ByteBuffer::wrap).collect(Collectors.toSet());
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
}
