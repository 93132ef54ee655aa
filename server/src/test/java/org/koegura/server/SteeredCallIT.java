package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Bcg729;
import org.koegura.server.peer.ChildProcess;
import org.koegura.server.peer.Sipp;
import tools.jackson.databind.JsonNode;

/// What becomes of G.729, which has no encoder here (N1, N4): calls are steered to a codec that has a notice,
/// or are told in it by a file that somebody else encoded. That those of neither kind go on unrecorded is in
/// [UnrecordedCallIT].
class SteeredCallIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int G729 = 18;
    private static final int PCMU = 0;

    /// Of 8000 a second: 400 ms.
    private static final int LEAD_SAMPLES = 3_200;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void aCallThatPrefersItIsSteeredToACodecWithANotice() throws Exception {
        try (Site site = Site.start(folder.resolve("site"))) {
            Instant begin = Instant.now();
            String answered = talk(PCMU, 160, 5);
            String said = talk(PCMU, 160, 6);
            try (Sipp callee = site.trunk("uas-first", Map.of(), Map.of("CAPTURE", answered));
                    Sipp caller = caller(site, "18 0 8", said)) {
                assertThat(caller.succeeded()).isTrue();
                assertThat(callee.succeeded()).isTrue();
                site.awaitNoCall();
                assertThat(site.signalling(begin)).contains(" RTP/AVP 18 0 8\r\n", " RTP/AVP 0 8 18\r\n");
                KeptRecording recording = only(site.recordings());
                JudgedCall.announcedAndKept(
                        recording, JudgedCall.Wire.of(site, caller, callee, begin), Talk.ofTelephones(Codec.PCMU));
            }
        }
    }

    @Test
    void aFileThatWasEncodedElsewhereIsTheNoticeInItAndTheCallIsKept() throws Exception {
        byte[] encoded = takeIn();
        try (Site site = Site.start(
                folder.resolve("site"),
                Site.Standing.USUAL,
                "--prompts",
                folder.resolve("prompts").toString(),
                "--prompt",
                "city-1")) {
            Instant begin = Instant.now();
            String answered = talk(G729, 20, 5);
            String said = talk(G729, 20, 6);
            try (Sipp callee = site.trunk("uas-first", Map.of(), Map.of("CAPTURE", answered));
                    Sipp caller = caller(site, "18 0 8", said)) {
                assertThat(caller.succeeded()).isTrue();
                assertThat(callee.succeeded()).isTrue();
                site.awaitNoCall();
                assertThat(site.signalling(begin)).doesNotContain(" RTP/AVP 0 8 18\r\n");
                KeptRecording recording = only(site.recordings());
                JsonNode basis = recording.manifest().path("basis");
                assertThat(basis.path("format").path("encodingName").asString(""))
                        .isEqualTo("G729");
                assertThat(basis.path("prompt").path("id").asString("")).isEqualTo("city-1");
                assertThat(basis.path("prompt").path("encodedSha256").asString(""))
                        .isEqualTo(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(encoded)));
                assertThat(sentAsNotice(basis, site.heardBy(callee, begin))).isEqualTo(encoded);
                JudgedCall.keptWhole(recording, site.saidBy(caller, begin), site.saidBy(callee, begin));
            }
        }
    }

    /// What the packets carried that the recording names, none missing, 20 ms each but the last.
    private static byte[] sentAsNotice(JsonNode basis, List<Rtp> heard) {
        int first = basis.path("firstSequence").asInt(-1);
        int packets = basis.path("packets").asInt(-1);
        List<Rtp> notice = heard.stream()
                .filter(packet -> (packet.sequence() - first & 0xFFFF) < packets)
                .toList();
        assertThat(notice).hasSize(packets).allMatch(packet -> packet.payloadType() == G729);
        assertThat(notice.subList(0, packets - 1)).allMatch(packet -> packet.payload().length == 20);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        notice.forEach(packet -> sent.writeBytes(packet.payload()));
        return sent.toByteArray();
    }

    /// A city's studio has the notice as a wave and in G.729.
    private byte[] takeIn() throws Exception {
        short[] words = Speech.spoken("staff-1");
        short[] sound = new short[LEAD_SAMPLES + words.length];
        System.arraycopy(words, 0, sound, LEAD_SAMPLES, words.length);
        Path wav = Speech.repeated(folder.resolve("studio.wav"), sound, 0);
        byte[] encoded = Bcg729.encode(sound);
        Path g729 = Files.write(folder.resolve("studio.g729"), encoded);
        List<String> options = new ArrayList<>(List.of("add", wav.toString(), "--encoded", "g729=" + g729));
        options.addAll(List.of("--folder", folder.resolve("prompts").toString(), "--id", "city-1"));
        options.addAll(List.of("--language", "ja", "--text", "city notice"));
        try (ChildProcess added = ProductProcess.start("prompt", options)) {
            assertThat(added.awaitExit(PATIENCE)).as(added.err().toString()).isZero();
        }
        try (ChildProcess listed = ProductProcess.start(
                "prompt", List.of("list", "--folder", folder.resolve("prompts").toString()))) {
            assertThat(listed.awaitExit(PATIENCE)).isZero();
            assertThat(listed.out()).singleElement().asString().endsWith("city notice (encoded: g729)");
        }
        return encoded;
    }

    /// Each party says something else: what one of them said is not taken for what the other did.
    private String talk(int payloadType, int payloadBytes, int seed) throws Exception {
        Path file = folder.resolve("talk-" + seed + ".pcap");
        return MadeCapture.write(file, payloadType, payloadBytes, 600, seed).toString();
    }

    private static Sipp caller(Site site, String formats, String talk) throws Exception {
        return site.insideCaller(
                "uac-offers",
                "0990123",
                Map.of("caller", "203", "formats", formats),
                Map.of("CAPTURE", talk, "TALK_MILLIS", "12500"));
    }

    private static KeptRecording only(List<KeptRecording> recordings) {
        assertThat(recordings).hasSize(1);
        return recordings.getFirst();
    }
}
