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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    private final Random random = new Random(9);
    private final List<byte[]> insideSaid = new ArrayList<>();
    private final List<byte[]> outsideSaid = new ArrayList<>();

    @Test
    void aPausedRecordingHoldsNothingOfThePauseDeclaresItAndIsVerified(@TempDir Path data) throws Exception {
        MediaReport report;
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), 1, 1);
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            RoomCall call = room.call();
            call.connect(inside, outside);
            call.captureExempted();
            room.settle();
            bothSay(inside, outside, 10);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            room.settle();
            bothSay(inside, outside, 20);
            call.session.resumeCapture();
            room.settle();
            bothSay(inside, outside, 5);
            report = call.hangUp();
            assertThat(hex(outside.heard())).isEqualTo(hex(insideSaid));
            assertThat(hex(inside.heard())).isEqualTo(hex(outsideSaid));
        }

        for (StreamAccount account : report.accounts()) {
            assertThat(account.received()).isEqualTo(35);
            assertThat(account.recorded()).isEqualTo(15);
            assertThat(account.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 20L);
        }
        KeptRecording recording = KeptRecording.allIn(data).getFirst();
        assertThat(kept(recording.inside())).isEqualTo(hex(spared(insideSaid)));
        assertThat(kept(recording.outside())).isEqualTo(hex(spared(outsideSaid)));
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
                .isEqualTo(20);
        assertThat(recording.manifest().path("outcome").stringValue()).isEqualTo("complete");
        assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(1)))
                .isZero();
    }

    /// What was not said in the pause.
    private static List<byte[]> spared(List<byte[]> said) {
        List<byte[]> rest = new ArrayList<>(said.subList(0, 10));
        rest.addAll(said.subList(30, 35));
        return rest;
    }

    private void bothSay(Telephone inside, Telephone outside, int packets) {
        for (int i = 0; i < packets; i++) {
            insideSaid.add(packet(insideSaid.size(), 1));
            inside.say(insideSaid.getLast());
            outsideSaid.add(packet(outsideSaid.size(), 2));
            outside.say(outsideSaid.getLast());
            await().atMost(PATIENCE)
                    .until(() ->
                            inside.heardCount() == outsideSaid.size() && outside.heardCount() == insideSaid.size());
        }
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
