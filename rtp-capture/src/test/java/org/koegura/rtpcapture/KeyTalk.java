package org.koegura.rtpcapture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.koegura.rtpcapture.codes.Presses;

/// The inside party's telephone while somebody speaks and presses keys: a packet each 20 ms, numbered
/// in one row.
final class KeyTalk {

    /// What goes on while a key is down.
    enum Habit {
        /// Events alone, as most telephones do.
        EVENTS_ONLY,
        /// Audio as ever, and events beside it.
        AUDIO_TOO
    }

    private static final int PRESS_STEPS = 5;
    private static final int ENDS = 3;
    private static final int PAUSE_STEPS = 4;
    private static final int STEP_MILLIS = 20;

    private final Consumer<byte[]> inside;
    private final Runnable beside;
    private final Habit habit;
    private int sequence = 65_500;
    private int timestamp = 4_000;
    private long dueNanos = System.nanoTime();

    /// All that was sent of keys.
    final List<byte[]> events = new ArrayList<>();

    /// When the last of them began.
    long lastPressNanos;

    private Runnable afterFirst = () -> {};

    /// @param inside takes what the telephone sends
    /// @param beside done at each packet time
    KeyTalk(Habit habit, Consumer<byte[]> inside, Runnable beside) {
        this.habit = habit;
        this.inside = inside;
        this.beside = beside;
    }

    void speak(int packets) {
        for (int i = 0; i < packets; i++) {
            audio();
            step();
        }
    }

    /// Says so many packets at once: what the kernel is asked to pass need only be steady.
    void hurry(int packets) {
        for (int i = 0; i < packets; i++) {
            audio();
            timestamp += 160;
            beside.run();
        }
        dueNanos = System.nanoTime(); // what comes next does not make up for it
    }

    /// @param then done as soon as the first packet of all that are pressed is sent, and waited for
    void afterFirst(Runnable then) {
        afterFirst = then;
    }

    void press(String keys) {
        for (int key = 0; key < keys.length(); key++) {
            press(keys.charAt(key));
            speak(PAUSE_STEPS);
        }
    }

    private void press(char key) {
        int began = timestamp;
        lastPressNanos = System.nanoTime();
        for (int i = 1; i < PRESS_STEPS + ENDS; i++) {
            boolean audio = habit == Habit.AUDIO_TOO || i > PRESS_STEPS;
            if (audio) {
                audio();
            }
            int ticks = Math.min(i, PRESS_STEPS) * 160;
            byte[] event = Presses.packet(sequence++ & 0xFFFF, began, Presses.event(key), ticks, i >= PRESS_STEPS);
            event[1] |= (byte) (i == 1 ? 0x80 : 0);
            events.add(event);
            inside.accept(event);
            if (events.size() == 1) {
                afterFirst.run();
            }
            step();
        }
    }

    private void audio() {
        byte[] payload = new byte[160];
        payload[0] = (byte) timestamp;
        inside.accept(Packets.rtp(0, sequence++ & 0xFFFF, timestamp, Presses.SSRC, payload));
    }

    private void step() {
        timestamp += 160;
        beside.run();
        dueNanos += TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS);
        for (long rest = dueNanos - System.nanoTime(); rest > 0; rest = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }
}
