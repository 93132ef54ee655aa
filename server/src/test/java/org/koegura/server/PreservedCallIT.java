package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// Staff preserve a call by a code, in it and after it (F1, H2), on real telephones and in a ring that
/// holds a call or two: what they preserved stays while its neighbour goes, also when the product was
/// killed.
class PreservedCallIT {

    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration BETWEEN_KEYS = Duration.ofMillis(180);

    private static final String LINES = """
            lines:
              - {number: 201, section: tax, site: main-hall, codes: all}
            """;

    @Test
    void whatWasPreservedInTheCallAndAfterItStaysWhileItsNeighbourIsOverwritten(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), LINES);
        try (Site site = Site.start(folder.resolve("site"), 80, "--ring-size", "300000", "--config", file.toString());
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            KeptRecording pressed;
            KeptRecording neighbour;
            try (Baresip staff = staff(site)) {
                call(site, citizen, staff, "*521");
                pressed = site.recordings().getLast();
                call(site, citizen, staff, "");
                neighbour = other(site, pressed);
            }
            String password = site.product().operatorPassword();
            site.product().process().signal("KILL");
            site.product().process().awaitExit(WAIT);
            site.restart(password);

            try (Baresip staff = staff(site)) { // registered through the new process
                for (int calls = 1; Files.exists(neighbour.folder()); calls++) {
                    assertThat(calls).as("calls until the neighbour goes").isLessThan(6);
                    call(site, citizen, staff, "");
                }
                isPreserved(site, pressed);
                assertThat(site.api().recording(neighbour.id()).statusCode()).isEqualTo(410);

                KeptRecording last = other(site, pressed);
                assertThat(site.api().recording(last.id()).body()).contains("\"preserved\":[]");
                staff.dial(site.uri("*521"));
                staff.awaitEstablished();
                staff.awaitClosed();
                isPreserved(site, last);
                assertThat(site.api().metric("koegura_telephone_codes_total", "preserve", "\"preserved\""))
                        .isEqualTo(1);
            }
            String journal = Files.readString(site.data().resolve("journal/journal.jsonl"));
            assertThat(journal.lines().filter(line -> line.contains("\"act\":\"recording.preserve\"")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("\"actor\":\"extension:201\""));
        }
    }

    private static Baresip staff(Site site) throws Exception {
        return site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
    }

    private static void isPreserved(Site site, KeptRecording recording) throws Exception {
        assertThat(recording.folder()).isDirectory();
        assertThat(ProductProcess.verify(recording.folder())).isZero();
        assertThat(site.api().recording(recording.id()).body())
                .contains("\"author\":\"extension:201\"", "\"channel\":\"TELEPHONE\"");
    }

    /// The newest recording but for that one.
    private static KeptRecording other(Site site, KeptRecording one) throws Exception {
        return site.recordings().stream()
                .filter(recording -> !recording.id().equals(one.id()))
                .max(Comparator.comparing(KeptRecording::captureStartedAt))
                .orElseThrow();
    }

    /// A call of some seconds that is recorded after its notice.
    ///
    /// @param keys pressed by staff once it is
    private static void call(Site site, Baresip citizen, Baresip staff, String keys) throws Exception {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", WAIT);
        Instant recorded = Instant.now();
        for (int i = 0; i < keys.length(); i++) {
            staff.press(keys.charAt(i));
            rest();
        }
        await().atMost(WAIT).until(() -> site.saidBy(citizen, recorded).size() > 100);
        if (!keys.isEmpty()) {
            await().atMost(WAIT)
                    .until(() -> site.api().metric("koegura_telephone_pressed_total", "preserve", "\"done\"") == 1);
        }
        citizen.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
    }

    private static void rest() {
        long untilNanos = System.nanoTime() + BETWEEN_KEYS.toNanos();
        for (long left = 1; left > 0; left = untilNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
