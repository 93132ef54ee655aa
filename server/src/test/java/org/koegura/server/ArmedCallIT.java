package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// A code that staff dial before a call (F2): we answer it, they hear a tone, and the next call of that telephone is
/// recorded without notice. Nobody outside sees or hears anything of it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArmedCallIT {

    private static final int RATE_HZ = 8_000;
    private static final double TONE_HZ = 440;

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip staff;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip colleague;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip citizen;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path settings = Files.writeString(folder.resolve("koegura.yaml"), """
            lines:
              - {number: 201, section: tax, site: main-hall, codes: all}
              - {number: 202, section: tax, site: main-hall}
            """);
        site = Site.start(folder.resolve("site"), 80, "--config", settings.toString());
        staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
        colleague = site.insideTelephone("202", "pcmu", Speech.spoken("staff-2"));
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void afterACodeTheNextCallIsExemptAndTheOneAfterItIsAnnounced() throws Exception {
        Instant begin = Instant.now();
        dialCode(staff, "*511");
        List<Rtp> heard = site.heardBy(staff, begin);
        short[] sound = Rtp.sound(heard);
        assertThat(shareOf(TONE_HZ, sound)).as("of what staff heard, the tone").isGreaterThan(0.9);
        assertThat(heard).as("two short tones with silence around").hasSizeBetween(35, 60);
        assertThat(site.api().calls()).as("it is no call").isEmpty();

        Instant called = Instant.now();
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(5));
        KeptRecording recording = JudgedCall.ended(site, staff, citizen, called, 9);
        assertThat(Correlation.of(Speech.notice(), Rtp.sound(site.heardBy(citizen, called)))
                        .value())
                .as("the notice in what the outside party received")
                .isLessThan(0.3);
        assertThat(recording.manifest().path("basis").path("kind").asString("")).isEqualTo("exempted");
        assertThat(recording.manifest().path("basis").path("stage").asString(""))
                .isEqualTo("before-call");
        assertThat(recording.manifest().path("basis").path("channel").asString(""))
                .isEqualTo("telephone");
        assertThat(recording.manifest().path("basis").path("author").asString(""))
                .isEqualTo("extension:201");
        JudgedCall.keptWhole(recording, site.saidBy(staff, called), site.saidBy(citizen, called));

        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("NOTICE", Duration.ofSeconds(5));
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();

        assertThat(outsideLeg(begin))
                .as("what went to and fro between us and the registrar, and the citizen")
                .isNotEmpty()
                .noneMatch(text -> text.contains("*511") || text.contains("%2A511"));
        String journal = Files.readString(site.data().resolve("journal/journal.jsonl"));
        assertThat(journal.lines().filter(line -> line.contains("\"actor\":\"extension:201\"")))
                .anyMatch(line -> line.contains("\"act\":\"exemption.armed\""))
                .anyMatch(line -> line.contains("\"act\":\"exemption.in-force\""));
        assertThat(ProductProcess.verify(site.data().resolve("journal/journal.jsonl")))
                .as("the chain holds")
                .isZero();
    }

    @Test
    void whoIsNotEntitledIsRefusedAndTheNextCallIsAnnounced() throws Exception {
        Instant begin = Instant.now();
        colleague.dial(site.uri("*511"));
        assertThat(colleague.awaitClosed()).contains("403");
        assertThat(site.heardBy(colleague, begin)).isEmpty();
        assertThat(outsideLeg(begin)).noneMatch(text -> text.contains("*511"));
        citizen.dial(site.uri("202"));
        colleague.accept();
        citizen.awaitEstablished();
        site.awaitStage("NOTICE", Duration.ofSeconds(5));
        colleague.hangUp();
        citizen.awaitClosed();
        colleague.awaitClosed();
        site.awaitNoCall();
        assertThat(site.api().metric("koegura_telephone_codes_total", "feature=\"exempt-1\",outcome=\"not_entitled\""))
                .isEqualTo(1);
    }

    private void dialCode(Baresip telephone, String code) {
        telephone.dial(site.uri(code));
        telephone.awaitEstablished();
        telephone.awaitClosed();
    }

    /// The signalling that did not come from a telephone inside, and did not go to one.
    private List<String> outsideLeg(Instant since) throws Exception {
        return site.otherThanRtp(since, datagram -> !isOf(staff, datagram) && !isOf(colleague, datagram)).stream()
                .map(datagram -> new String(datagram.payload(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static boolean isOf(Baresip telephone, Datagram datagram) {
        return telephone.hasPort(datagram.source().getPort())
                || telephone.hasPort(datagram.destination().getPort());
    }

    /// How much of a sound's power lies at a frequency, by Goertzel, in blocks of 50 ms.
    private static double shareOf(double hz, short[] sound) {
        double at = 0;
        double all = 0;
        int block = RATE_HZ / 20;
        for (int from = 0; from + block <= sound.length; from += block) {
            double power = 0;
            double real = 0;
            double imaginary = 0;
            for (int i = 0; i < block; i++) {
                double sample = sound[from + i];
                double angle = 2 * Math.PI * hz * i / RATE_HZ;
                power += sample * sample;
                real += sample * Math.cos(angle);
                imaginary += sample * Math.sin(angle);
            }
            at += 2 * (real * real + imaginary * imaginary) / block;
            all += power;
        }
        return at / Math.max(1, all);
    }
}
