package org.koegura.rtpcapture.codes;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.rtpcapture.Packets;
import org.koegura.rtpcapture.notice.NoticePlayer;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// Keys that are pressed under a virtual clock of 20 ms: what goes on, what is held, what is told again
/// and when.
class PressedCodesTest {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PACKETS = 5;
    private static final int STEPS_PER_KEY = 10;
    private static final Set<String> CODES = Set.of("*511", "*512", "*513", "*571", "*572");

    private final Room room = new Room();
    private int sequence = 100;

    @ParameterizedTest
    @CsvSource({
        // pressed, what passes as it comes, what is told again, codes
        "'1', '1', '', ''",
        "'123', '123', '', ''",
        "'*9', '', '*9', ''",
        "'*511', '', '', '*511'",
        "'*512*513', '', '', '*512*513'",
        "'*519', '', '*519', ''",
        "'9*5111', '91', '', '*511'",
        "'*51', '', '*51', ''",
        "'*', '', '*', ''",
        "'**511', '', '*', '*511'",
    })
    void nothingOfACodeGoesOnAndAllElseDoesInItsOrder(String pressed, String passes, String again, String codes) {
        press(pressed);
        rest(2_600);
        assertThat(room.passed()).isEqualTo(passes);
        assertThat(room.again()).isEqualTo(again);
        assertThat(room.codes).isEqualTo(codes);
        assertThat(room.held()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*5", "*51", "*9", "*52", "*519"})
    void whatIsNoCodeIsToldWithinTwoSecondsOfTheLastPress(String pressed) {
        press(pressed);
        long lastNanos = room.nowNanos - STEPS_PER_KEY * STEP_NANOS;
        rest(3_000);
        assertThat(room.again()).isEqualTo(pressed);
        assertThat(room.lastEndedNanos - lastNanos).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void whatIsPressedWhileOthersAreToldAgainWaitsBehindThem() {
        press("*9");
        press("12");
        rest(2_000);
        assertThat(room.again()).isEqualTo("*912");
        assertThat(room.passed()).isEmpty();
    }

    @Test
    void aCodeMayBePressedWhileOthersAreToldAgain() {
        press("*9*511");
        rest(2_000);
        assertThat(room.again()).isEqualTo("*9");
        assertThat(room.codes).isEqualTo("*511");
    }

    @Test
    void aKeyThatIsHeldDownIsToldAgainOnceWhileItIsStillDown() {
        room.hear(Presses.packet(1, 8000, 10, 160, false));
        for (int i = 2; i < 200; i++) {
            room.step();
            room.hear(Presses.packet(i, 8000, 10, 160 * i, false));
        }
        rest(1_000);
        assertThat(room.again()).isEqualTo("*");
        assertThat(room.passed()).isEmpty();
    }

    @Test
    void everyEventThatIsToldAgainIsAWholeOne() {
        press("*9");
        rest(1_000);
        List<Sent> events = room.sent;
        assertThat(events).extracting(Sent::event).containsExactly(10, 10, 10, 10, 10, 10, 10, 9, 9, 9, 9, 9, 9, 9);
        for (int of = 0; of < 14; of += 7) {
            List<Sent> one = events.subList(of, of + 7);
            assertThat(one)
                    .extracting(Sent::timestamp)
                    .containsOnly(one.getFirst().timestamp());
            assertThat(one).extracting(Sent::marker).containsExactly(true, false, false, false, false, false, false);
            assertThat(one).extracting(Sent::duration).containsExactly(160, 320, 480, 640, 800, 800, 800);
            assertThat(one).extracting(Sent::ended).containsExactly(false, false, false, false, true, true, true);
        }
        assertThat(events.get(7).timestamp() - events.getFirst().timestamp())
                .as("160 ms from one to the next")
                .isEqualTo(1280);
        for (int i = 1; i < events.size(); i++) {
            assertThat(events.get(i).sequence() - events.get(i - 1).sequence()).isEqualTo(1);
        }
    }

    @Test
    void aHookFlashIsNoKeyAndGoesOnAfterWhatWasHeld() {
        press("*5");
        room.hear(Presses.packet(300, 90_000, 16, 160, true));
        rest(2_000);
        assertThat(room.again()).isEqualTo("*5?");
    }

    @Test
    void aHookFlashAlonePasses() {
        room.hear(Presses.packet(300, 90_000, 16, 160, true));
        rest(1_000);
        assertThat(room.passed()).isEqualTo("?");
    }

    @Test
    void aPressThatCameInOnePacketWithOneThatIsHeldIsToldToo() {
        room.hear(Presses.packet(1, 8000, Presses.block(1, 160, true), Presses.block(10, 160, false)));
        rest(2_600);
        assertThat(room.passed()).isEmpty();
        assertThat(room.again()).isEqualTo("1*");
    }

    @Test
    void noMorePressesWaitThanThereIsRoomFor() {
        press("*9");
        for (int i = 0; i < 100; i++) {
            room.hear(Presses.packet(i, 1_000_000 + 1000 * i, 1, 160, true));
        }
        assertThat(room.dropped).isPositive();
        rest(10_000);
        assertThat(room.held()).isFalse();
    }

    /// The code `*511` in 800 ms, interrupted at each step: by its end, by the end of the call, by a
    /// flash, or by nothing that comes any more.
    @ParameterizedTest
    @ValueSource(strings = {"no more codes", "the call is over", "a flash", "nothing more", "packets are lost"})
    void interruptedAtAnyStepNothingOfACodeIsHeardAndWhatIsNoneIsToldOnce(String by) {
        List<byte @Nullable []> script = script("*511");
        for (int at = 0; at <= script.size(); at++) {
            Room now = new Room();
            for (int i = 0; i < at; i++) {
                now.hear(script.get(i));
                now.step();
            }
            switch (by) {
                case "no more codes" -> now.codes(Set.of());
                case "the call is over" -> now.pressed.end();
                case "a flash" -> now.hear(Presses.packet(900, 900_000, 16, 160, true));
                case "packets are lost" -> {
                    for (int i = at + PACKETS - 1; i < script.size(); i++) { // less than all packets of one press
                        now.hear(script.get(i));
                        now.step();
                    }
                }
                default -> {}
            }
            for (int i = 0; i < 150; i++) {
                now.step();
            }
            int keys = Math.min(4, Math.ceilDiv(at, STEPS_PER_KEY));
            String begun = "*511".substring(0, keys);
            boolean whole = keys == 4 || by.equals("packets are lost");
            String flash = by.equals("a flash") && !whole && !begun.isEmpty() ? "?" : "";
            String again = whole || by.equals("the call is over") ? "" : begun + flash;
            assertThat(now.codes).as("code, by %s at %s", by, at).isEqualTo(whole ? "*511" : "");
            assertThat(now.again()).as("told again, by %s at %s", by, at).isEqualTo(again);
            assertThat(now.passed().replace("?", ""))
                    .as("passed, by %s at %s", by, at)
                    .isEmpty();
            assertThat(now.held()).as("held, by %s at %s", by, at).isFalse();
        }
    }

    private List<byte @Nullable []> script(String keys) {
        List<byte @Nullable []> script = new ArrayList<>();
        for (int key = 0; key < keys.length(); key++) {
            List<byte[]> packets = Presses.whole(sequence + 10 * key, 1600 * (key + 1), keys.charAt(key), PACKETS);
            for (int i = 0; i < STEPS_PER_KEY; i++) {
                script.add(i < packets.size() ? packets.get(i) : null);
            }
        }
        return script;
    }

    private void press(String keys) {
        for (int key = 0; key < keys.length(); key++) {
            sequence += 10;
            List<byte[]> packets = Presses.whole(sequence, 160 * sequence, keys.charAt(key), PACKETS);
            for (int i = 0; i < STEPS_PER_KEY; i++) {
                room.hear(i < packets.size() ? packets.get(i) : null);
                room.step();
            }
        }
    }

    private void rest(int millis) {
        for (int i = 0; i < millis / 20; i++) {
            room.step();
        }
    }

    /// One packet of an event of ours.
    private record Sent(int event, int sequence, int timestamp, boolean marker, int duration, boolean ended) {}

    /// One call, as much of it as keys need.
    private static final class Room implements PressedCodes.Stage {
        private final OutboundStream stream = new OutboundStream(new Random(1));
        private final PressedCodes pressed = new PressedCodes(this, stream);
        private final List<Integer> passed = new ArrayList<>();
        private final List<Sent> sent = new ArrayList<>();
        private String codes = "";
        private int dropped;
        private long nowNanos = TimeUnit.HOURS.toNanos(1);
        private long dueNanos = NoticePlayer.NEVER;
        private long lastEndedNanos;
        private int lastPassed = -1;

        Room() {
            codes(CODES);
        }

        void codes(Set<String> those) {
            pressed.heed(those);
            dueNanos = pressed.advance(nowNanos);
        }

        void hear(byte @Nullable [] packet) {
            if (packet == null) {
                return;
            }
            ByteBuf buffer = Packets.buffer(packet);
            if (pressed.withholds(buffer, nowNanos)) {
                dueNanos = pressed.advance(nowNanos);
            } else {
                Packets.Seen seen = Packets.Seen.of(packet);
                if (seen.timestamp() != lastPassed) {
                    lastPassed = seen.timestamp();
                    passed.add((int) seen.payload().get(0));
                }
            }
            buffer.release();
        }

        void step() {
            nowNanos += STEP_NANOS;
            if (dueNanos != NoticePlayer.NEVER && nowNanos - dueNanos >= 0) {
                dueNanos = pressed.advance(nowNanos);
            }
        }

        boolean held() {
            return pressed.busy();
        }

        String passed() {
            return keys(passed);
        }

        /// Each event by its first packet.
        String again() {
            return keys(sent.stream().filter(Sent::marker).map(Sent::event).toList());
        }

        private static String keys(List<Integer> events) {
            StringBuilder keys = new StringBuilder();
            events.forEach(event -> keys.append(event < 12 ? "0123456789*#".charAt(event) : '?'));
            return keys.toString();
        }

        @Override
        public AudioFormat outsideFormat() {
            return new AudioFormat(8, "PCMA", 8000, 20);
        }

        @Override
        public void event(long at) {}

        @Override
        public void sendEvent(int payloadType, int event, boolean first, int ticks, boolean ended, long at) {
            ByteBuf out = Unpooled.buffer();
            stream.writeEvent(out, payloadType, event, first, ticks, ended, at);
            Packets.Seen seen = Packets.Seen.of(out);
            assertThat(seen.payloadType()).isEqualTo(Presses.EVENT_TYPE);
            sent.add(new Sent(
                    seen.payload().get(0),
                    seen.sequence(),
                    seen.timestamp(),
                    seen.marker(),
                    seen.payload().getShort(2),
                    seen.payload().get(1) < 0));
            lastEndedNanos = at;
        }

        @Override
        public void code(String keys) {
            codes += keys;
        }

        @Override
        public void pressDropped() {
            dropped++;
        }

        @Override
        public void broken(RuntimeException cause) {
            throw cause;
        }
    }
}
