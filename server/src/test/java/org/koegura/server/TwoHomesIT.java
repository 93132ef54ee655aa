package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// A ring that holds a call or two, among real peers: the oldest is overwritten, its twin goes, its tombstone stays.
class TwoHomesIT {

    private static final Duration WAIT = Duration.ofSeconds(20);

    @Test
    void aNewCallOverwritesTheOldestInBothHomesAndTheConsoleSaysSo(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, 80, "--ring-size", "200000");
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            call(site, citizen, staff);
            KeptRecording first = site.recordings().getFirst();
            Path cloud = site.data().resolve("cloud");
            Path twin = cloud.resolve(site.data().relativize(first.folder()));
            Awaitility.await().atMost(WAIT).until(() -> Files.exists(receipt(first)));
            assertThat(twin.resolve("packets.kgr"))
                    .hasSameBinaryContentAs(first.folder().resolve("packets.kgr"));

            while (Files.exists(first.folder())) {
                assertThat(site.recordings()).hasSizeLessThan(4);
                call(site, citizen, staff);
            }

            Path tombstone = site.data().resolve("tombstones").resolve(first.id() + ".json");
            Awaitility.await().atMost(WAIT).until(() -> Files.exists(tombstone));
            assertThat(twin).doesNotExist();
            assertThat(cloud.resolve("keys/recordings/" + first.id() + ".key")).doesNotExist();
            assertThat(Files.readString(tombstone)).contains("overwritten").doesNotContain("0120000001", "sip:");
            assertThat(site.api().recording(first.id()).statusCode()).isEqualTo(410);
            assertThat(site.api().recording(first.id()).body()).contains("overwritten", "上書き");
            assertThat(Files.readString(site.data().resolve("journal/journal.jsonl")))
                    .contains("\"recording.overwrite\"", "\"recording.cloud.delete\"");
            for (KeptRecording rest : site.recordings()) {
                Awaitility.await().atMost(WAIT).until(() -> Files.exists(receipt(rest)));
                assertThat(ProductProcess.verify(rest.folder())).isZero();
                assertThat(site.api().recording(rest.id()).statusCode()).isEqualTo(200);
            }
            Path keys = site.data().resolve("keys");
            List<String> cloudAlone = List.of(
                    cloud.toString(),
                    "--keys",
                    keys.toString(),
                    "--trust",
                    keys.resolve("seal.pub").toString());
            assertThat(ProductProcess.verify(cloudAlone, WAIT)).isZero();
            breakAByte(cloud.resolve(
                    site.data().relativize(site.recordings().getLast().folder())));
            assertThat(ProductProcess.verify(cloudAlone, WAIT)).isNotZero();
        }
    }

    private static void breakAByte(Path recording) throws IOException {
        Path packets = recording.resolve("packets.kgr");
        byte[] bytes = Files.readAllBytes(packets);
        bytes[bytes.length / 2] ^= 1;
        Files.write(packets, bytes);
    }

    private static Path receipt(KeptRecording recording) {
        return recording.folder().resolveSibling(recording.id() + ".cloud.json");
    }

    private static void call(Site site, Baresip citizen, Baresip staff) {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", WAIT);
        Instant recorded = Instant.now();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> site.saidBy(citizen, recorded).size() > 100);
        citizen.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
    }
}
