package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;

/// A room takes up the media of another where a party speaks SRTP: under the same keys, and no index of ours is used
/// twice (trap 28).
class ResumedSrtpTest {

    private static final CryptoSuite SUITE = CryptoSuite.AES_CM_128_HMAC_SHA1_80;
    private static final int WINDOW = SrtpCheckpoint.Window.AUDIO.packets();

    private final Random random = new Random(19);
    private final MemorySink sink = new MemorySink();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Told told = new Told();

    private byte[] packet(int sequence, int ssrc) {
        return Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, ssrc);
    }

    private static CallCheckpoint.Media checkpoint(Told of) {
        return Objects.requireNonNull((CallCheckpoint.Media) of.last.get("checkpoint"));
    }

    private static CallCheckpoint.Media checkpointThatSpeaks(Told of, Leg leg) {
        await().atMost(PATIENCE).until(() -> {
            SrtpCheckpoint used = used(checkpoint(of), leg);
            return spokeAs(used, 1) && !used.heard().isEmpty();
        });
        return checkpoint(of);
    }

    private static boolean spokeAs(SrtpCheckpoint used, int ssrc) {
        return used.sent().stream().anyMatch(source -> source.ssrc() == ssrc && source.packetIndex() >= 0);
    }

    private static SrtpCheckpoint used(CallCheckpoint.Media media, Leg leg) {
        return Objects.requireNonNull(media.lines().getFirst().side(leg).srtp());
    }

    private MediaSession resume(RtpCapture room, LoopbackCall call, CallCheckpoint.Media had) throws Exception {
        MediaSession session = room.plane().resume(new CallId("0d".repeat(16)), Instant.EPOCH, had, told);
        session.audio(0);
        session.agree(0, Leg.INSIDE, call.inside.media(true));
        session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        LoopbackCall.settle(room); // a packet that is read before has nowhere to go
        return session;
    }

    private static List<Integer> numbers(List<byte[]> packets) {
        return packets.stream()
                .map(packet -> ((packet[2] & 0xFF) << 8) | (packet[3] & 0xFF))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aPartyUnderSrtpHearsAndIsHeardOnAndNoIndexComesTwice(CryptoSuite suite) throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, suite, 1);
            call.connected();
            call.inside.say(packet(65_500, 1));
            call.outside.awaitHeard(1);
            outside.say(packet(65_530, 2));
            call.inside.awaitHeard(1);
            CallCheckpoint.Media had = checkpointThatSpeaks(call.told, Leg.OUTSIDE);
            for (int i = 1; i <= 50; i++) { // of which the next room knows nothing
                call.inside.say(packet(65_500 + i, 1));
                call.outside.awaitHeard(1 + i);
            }
            byte[] since = outside.say(packet(65_531, 2));
            call.inside.awaitHeard(2);
            assertThat(outside.heard()).hasSize(51);
            call.room.close();

            try (RtpCapture room = TwoRooms.next(call, sink, metrics)) {
                MediaSession session = resume(room, call, had);
                List<byte[]> plain = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    plain.add(packet(65_500 + 100 + i, 1));
                    call.inside.say(plain.getLast());
                    call.outside.awaitHeard(52 + i);
                }
                List<byte[]> heard = outside.heard(); // each is authentic, and new to the party
                assertThat(heard.stream().map(ResumedSrtpTest::payload))
                        .containsExactlyElementsOf(
                                plain.stream().map(ResumedSrtpTest::payload).toList());
                assertThat(numbers(heard).getFirst()).isEqualTo((65_500 + WINDOW + 1) & 0xFFFF);
                assertThat(numbers(call.outside.heard)).doesNotHaveDuplicates();

                byte[] spoken = packet(65_560, 2); // behind its rollover
                outside.say(spoken);
                call.inside.awaitHeard(3);
                assertThat(call.inside.heard.getLast()).isEqualTo(spoken);
                call.outside.say(since);
                await().atMost(PATIENCE).until(() -> discarded("repeated") == 1);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
                assertThat(call.inside.heard).hasSize(3);
            }
        }
    }

    /// Also where it was sent something since the checkpoint was told.
    @ParameterizedTest
    @EnumSource
    void aPartyToWhomNothingWasSentHearsAsWellAndNoIndexComesTwice(CryptoSuite suite) throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty outside = new SrtpParty(call.outside, suite, 1);
            call.connected();
            await().atMost(PATIENCE).until(() -> call.told.last.get("checkpoint") != null);
            CallCheckpoint.Media had = checkpoint(call.told);
            assertThat(used(had, Leg.OUTSIDE).speaks()).isTrue();
            for (int i = 1; i <= 5; i++) {
                call.inside.say(packet(i, 1));
                call.outside.awaitHeard(i);
            }
            call.room.close();

            try (RtpCapture room = TwoRooms.next(call, sink, metrics)) {
                MediaSession session = resume(room, call, had);
                byte[] spoken = packet(1, 2);
                outside.say(spoken);
                call.inside.awaitHeard(1);
                for (int i = 1; i <= 5; i++) {
                    call.inside.say(packet(i, 1));
                    call.outside.awaitHeard(5 + i);
                }
                List<byte[]> heard = outside.heard(); // each is authentic, and new to the party
                assertThat(heard).hasSize(10);
                assertThat(heard.stream().map(packet -> ByteBuffer.wrap(packet).getInt(8)))
                        .startsWith(1, 1, 1, 1, 1)
                        .endsWith(used(had, Leg.OUTSIDE).sent().getFirst().ssrc());
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    private static String payload(byte[] packet) {
        return new String(packet, 12, packet.length - 12, StandardCharsets.ISO_8859_1);
    }

    private double discarded(String reason) {
        return metrics.get("koegura.rtp.packets.discarded")
                .tags("reason", reason, "leg", "outside")
                .functionCounter()
                .count();
    }

    /// Whoever takes up the checkpoint that is found begins behind what it reserves.
    @Test
    void nothingGoesOutBeyondWhatTheCheckpointReservesThatIsFoundUntilALaterOneIs() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            new SrtpParty(call.outside, SUITE, 1);
            call.connected();
            call.inside.say(packet(1, 1));
            call.outside.awaitHeard(1);
            await().atMost(PATIENCE).until(() -> spokeAs(used(checkpoint(call.told), Leg.OUTSIDE), 1));
            CallCheckpoint.Media first = checkpoint(call.told);
            assertThat(used(first, Leg.OUTSIDE).sent().getFirst().packetIndex()).isEqualTo(1 + WINDOW);
            for (int i = 2; i <= WINDOW + 1; i++) {
                call.inside.say(packet(i, 1));
                call.outside.awaitHeard(i);
            }
            await("a later one is told by and by")
                    .atMost(PATIENCE)
                    .until(() -> !checkpoint(call.told).equals(first));
            call.inside.say(packet(WINDOW + 2, 1));
            await().atMost(PATIENCE)
                    .until(() ->
                            call.counted("koegura.rtp.packets.discarded", "reason", "key_used_up", "leg", "outside")
                                    == 1);

            call.session.checkpointed(checkpoint(call.told));
            call.settle();
            call.inside.say(packet(WINDOW + 3, 1));
            call.outside.awaitHeard(WINDOW + 2);
        }
    }

    /// A re-INVITE that is refused brings the key before back, of which a checkpoint may be found.
    @Test
    void aKeyThatComesBackHasTheReservationThatItHad() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpKeys keys = new SrtpParty(call.outside, SUITE, 1).keys;
            call.connected();
            call.inside.say(packet(1, 1));
            call.outside.awaitHeard(1);
            await().atMost(PATIENCE).until(() -> spokeAs(used(checkpoint(call.told), Leg.OUTSIDE), 1));
            RemoteMedia plain = call.outside.media(true);
            call.outside.keys = new SrtpKeys(SrtpParty.key(SUITE, 91), SrtpParty.key(SUITE, 92));
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
            await().atMost(PATIENCE)
                    .until(() -> used(checkpoint(call.told), Leg.OUTSIDE).keys().equals(call.outside.keys));
            call.session.agree(0, Leg.OUTSIDE, plain);
            await().atMost(PATIENCE)
                    .until(() -> used(checkpoint(call.told), Leg.OUTSIDE).keys().equals(keys));

            assertThat(used(checkpoint(call.told), Leg.OUTSIDE)
                            .sent()
                            .getFirst()
                            .packetIndex())
                    .isEqualTo(1 + WINDOW);
        }
    }
}
