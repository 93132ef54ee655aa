package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.evidence.StandingFiles;
import org.koegura.server.peer.Baresip;

/// The speech is nowhere on disk in the clear, neither while the call is up nor afterwards.
class SecrecyIT {

    /// So many neighbouring bytes of noise do not turn up by chance.
    private static final int NEEDLE_BYTES = 16;

    @Test
    void thePlainPayloadIsNowhereInTheDataDirectory(@TempDir Path folder) throws Exception {
        Instant begin = Instant.now();
        try (Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.noise(20, 11));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.noise(20, 12));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            Instant recorded = Instant.now();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.saidBy(citizen, recorded).size() > 150);
            Set<Path> during = filesWith(site.data(), site.saidBy(citizen, begin), site.saidBy(staff, begin));
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
            List<Rtp> citizenSaid = site.saidBy(citizen, begin);
            List<Rtp> staffSaid = site.saidBy(staff, begin);
            assertThat(during)
                    .as("files with plain speech while the call was up")
                    .isEmpty();
            assertThat(site.recordings().getLast().outside()).hasSizeGreaterThan(150);
            assertThat(filesWith(site.data(), citizenSaid, staffSaid))
                    .as("files with plain speech")
                    .isEmpty();

            // the control: the same search finds one packet in the middle of a file
            byte[] packet = citizenSaid.get(citizenSaid.size() / 2).payload();
            byte[] file = new byte[10_000];
            System.arraycopy(packet, 0, file, 3_333, packet.length);
            Path planted = Files.write(site.data().resolve("planted"), file);
            assertThat(filesWith(site.data(), citizenSaid, staffSaid)).containsExactly(planted);
        }
    }

    private static Set<Path> filesWith(Path data, List<Rtp> one, List<Rtp> other) throws IOException {
        Set<Integer> needles = new HashSet<>();
        for (List<Rtp> said : List.of(one, other)) {
            for (Rtp packet : said) {
                needles.add(Arrays.hashCode(Arrays.copyOfRange(packet.payload(), 40, 40 + NEEDLE_BYTES)));
            }
        }
        Set<String> exact = new HashSet<>();
        for (List<Rtp> said : List.of(one, other)) {
            for (Rtp packet : said) {
                exact.add(Arrays.toString(Arrays.copyOfRange(packet.payload(), 40, 40 + NEEDLE_BYTES)));
            }
        }
        Set<Path> found = new HashSet<>();
        for (Path file : StandingFiles.under(data)) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at + NEEDLE_BYTES <= bytes.length; at++) {
                byte[] window = Arrays.copyOfRange(bytes, at, at + NEEDLE_BYTES);
                if (needles.contains(Arrays.hashCode(window)) && exact.contains(Arrays.toString(window))) {
                    found.add(file);
                    break;
                }
            }
        }
        return found;
    }
}
