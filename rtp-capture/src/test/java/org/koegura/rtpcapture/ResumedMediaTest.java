package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.net.DatagramSocket;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.audio.Codec;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;

/// A room takes up the media of another: same ports, same sources, same numbers (trap 27).
class ResumedMediaTest extends TwoRooms {

    @Test
    void bothPartiesSpeakOnOverTheSamePortsAndAllOfItIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = afterBothSpoke(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                session.startCapture(new RecordingId("0e".repeat(16)), call.facts, new CaptureBasis.Announced(proof()));
                byte[] fromInside = inside(20);
                byte[] fromOutside = outside(20);
                await().atMost(PATIENCE).until(() -> sink.opening != null);
                call.inside.say(fromInside);
                call.outside.say(fromOutside);
                call.outside.awaitHeard(2);
                call.inside.awaitHeard(2);
                assertThat(call.outside.heard.getLast()).isEqualTo(fromInside);
                assertThat(call.inside.heard.getLast()).isEqualTo(fromOutside);
                session.close(EndReason.HANGUP_INSIDE);
                assertThat(told.awaitClosed().accounts())
                        .allSatisfy(account -> assertThat(account.recorded()).isEqualTo(1));
                assertThat(Objects.requireNonNull(sink.opening).answeredAt()).isEqualTo(Instant.EPOCH);
            }
        }
    }

    /// People speak in it: the house may still be opening.
    @Test
    void itIsRelayedByWhatWasAgreedBeforeAnybodyControlsItAndNothingIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = afterBothSpoke(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                room.takeUp(List.of(left(call, had)));
                byte[] fromInside = inside(20);
                byte[] fromOutside = outside(20);
                call.inside.say(fromInside);
                call.outside.say(fromOutside);
                call.outside.awaitHeard(2);
                call.inside.awaitHeard(2);
                assertThat(call.outside.heard.getLast()).isEqualTo(fromInside);
                assertThat(call.inside.heard.getLast()).isEqualTo(fromOutside);

                MediaSession session = resume(room, call, had);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(told.last.get("checkpoint"))
                                .as("where it is by now")
                                .isNotNull());
                assertThat(told.movedBy)
                        .as("who told it: of two threads one could overtake the other with an older word")
                        .allMatch(thread -> thread.startsWith("media-"));
                capture(session, call);
                call.inside.say(inside(21));
                call.outside.awaitHeard(3);
                session.close(EndReason.HANGUP_INSIDE);
                assertThat(told.awaitClosed().accounts())
                        .filteredOn(account -> account.leg() == Leg.INSIDE)
                        .allSatisfy(account -> assertThat(account.recorded()).isEqualTo(1))
                        .hasSize(1);
            }
        }
    }

    @Test
    void aFaxThatIsHeardBeforeAnybodyControlsItIsToldToWhoeverDoes() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = afterBothSpoke(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                room.takeUp(List.of(left(call, had)));
                int number = 2;
                for (byte[] payload : FaxSounds.answering(Codec.PCMU)) {
                    call.outside.say(Packets.rtp(0, number, 160 * number, OUTSIDE_SSRC, payload));
                    call.inside.awaitHeard(number);
                    number++;
                }
                assertThat(told.events).isEmpty();
                resume(room, call, had).close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
                assertThat(told.events).containsOnlyOnce("faxHeard");
            }
        }
    }

    @Test
    void aCallThatLacksAPortIsLeftOutAndTakesNothingFromTheOthers() throws Exception {
        try (LoopbackCall one = new LoopbackCall().connected();
                LoopbackCall other = new LoopbackCall().connected()) {
            other.inside.say(inside(1));
            other.outside.say(outside(1));
            other.inside.awaitHeard(1);
            other.outside.awaitHeard(1);
            CallCheckpoint.Media had = checkpointWithBothSources(other);
            one.inside.say(inside(1));
            one.outside.say(outside(1));
            one.inside.awaitHeard(1);
            CallCheckpoint.Media stillUp = checkpointWithBothSources(one);
            other.room.close();
            try (RtpCapture room = next(other)) {
                room.takeUp(List.of(left(one, stillUp), left(other, had)));
                other.inside.say(inside(20));
                other.outside.awaitHeard(2);
                assertThatExceptionOfType(NoFreePort.class).isThrownBy(() -> resume(room, one, stillUp));
            }
        }
    }

    @Test
    void nobodyElseIsLearntAfterwards() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                DatagramSocket stranger = LoopbackCall.Telephone.socket()) {
            call.inside.say(inside(1));
            call.outside.say(outside(1));
            call.inside.awaitHeard(1);
            CallCheckpoint.Media had = checkpointWithBothSources(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                CallCheckpoint.Line line = had.lines().getFirst();
                LoopbackCall.Telephone.send(stranger, outside(2), line.outside().rtp());
                byte[] own = call.outside.say(outside(3));
                call.inside.awaitHeard(2);
                assertThat(call.inside.heard).hasSize(2).last().isEqualTo(own);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    /// The outside party's telephone sees the inside party's next packet where it would have seen it without the
    /// death.
    @Test
    void afterANoticeTheStreamGoesOnInItsNumbers() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.outside.say(outside(1));
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitHeard();
            call.inside.say(inside(65_530));
            call.inside.say(inside(65_531));
            call.outside.awaitHeard(27);
            Packets.Seen before = Packets.Seen.of(call.outside.heard.getLast());
            await().atMost(PATIENCE)
                    .until(() -> checkpoint(call).stream() != null
                            && Objects.requireNonNull(checkpoint(call).stream()).inside() != null);
            CallCheckpoint.Media had = checkpoint(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                call.inside.say(inside(65_541)); // ten were lost meanwhile, and the numbers wrapped
                call.outside.awaitHeard(28);
                Packets.Seen after = Packets.Seen.of(call.outside.heard.getLast());
                assertThat(after.ssrc()).isEqualTo(before.ssrc());
                assertThat((after.sequence() - before.sequence()) & 0xFFFF).isEqualTo(10);
                assertThat(after.timestamp() - before.timestamp()).isEqualTo(1600);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    /// It died within the notice: what it had sent is not known exactly, and no number may come twice.
    @Test
    void aNoticeThatIsPlayedAgainUsesNoNumberASecondTime() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.inside.say(inside(100));
            call.outside.awaitHeard(1);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.outside.awaitHeard(10);
            CallCheckpoint.Media had = checkpoint(call);
            assertThat(had.stream()).isNotNull();
            call.room.close();
            int last = Packets.Seen.of(call.outside.heard.getLast()).sequence();
            int heard = call.outside.heard.size();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                session.playNotice(PROMPT);
                told.awaitHeard();
                List<Packets.Seen> again = call.outside.heard.subList(heard, heard + 25).stream()
                        .map(Packets.Seen::of)
                        .toList();
                assertThat(again).extracting(Packets.Seen::ssrc).containsOnly(INSIDE_SSRC);
                assertThat(again.getFirst().sequence()).isGreaterThan(last);
                assertThat(again.getFirst().sequence() - last).isLessThan(3000); // RFC 3550 A.1: no new stream
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    @Test
    void wherePortsAreTakenNothingStaysBound() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = checkpoint(call);
            try (RtpCapture room = next(call)) { // while the first still has them
                assertThatExceptionOfType(NoFreePort.class).isThrownBy(() -> resume(room, call, had));
                await().atMost(PATIENCE)
                        .until(() -> room.plane().freePorts() == 40); // the loop closes what was refused
            }
        }
    }
}
