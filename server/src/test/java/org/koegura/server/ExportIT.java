package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.WavFile;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.evidence.Wireshark;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.ChildProcess;
import org.koegura.server.peer.Chromium;
import org.koegura.server.peer.Visitor;
import tools.jackson.databind.JsonNode;

/// C1 until there are warrants: the demo's recordings are exported, whole and true to the bit; those of `run` never.
class ExportIT {

    private static final Duration EXIT_WAIT = Duration.ofSeconds(20);
    private static final Pattern CONSOLE = Pattern.compile("Console: (http://[^/]+)/recordings/.*");
    private static final Pattern PAGE = Pattern.compile("Console: (http://[^/]+/recordings/\\S+).*");
    private static final Pattern SIGN_IN = Pattern.compile("Sign in as (\\S+) with the password (\\S+)");
    private static final Pattern SEALED = Pattern.compile(".* sealed +(/.+)/recordings/.*");

    @Test
    void theDemosRecordingOpensInWiresharkAndAsAudioOnTheTrueTimeline(@TempDir Path folder) throws Exception {
        try (ChildProcess demo =
                ProductProcess.start("demo", List.of("--language", "en", "--export", folder.toString()))) {
            demo.awaitLine(line -> line.contains("answered"));
            demo.awaitLine(line -> line.contains("recording    from here on"));
            Path data = Path.of(told(demo, SEALED).group(1));
            demo.awaitLine(line -> line.contains("Ctrl-C"));
            KeptRecording recording = only(KeptRecording.allIn(data));
            Path pcapng = folder.resolve(recording.id() + ".pcapng");
            Path wav = folder.resolve(recording.id() + ".wav");

            wiresharkReadsAllOfIt(new Wireshark(pcapng), recording);
            theAudioIsAsLongAsTheCapture(Files.readAllBytes(wav), recording);

            Matcher signIn = told(demo, SIGN_IN);
            URI console = URI.create(told(demo, CONSOLE).group(1));
            try (ConsoleApi api = ConsoleApi.signIn(console, signIn.group(1), signIn.group(2))) {
                assertThat(api.copy(recording.id(), "pcapng", "fairness").body())
                        .isEqualTo(Files.readAllBytes(pcapng));
                assertThat(api.copy(recording.id(), "wav", "fairness").body()).isEqualTo(Files.readAllBytes(wav));
            }
            URI page = URI.create(told(demo, PAGE).group(1));
            assertThat(savedInABrowser(page, signIn, folder.resolve("saved.wav")))
                    .hasSameBinaryContentAs(wav);
            assertThat(journal(data, "recording.export"))
                    .as("the demo's own two, then ours by the API and by the page")
                    .hasSize(5)
                    .allSatisfy(line -> assertThat(line).contains("\"actor\":\"operator\"", recording.id()));
            demo.signal("INT");
            demo.awaitExit(EXIT_WAIT);
        }
    }

    private static Path savedInABrowser(URI recording, Matcher signIn, Path file) {
        try (Chromium chromium = Chromium.start();
                Visitor visitor = chromium.visitor(recording.resolve("/"))) {
            Page page = visitor.open("/");
            Visitor.signIn(page, signIn.group(1), signIn.group(2));
            page.navigate(recording.getPath());
            page.selectOption("#export-purpose", "fairness");
            page.waitForDownload(() -> page.click("#export button[value=wav]")).saveAs(file);
            assertThat(page.url()).isEqualTo(recording.toString());
            Visitor.photograph(page, "export-ja");
            assertThat(visitor.faults()).as("what the page complained of").isEmpty();
            return file;
        }
    }

    private static void wiresharkReadsAllOfIt(Wireshark wireshark, KeptRecording recording) throws Exception {
        List<List<String>> rtp = wireshark.packets("rtp", "frame.interface_name", "rtp.p_type", "udp.payload");
        for (JsonNode stream : recording.manifest().path("streams")) {
            String leg = stream.path("leg").asString("");
            List<Rtp> kept = leg.equals("inside") ? recording.inside() : recording.outside();
            List<List<String>> read =
                    rtp.stream().filter(packet -> packet.getFirst().equals(leg)).toList();
            assertThat(read)
                    .as("RTP packets of %s", leg)
                    .isNotEmpty()
                    .hasSize(stream.path("recorded").asInt())
                    .allMatch(packet -> packet.get(1).equals("0"));
            assertThat(read.stream().map(packet -> packet.get(2)))
                    .containsExactlyElementsOf(kept.stream()
                            .map(packet ->
                                    HexFormat.of().formatHex(packet.datagram().payload()))
                            .toList());
        }
        assertThat(wireshark.packets("!rtp", "frame.number")).as("not RTP").isEmpty();
        assertThat(wireshark.packets("_ws.malformed || _ws.expert", "frame.number"))
                .as("malformed")
                .isEmpty();
        assertThat(wireshark.expert()).isEmpty();
        assertThat(wireshark.information())
                .anyMatch(line -> line.matches("File type: +pcapng"))
                .anyMatch(line -> line.matches("Number of packets: +" + rtp.size()));
    }

    private static void theAudioIsAsLongAsTheCapture(byte[] wav, KeptRecording recording) throws Exception {
        int rateHz = WavFile.read(new ByteArrayInputStream(wav)).sampleRateHz();
        Duration capture = Duration.between(recording.captureStartedAt(), recording.captureEndedAt());
        assertThat(rateHz).isEqualTo(8000);
        assertThat((double) Speech.channel(wav, 0).length)
                .as("samples of %s", capture)
                .isBetween(capture.toNanos() * 8e-6 - 1, capture.toNanos() * 8e-6 + 1);
    }

    @Test
    void aRecordingOfARealCallIsNeverExported(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder);
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            KeptRecording recording = record(site, staff, citizen);

            for (String form : List.of("pcapng", "wav")) {
                HttpResponse<String> refused = site.api().export(recording.id(), form, "fairness");
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.body()).contains("\"reason\":\"no-warrant\"");
            }

            assertThat(site.api().recording(recording.id()).body()).contains("\"exportable\":false");
            assertThat(recording.manifest().has("demo")).isFalse();
            assertThat(journal(site.data(), "access.denied"))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line)
                            .contains(recording.id(), "\"recording.export\"", "\"reason\":\"no-warrant\""));
            assertThat(journal(site.data(), "recording.export")).isEmpty();
        }
    }

    private static KeptRecording record(Site site, Baresip staff, Baresip citizen) throws Exception {
        Instant begin = Instant.now();
        citizen.dial(site.uri("201"));
        staff.awaitIncoming();
        site.awaitStage("RINGING", Duration.ofSeconds(5));
        String call = site.api().onlyCall().orElseThrow().path("call").asString("");
        assertThat(site.api().exempt(call, 1, "").statusCode()).isEqualTo(200);
        staff.answer();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(5));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> site.saidBy(citizen, begin).size() > 50);
        citizen.hangUp();
        site.awaitNoCall();
        return only(site.recordings());
    }

    private static KeptRecording only(List<KeptRecording> recordings) {
        assertThat(recordings).hasSize(1);
        return recordings.getFirst();
    }

    private static List<String> journal(Path data, String act) throws Exception {
        return Files.readString(data.resolve("journal/journal.jsonl"))
                .lines()
                .filter(line -> line.contains("\"act\":\"" + act + "\""))
                .toList();
    }

    private static Matcher told(ChildProcess process, Pattern pattern) {
        String line = process.awaitLine(said -> pattern.matcher(said).matches());
        Matcher matcher = pattern.matcher(line);
        assertThat(matcher.matches()).isTrue();
        return matcher;
    }
}
