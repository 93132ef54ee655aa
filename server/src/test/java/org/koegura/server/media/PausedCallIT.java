package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import tools.jackson.databind.JsonNode;

/// Capture is paused while the number of a card is said (R9): the sealed recording has none of it, declares the time,
/// and holds before the verifier.
class PausedCallIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int PACKETS = 20;

    /// Until then the kernel passes what they say, or it never will.
    private static final int PACKETS_MAX = 500;

    private final Random random = new Random(9);
    private final List<byte[]> insideSaid = new ArrayList<>();
    private final List<byte[]> outsideSaid = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void aPausedRecordingHoldsNothingOfThePauseDeclaresItAndIsVerified(PassedBy by, @TempDir Path data)
            throws Exception {
        MediaReport report;
        int from;
        int to;
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), 1, 1, by);
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            RoomCall call = room.call();
            call.connect(inside, outside);
            call.captureExempted();
            room.settle();
            talk(room, by, inside, outside);
            from = insideSaid.size();
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            room.settle();
            talk(room, by, inside, outside);
            to = insideSaid.size();
            call.session.resumeCapture();
            room.settle();
            talk(room, by, inside, outside);
            report = call.hangUp();
            assertThat(hex(outside.heard())).isEqualTo(hex(insideSaid));
            assertThat(hex(inside.heard())).isEqualTo(hex(outsideSaid));
        }

        for (StreamAccount account : report.accounts()) {
            assertThat(account.received()).isEqualTo(insideSaid.size());
            assertThat(account.recorded()).isEqualTo(insideSaid.size() - to + from);
            assertThat(account.withheld())
                    .containsOnlyKeys(Withheld.PAUSE)
                    .containsEntry(Withheld.PAUSE, (long) to - from);
        }
        KeptRecording recording = KeptRecording.allIn(data).getFirst();
        assertThat(kept(recording.inside())).isEqualTo(hex(spared(insideSaid, from, to)));
        assertThat(kept(recording.outside())).isEqualTo(hex(spared(outsideSaid, from, to)));
        JsonNode spans = recording.manifest().path("spans");
        assertThat(spans.size()).isEqualTo(1);
        assertThat(spans.path(0).path("reason").stringValue()).isEqualTo("pause");
        assertThat(Instant.parse(spans.path(0).path("from").stringValue()))
                .isBefore(Instant.parse(spans.path(0).path("to").stringValue()));
        assertThat(recording
                        .manifest()
                        .path("streams")
                        .path(0)
                        .path("withheld")
                        .path("pause")
                        .longValue())
                .isEqualTo(to - from);
        assertThat(recording.manifest().path("outcome").stringValue()).isEqualTo("complete");
        assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(1)))
                .isZero();
    }

    /// What was not said in the pause.
    private static List<byte[]> spared(List<byte[]> said, int from, int to) {
        List<byte[]> rest = new ArrayList<>(said.subList(0, from));
        rest.addAll(said.subList(to, said.size()));
        return rest;
    }

    /// Each command takes back what the kernel passed: they talk on until it does so again, if it is to.
    private void talk(MediaRoom room, PassedBy by, Telephone inside, Telephone outside) {
        double before = Math.max(room.passedByKernel(Leg.INSIDE), room.passedByKernel(Leg.OUTSIDE));
        for (int i = 0; i < PACKETS_MAX; i++) {
            bothSay(inside, outside);
            boolean passed = room.passedByKernel(Leg.INSIDE) > before && room.passedByKernel(Leg.OUTSIDE) > before;
            if (i >= PACKETS && (passed || by == PassedBy.SOCKETS)) {
                break;
            }
        }
        room.passedAsItShould(before + 1);
    }

    private void bothSay(Telephone inside, Telephone outside) {
        insideSaid.add(packet(insideSaid.size(), 1));
        inside.say(insideSaid.getLast());
        outsideSaid.add(packet(outsideSaid.size(), 2));
        outside.say(outsideSaid.getLast());
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> inside.heardCount() == outsideSaid.size() && outside.heardCount() == insideSaid.size());
    }

    private byte[] packet(int number, int ssrc) {
        return SpokenPacket.rtp(0, number, 160 * number, ssrc, random, 160);
    }

    private static List<String> kept(List<Rtp> packets) {
        return hex(packets.stream().map(packet -> packet.datagram().payload()).toList());
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }
}
