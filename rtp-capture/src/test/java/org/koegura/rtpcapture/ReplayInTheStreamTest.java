package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PCMA;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.callmodel.replay.Replayed;

/// The notice once more in the middle of a recorded call, on real sockets (N13).
class ReplayInTheStreamTest {

    private final TwoParties parties = new TwoParties();

    private static ReplayAnswer asked(MediaSession session) throws Exception {
        CompletableFuture<ReplayAnswer> answer = new CompletableFuture<>();
        session.replayNotice(PROMPT, answer::complete);
        return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Replayed over(LoopbackCall call, int count) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> call.told.replays.size() == count);
        return call.told.replays.getLast();
    }

    private static List<ByteBuffer> payloads(List<byte[]> packets) {
        return packets.stream().map(packet -> Packets.Seen.of(packet).payload()).toList();
    }

    private static List<ByteBuffer> notice(LoopbackCall call) {
        return call.notice.frames().stream().map(ByteBuffer::wrap).toList();
    }

    private static void isOneStream(List<byte[]> heard) {
        List<Packets.Seen> seen = heard.stream().map(Packets.Seen::of).toList();
        assertThat(seen)
                .extracting(Packets.Seen::ssrc)
                .containsOnly(seen.getFirst().ssrc());
        for (int i = 1; i < seen.size(); i++) {
            assertThat((seen.get(i).sequence() - seen.get(i - 1).sequence()) & 0xFFFF)
                    .as("sequence number of packet %s", i)
                    .isEqualTo(1);
        }
    }

    @Test
    void theOutsidePartyHearsItInTheStreamAndAllThatIsSaidMeanwhileIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.acknowledged();
            call.session.playNotice(PROMPT);
            NoticeProof first = call.told.awaitHeard();
            call.captureAnnounced(first);
            call.outside.heard.clear();
            parties.bothSay(call, 3);
            Instant from = Instant.now();
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            parties.fromInside.add(call.inside.say(parties.packet(0, 1))); // nobody hears it
            call.outside.awaitHeard(10);
            parties.outsideSpeaks(call, 2);
            Replayed replayed = over(call, 1);
            int heard = call.outside.heard.size();
            byte[] next = call.inside.say(parties.packet(0, 1));
            parties.fromInside.add(next);
            call.outside.awaitHeard(heard + 1);
            List<StreamAccount> accounts = call.hangUp().accounts();

            assertThat(replayed.end()).isEqualTo(ReplayEnd.COMPLETED);
            NoticeProof sent = Objects.requireNonNull(replayed.sent());
            assertThat(payloads(call.outside.heard).subList(3, 3 + notice(call).size()))
                    .as("all of the prompt")
                    .isEqualTo(notice(call));
            assertThat(payloads(call.outside.heard).getLast())
                    .isEqualTo(Packets.Seen.of(next).payload());
            isOneStream(call.outside.heard);
            assertThat(Packets.Seen.of(call.outside.heard.get(3)).sequence()).isEqualTo(sent.firstSequence());
            assertThat(sent.startedAt()).isAfterOrEqualTo(from.minusMillis(1));
            parties.keptAreAllBut(call, 0, 0);
            assertThat(accounts)
                    .allSatisfy(account -> assertThat(account.lost()).isZero());
            assertThat(call.sink.closed().replays()).containsExactly(replayed);
            assertThat(call.sink.closed().spans()).isEmpty();
            assertThat(call.sink.closed().basis())
                    .as("why it is recorded")
                    .isEqualTo(new CaptureBasis.Announced(first));
        }
    }

    /// A new party at every 20 ms of a replay, of 25 packets, hears all of his notice, and none of it
    /// is the replay's.
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220, 240, 260, 280, 300, 320, 340, 360, 380, 400, 420,
                440, 460, 480, 500, 520
            })
    void aNewPartysNoticeBreaksItOffAndIsHeardWhole(int millis) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.acknowledged();
            call.captureExempted();
            parties.bothSay(call, 1);
            call.outside.heard.clear();
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            call.outside.awaitHeard(Math.min(millis / 20, call.notice.frames().size()));
            call.session.newParty();
            assertThat(asked(call.session)).as("before he was told").isEqualTo(ReplayAnswer.NOT_KEPT);
            Replayed replayed = over(call, 1);
            call.session.playNotice(PROMPT);
            NoticeProof proof = call.told.awaitHeard();
            call.session.captureAgain(new CaptureBasis.Announced(proof));
            call.settle();
            parties.outsideSays(call, 2);
            int spoken = replayed.sent() == null ? 0 : replayed.sent().packets();
            call.hangUp();

            assertThat(proof.packets()).isEqualTo(call.notice.frames().size());
            List<ByteBuffer> all = new ArrayList<>(notice(call).subList(0, spoken));
            all.addAll(notice(call));
            assertThat(payloads(call.outside.heard)).isEqualTo(all);
            isOneStream(call.outside.heard);
            assertThat(call.sink.closed().spans().getFirst().told()).isEqualTo(new CaptureBasis.Announced(proof));
            assertThat(call.told.replays).hasSize(1);
        }
    }

    @Test
    void whileANoticeIsAwaitedOrPlaysAndWhereNothingIsKeptItIsRefused() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.NOT_KEPT);
            call.captureExempted();
            call.session.playNotice(PROMPT); // waits for its cue
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.BUSY);
            call.session.acknowledged();
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.BUSY);
            NoticeProof first = call.told.awaitHeard();
            assertThat(first.packets()).isEqualTo(call.notice.frames().size());
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            assertThat(asked(call.session)).as("a second one").isEqualTo(ReplayAnswer.BUSY);
            call.session.bypass(Unrecorded.OBJECTION);
            assertThat(over(call, 1).end()).isEqualTo(ReplayEnd.NOT_KEPT);
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.NOT_KEPT);
        }
    }

    @Test
    void onHoldAndInACodecWithoutThePromptItIsRefusedAndAHoldBreaksItOff() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 1);
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            call.outside.awaitHeard(5);
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(false));
            assertThat(over(call, 1).end()).isEqualTo(ReplayEnd.ON_HOLD);
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.ON_HOLD);
            call.outside.formats = List.of(PCMA);
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.NO_FRAMES);
            call.session.fax();
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.ON_HOLD);
        }
    }

    @Test
    void aFaxAPauseAndTheEndOfTheCallDoWhatTheyDoElsewhere() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.pauseCapture(Duration.ofMinutes(1));
            call.settle();
            parties.bothSay(call, 2);
            assertThat(asked(call.session)).as("in a pause").isEqualTo(ReplayAnswer.PLAYS);
            assertThat(over(call, 1).end()).isEqualTo(ReplayEnd.COMPLETED);
            parties.outsideSays(call, 1);
            int before = call.outside.heard.size();
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            call.outside.awaitHeard(before + 1);
            call.session.fax();
            assertThat(over(call, 2).end()).isEqualTo(ReplayEnd.NO_AUDIO);
            call.session.audio(0);
            int heard = call.outside.heard.size();
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            call.outside.awaitHeard(heard + 1);
            call.hangUp();
            assertThat(call.told.replays).extracting(Replayed::end).last().isEqualTo(ReplayEnd.CALL_ENDED);
            assertThat(call.told.events).containsSubsequence("replayOver", "closed");
            assertThat(call.sink.kept()).as("paused all the while").isEmpty();
            assertThat(call.sink.closed().replays()).hasSize(3);
        }
    }

    /// A code does not break it off, and no key of it leaves; a key that is none does, and is heard.
    @Test
    void aCodeIsHeldInItAndAKeyThatIsNoneBreaksItOff() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.heedCodes(Set.of("*571"));
            KeyTalk talk = new KeyTalk(KeyTalk.Habit.EVENTS_ONLY, call.inside::say, () -> {});
            talk.speak(5);
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            talk.press("*571");
            call.told.awaitEvent("code *571");
            assertThat(over(call, 1).end()).isEqualTo(ReplayEnd.COMPLETED);
            talk.speak(5);
            assertThat(call.outside.heard.stream().map(Packets.Seen::of))
                    .extracting(Packets.Seen::payloadType)
                    .containsOnly(0);
            assertThat(asked(call.session)).isEqualTo(ReplayAnswer.PLAYS);
            talk.press("7");
            assertThat(over(call, 2).end()).isEqualTo(ReplayEnd.KEYS);
            talk.speak(5);
            isOneStream(call.outside.heard);
            assertThat(call.outside.heard.stream().map(Packets.Seen::of))
                    .extracting(Packets.Seen::payloadType)
                    .contains(LoopbackCall.TELEPHONE_EVENT);
        }
    }
}
