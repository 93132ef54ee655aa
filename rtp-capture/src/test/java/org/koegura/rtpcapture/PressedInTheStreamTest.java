package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.rtpcapture.codes.Presses;
import org.koegura.rtpcapture.kernel.KernelHelp;
import org.koegura.rtpcapture.socket.MediaTransport;

/// What either party receives, and what is captured, while the inside party presses keys, on real
/// sockets (F2).
class PressedInTheStreamTest {

    private static final Set<String> CODES = Set.of("*511", "*512");
    private static final int OUTSIDE_SSRC = 0x0A;

    private final Random random = new Random(11);
    private int outsideNumber;

    @ParameterizedTest
    @EnumSource
    void nothingOfACodeReachesTheOutsidePartyWhoseStreamGoesOn(KeyTalk.Habit habit) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.heedCodes(CODES);
            KeyTalk talk = talk(call, habit);
            talk.speak(20);
            talk.press("*511");
            talk.speak(20);
            call.told.awaitEvent("code *511");
            call.settle();

            List<Packets.Seen> seen = heardOutside(call.outside.heard);
            assertThat(seen).extracting(Packets.Seen::payloadType).containsOnly(0);
            assertUnbroken(seen);
            assertThat(seen).extracting(Packets.Seen::marker).containsOnly(false);
            assertThat(seen.getLast().timestamp() - seen.getFirst().timestamp())
                    .as("as long as it took")
                    .isEqualTo((20 + 4 * (7 + 4) + 19) * 160);
            for (int i = 1; i < seen.size(); i++) {
                assertThat(seen.get(i).timestamp() - seen.get(i - 1).timestamp())
                        .as("ticks at %s", i)
                        .isBetween(160, 3 * 160);
            }
            assertThat(call.told.events)
                    .filteredOn(told -> told.startsWith("code"))
                    .hasSize(1);
            call.hangUp();
            assertThat(call.sink.kept(Leg.INSIDE).stream()
                            .map(kept -> kept.datagram().array()))
                    .as("what is recorded is what came")
                    .containsAll(talk.events);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNoCodeIsToldAsFreshEventsInOrderWithinTwoSeconds(KeyTalk.Habit habit) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.heedCodes(CODES);
            KeyTalk talk = talk(call, habit);
            talk.speak(10);
            talk.press("*9");
            talk.speak(30);
            assertThat(keys(call.outside.heard)).isEqualTo("*9");
            talk.press("*51");
            while (keys(call.outside.heard).length() < 5) {
                talk.speak(1);
                assertThat(System.nanoTime() - talk.lastPressNanos).isLessThan(TimeUnit.SECONDS.toNanos(4));
            }
            long took = System.nanoTime() - talk.lastPressNanos;
            talk.speak(20);

            assertThat(keys(call.outside.heard)).isEqualTo("*9*51");
            assertThat(took).as("from the last press to the last told").isLessThan(TimeUnit.SECONDS.toNanos(2));
            List<Packets.Seen> seen = heardOutside(call.outside.heard);
            assertUnbroken(seen);
            assertThat(seen)
                    .filteredOn(packet -> packet.payloadType() == Presses.EVENT_TYPE)
                    .hasSize(5 * 7);
            assertThat(call.told.events).noneMatch(told -> told.startsWith("code"));
        }
    }

    @Test
    void otherKeysPassAsTheyCome() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.heedCodes(CODES);
            KeyTalk talk = talk(call, KeyTalk.Habit.EVENTS_ONLY);
            talk.speak(5);
            talk.press("15#0");
            call.outside.awaitHeard(5 + 4 * (7 + 2 + 4));
            assertThat(call.outside.heard).containsAll(talk.events);
        }
    }

    @Test
    void withoutCodesNothingIsHeld() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            KeyTalk talk = talk(call, KeyTalk.Habit.EVENTS_ONLY);
            talk.press("*511");
            call.outside.awaitHeard(4 * (7 + 2 + 4));
            assertThat(call.outside.heard).containsAll(talk.events);
        }
    }

    @Test
    void theOutsidePartysKeysAreNobodysCode() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.heedCodes(CODES);
            call.settle();
            KeyTalk talk = new KeyTalk(KeyTalk.Habit.EVENTS_ONLY, call.outside::say, () -> {});
            talk.press("*511");
            call.inside.awaitHeard(4 * (7 + 2 + 4));
            assertThat(call.inside.heard).containsAll(talk.events);
            assertThat(call.told.events).isEmpty();
        }
    }

    @Test
    void aCodeIsNoReasonToBeginTheNoticeAnewAndNothingOfItIsHeardInIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall(
                        LoopbackCall.settings(1 << 20), transport(), LoopbackCall.frames(LoopbackCall.PCMU, 200))
                .connected()) {
            call.session.heedCodes(CODES);
            KeyTalk talk = talk(call, KeyTalk.Habit.EVENTS_ONLY);
            talk.speak(10);
            call.session.playNotice(PROMPT);
            talk.speak(10);
            talk.press("*511");
            call.told.awaitEvent("code *511");
            call.session.stopNotice();
            call.settle();
            int stopped = call.outside.heard.size();
            talk.speak(20);

            List<Packets.Seen> seen = heardOutside(call.outside.heard);
            assertThat(seen).extracting(Packets.Seen::payloadType).containsOnly(0);
            assertThat(seen)
                    .filteredOn(Packets.Seen::marker)
                    .as("it began once")
                    .hasSize(1);
            assertUnbroken(seen);
            assertThat(call.notice.frames())
                    .as("speech again")
                    .doesNotContain(seen.get(stopped + 2).payload().array());
            assertThat(call.told.events).containsOnlyOnce("noticeStarted");
        }
    }

    @Test
    void keysThatAreToldAgainInTheNoticeHaveItPlayedAgain() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.heedCodes(CODES);
            KeyTalk talk = talk(call, KeyTalk.Habit.EVENTS_ONLY);
            talk.speak(5);
            call.session.playNotice(PROMPT);
            talk.speak(5);
            talk.press("*9");
            talk.speak(70);
            call.told.awaitHeard();
            List<Packets.Seen> seen = heardOutside(call.outside.heard);
            assertThat(keys(call.outside.heard)).isEqualTo("*9");
            assertUnbroken(seen);
            assertThat(call.told.events).containsOnlyOnce("noticeHeard");
        }
    }

    @Test
    void underSrtpItIsTheSame() throws Exception {
        try (LoopbackCall call = new LoopbackCall()) {
            SrtpParty inside = new SrtpParty(call.inside, CryptoSuite.AEAD_AES_128_GCM, 1);
            SrtpParty outside = new SrtpParty(call.outside, CryptoSuite.AES_CM_128_HMAC_SHA1_80, 2);
            call.connected();
            call.session.heedCodes(CODES);
            KeyTalk talk = new KeyTalk(KeyTalk.Habit.EVENTS_ONLY, inside::say, () -> {});
            talk.speak(10);
            talk.press("*512*9");
            talk.speak(30);
            call.told.awaitEvent("code *512");
            call.settle();

            List<byte[]> heard = outside.heard();
            assertThat(keys(heard)).isEqualTo("*9");
            assertUnbroken(heardOutside(heard));
        }
    }

    @Test
    void whatTheKernelPassesIsTakenBackAsALeaderBegins() throws Exception {
        try (LoopbackCall call = LoopbackCall.byKernel(LoopbackCall.settings(1 << 20), KernelHelp.RING_BYTES)
                .connected()) {
            call.session.heedCodes(CODES);
            KeyTalk talk = talk(call, KeyTalk.Habit.AUDIO_TOO);
            untilTheKernelPasses(call, talk);
            // until we have seen the first event of a press, the kernel numbers what comes behind it
            talk.afterFirst(() -> await().until(() ->
                    call.counted("koegura.rtp.packets.discarded", "reason", "code", "leg", "inside") > 0));
            talk.press("*511");
            call.told.awaitEvent("code *511");
            talk.speak(20);
            call.settle();

            List<Packets.Seen> seen = heardOutside(call.outside.heard);
            assertThat(seen).extracting(Packets.Seen::payloadType).containsOnly(0);
            int first = seen.getFirst().sequence();
            assertThat(seen.stream()
                            .map(packet -> (packet.sequence() - first) & 0xFFFF)
                            .sorted()
                            .toList())
                    .as("numbers, in whatever order the kernel and we sent them")
                    .isEqualTo(IntStream.range(0, seen.size()).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theInsidePartyAloneHearsWhatCameOfIt(Done done) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            KeyTalk talk = talk(call, KeyTalk.Habit.EVENTS_ONLY);
            talk.speak(5);
            call.session.confirm(done == Done.YES);
            call.settle();
            int before = call.inside.heard.size();
            int said = call.outside.heard.size();
            talk.speak(60);
            call.settle();

            List<Packets.Seen> seen = heardOutside(call.inside.heard);
            assertUnbroken(seen);
            List<byte[]> after = seen.stream()
                    .skip(before)
                    .map(packet -> packet.payload().array())
                    .toList();
            byte[] silence = call.tone.frames().getFirst();
            List<byte[]> beep = call.tone.frames().subList(1, 3);
            List<Boolean> beeps = after.stream()
                    .map(payload -> beep.stream().anyMatch(frame -> Arrays.equals(frame, payload)))
                    .toList();
            int tones = done == Done.YES ? 20 : 40;
            assertThat(beeps).filteredOn(is -> is).hasSize(tones);
            assertThat(after.stream().filter(payload -> Arrays.equals(payload, silence)))
                    .as("between two short ones")
                    .hasSize(done == Done.YES ? 5 : 0);
            assertThat(call.outside.heard.subList(said, call.outside.heard.size()))
                    .as("the outside party hears the inside party")
                    .noneMatch(packet -> beep.stream()
                            .anyMatch(frame -> Arrays.equals(frame, Arrays.copyOfRange(packet, 12, packet.length))));
        }
    }

    enum Done {
        YES,
        NO
    }

    @Test
    void aConfirmationThatNobodyCanHearIsNotMadeUpForLater() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            long began = System.nanoTime();
            call.stoppedNanos = began;
            call.session.confirm(true);
            call.settle();
            call.stoppedNanos = began + Confirmation.LATEST_NANOS;
            byte[] packet = call.outside.say(Packets.rtp(random, 0, 1, 160, OUTSIDE_SSRC));
            call.inside.awaitHeard(1);
            assertThat(call.inside.heard).containsExactly(packet);
        }
    }

    private static void untilTheKernelPasses(LoopbackCall call, KeyTalk talk) {
        await().atMost(LoopbackCall.PATIENCE.multipliedBy(3)).until(() -> {
            double before = passed(call);
            talk.hurry(5);
            call.settle();
            return passed(call) == before + 5;
        });
    }

    private static double passed(LoopbackCall call) {
        return call.counted("koegura.rtp.packets.kernel", "leg", "inside");
    }

    private static MediaTransport transport() {
        return MediaTransport.best();
    }

    /// The outside party speaks beside it, in PCMU.
    private KeyTalk talk(LoopbackCall call, KeyTalk.Habit habit) {
        call.settle();
        return new KeyTalk(habit, call.inside::say, () -> {
            outsideNumber++;
            call.outside.say(Packets.rtp(random, 0, outsideNumber, 160 * outsideNumber, OUTSIDE_SSRC));
        });
    }

    private static List<Packets.Seen> heardOutside(List<byte[]> heard) {
        return List.copyOf(heard).stream().map(Packets.Seen::of).toList();
    }

    private static void assertUnbroken(List<Packets.Seen> seen) {
        assertThat(seen)
                .extracting(Packets.Seen::ssrc)
                .containsOnly(seen.getFirst().ssrc());
        for (int i = 1; i < seen.size(); i++) {
            assertThat((seen.get(i).sequence() - seen.get(i - 1).sequence()) & 0xFFFF)
                    .as("sequence at %s", i)
                    .isEqualTo(1);
        }
    }

    /// The keys whose end was heard, each once.
    private static String keys(List<byte[]> heard) {
        StringBuilder keys = new StringBuilder();
        List<Integer> known = new ArrayList<>();
        for (byte[] packet : List.copyOf(heard)) {
            Packets.Seen seen = Packets.Seen.of(packet);
            boolean ended =
                    seen.payloadType() == Presses.EVENT_TYPE && seen.payload().get(1) < 0;
            if (ended && !known.contains(seen.timestamp())) {
                known.add(seen.timestamp());
                keys.append("0123456789*#".charAt(seen.payload().get(0)));
            }
        }
        return keys.toString();
    }
}
