package org.koegura.audio;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Hears in what one party sends that a fax machine or a modem speaks: the tone of one that calls, the tone of one that
/// answers, and the flags that come before the first frame between two of them.
///
/// | tone | what | heard after |
/// |---|---|---|
/// | CNG | 1100 Hz ± 38 Hz for 0.5 s ± 15 %, then 3 s of nothing (T.30 §4.1.1) | one burst, and the quiet behind it |
/// | CED | 2100 Hz ± 15 Hz for 2.6 s at least (T.30, V.25); ANSam turns its phase and swells (V.8) | 1 s |
/// | V21 | HDLC flags at 300 bit/s, 1650 and 1850 Hz (T.30 §5.3.1, V.21 channel 2) | six flags |
///
/// A sine obeys `x[n−1] + x[n+1] = 2 cos ω · x[n]`. So three sums over 20 ms say how loud a block is, which frequency
/// fits it best, and how much of it fits no single one; a Goertzel filter of that frequency says whether it is one or
/// two near each other. Most blocks of speech need neither: their sign turns too seldom. What a block is then goes to
/// [SteadyTone]s, which know how long each tone lasts; where it lies between the two tones of V.21, [FlagEar] reads its
/// bits.
///
/// Levels from −43 dBm0 on are heard, and lost packets are bridged: RTP's timestamps say how much is missing. Where
/// nothing is sent in a pause, they say that too. Packets that come late are not heard.
///
/// Owned by one stream and one thread at a time; allocates nothing after its first packet of G.722.
public final class FaxEar {

    /// What was heard.
    public enum Tone {
        /// A fax machine calls.
        CNG,
        /// A fax machine or a modem answers.
        CED,
        /// Two of them agree on how to go on.
        V21
    }

    static final int RATE_HZ = 8_000;

    /// 20 ms: as much as most packets bear.
    static final int BLOCK_SAMPLES = 160;

    /// −46 dBm0, where a sine whose peaks G.711 can just say has 3.17 dBm0. Below it nothing is a tone.
    private static final long QUIET = 6_240L * BLOCK_SAMPLES;

    /// The most of a block's power that may fit no single frequency: 8 dB under the tone.
    private static final double FOREIGN_MAX = 0.15;

    /// So much of a block's power at least one sine has, if it is one: its frequency is known to 15 Hz.
    private static final double OWN_MIN = 0.6;

    /// Missing time up to this was lost; more of it was a pause.
    private static final int LOST_MAX = RATE_HZ / 10;

    /// A pause is as long as it needs to be for any tone to be over.
    private static final int PAUSE_BLOCKS = 16;

    /// A party whose time jumps back further began anew.
    private static final int LATE_MAX = RATE_HZ / 2;

    private static final double TURN_OF_FLAGS_MAX = SteadyTone.turn(1_600);
    private static final double TURN_OF_FLAGS_MIN = SteadyTone.turn(1_900);

    /// Turns of the sign in 20 ms that one of the tones makes, with noise about it: 1100 Hz makes 44, 2100 Hz 84.
    private static final int TURNS_MIN = 36;

    private static final int TURNS_MAX = 92;

    /// Each so many samples one is enough to say roughly how loud a block is; no tone here hides between them.
    private static final int STRIDE = 5;

    private static final long SIGNS = 0x8080_8080_8080_8080L;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

    /// Of the block that is being filled.
    private final byte[] codes = new byte[BLOCK_SAMPLES];

    private final short[] sound = new short[BLOCK_SAMPLES];
    private final SteadyTone calling = SteadyTone.calling();
    private final SteadyTone answering = SteadyTone.answering();
    private final FlagEar flags = new FlagEar();

    private @Nullable Codec codec;
    private @Nullable G722Band lower;
    private boolean begun;
    private int expected;
    private int filled;

    /// Whether sound of that codec can be listened to: fax machines speak no other than G.711, and a telephone that
    /// holds one to its ear may speak G.722.
    public static boolean knows(Codec codec) {
        return switch (codec) {
            case PCMU, PCMA, G722 -> true;
            case OPUS -> false;
        };
    }

    /// Forgets what it heard: another stream begins.
    public void begin() {
        begun = false;
    }

    /// Listens to `payload[0, bytes)`, the whole of a packet or a part of it in its order.
    ///
    /// @param speaks a codec that it [knows][#knows]
    /// @param timestamp of the first octet: each octet is one tick
    /// @return what is heard by now, told once; null as a rule
    public @Nullable Tone hear(Codec speaks, byte[] payload, int bytes, int timestamp) {
        if (speaks != codec) {
            codec = speaks;
            lower = speaks == Codec.G722 ? G722Band.lower() : null;
            begun = false;
        }
        Tone heard = null;
        if (begun) {
            int missing = timestamp - expected;
            if (missing < 0 && missing >= -LATE_MAX) {
                return null;
            }
            if (missing != 0 && miss(missing)) {
                heard = Tone.CNG;
            }
        } else {
            begun = true;
            restart();
        }
        expected = timestamp + bytes;
        for (int at = 0; at < bytes; ) {
            int count = Math.min(bytes - at, BLOCK_SAMPLES - filled);
            System.arraycopy(payload, at, codes, filled, count);
            at += count;
            filled += count;
            if (filled == BLOCK_SAMPLES) {
                filled = 0;
                Tone now = block(speaks);
                heard = heard == null ? now : heard;
            }
        }
        return heard;
    }

    private void restart() {
        calling.restart();
        answering.restart();
        filled = 0;
        flags.restart();
    }

    /// So many samples did not come. Returns whether that was the quiet by which a burst is known.
    private boolean miss(int samples) {
        if (samples < 0) {
            restart();
            return false;
        }
        boolean heard = false;
        boolean pause = samples > LOST_MAX;
        int blocks = pause
                ? Math.min(PAUSE_BLOCKS, samples / BLOCK_SAMPLES)
                : Math.max(1, (filled + samples + BLOCK_SAMPLES / 2) / BLOCK_SAMPLES);
        for (int i = 0; i < blocks; i++) {
            if (pause) {
                heard |= calling.block(0, Double.NaN);
                boolean _ = answering.block(0, Double.NaN);
            } else {
                calling.lost();
                answering.lost();
            }
        }
        filled = 0;
        flags.restart();
        return heard;
    }

    private @Nullable Tone block(Codec speaks) {
        G722Band band = lower;
        if (band != null) {
            for (int i = 0; i < BLOCK_SAMPLES; i++) {
                sound[i] = G722.lowerSample(band, codes[i] & 0xFF);
            }
            return measured();
        }
        short[] linear = G711.linear(speaks == Codec.PCMU);
        long rough = 0;
        for (int i = 0; i < BLOCK_SAMPLES; i += STRIDE) {
            int sample = linear[codes[i] & 0xFF];
            rough += (long) sample * sample;
        }
        rough *= STRIDE;
        int turns = rough < QUIET / 4 ? 0 : turns();
        if (turns < TURNS_MIN || turns > TURNS_MAX) { // most of what is said, and most silence
            return judged(rough, Double.NaN);
        }
        for (int i = 0; i < BLOCK_SAMPLES; i++) {
            sound[i] = linear[codes[i] & 0xFF];
        }
        return measured();
    }

    /// How often the sign turns, which is the first bit of a code of either law.
    private int turns() {
        int turns = 0;
        long last = codes[0] & 0x80;
        for (int i = 0; i < BLOCK_SAMPLES; i += Long.BYTES) {
            long signs = (long) WORDS.get(codes, i) & SIGNS;
            turns += Long.bitCount(signs ^ (signs << Byte.SIZE | last));
            last = signs >>> (Long.SIZE - Byte.SIZE);
        }
        return turns;
    }

    /// With power P of a sine and N of noise that is alike at all frequencies, `fit` is 2 cos ω · P, `power` is P + N,
    /// and what of `around` does not fit is N times 2 + (2 cos ω)², nearly.
    private @Nullable Tone measured() {
        long fit = 0;
        long power = 0;
        long around = 0;
        int older = sound[0];
        int newer = sound[1];
        for (int i = 2; i < BLOCK_SAMPLES; i++) {
            int now = sound[i];
            int beside = now + older;
            fit += (long) newer * beside;
            power += (long) newer * newer;
            around += (long) beside * beside;
            older = newer;
            newer = now;
        }
        double turn = Double.NaN;
        if (power >= QUIET) {
            double raw = fit / (double) power;
            double foreign = Math.max(0, (around - raw * fit) / (power * (2 + raw * raw)));
            if (foreign < FOREIGN_MAX) {
                turn = raw / (1 - foreign);
            }
        }
        return judged(power, turn);
    }

    private @Nullable Tone judged(long power, double turn) {
        double loud = power < QUIET ? 0 : (double) power;
        boolean isOne = (calling.mayBe(turn) || answering.mayBe(turn)) && share(turn) >= loud * OWN_MIN;
        double one = isOne ? turn : Double.NaN;
        boolean calls = calling.block(loud, one);
        boolean answers = answering.block(loud, one);
        if (turn > TURN_OF_FLAGS_MIN && turn < TURN_OF_FLAGS_MAX) {
            if (flags.hears(sound, loud / BLOCK_SAMPLES)) {
                return Tone.V21;
            }
        } else {
            flags.restart();
        }
        if (calls) {
            return Tone.CNG;
        }
        return answers ? Tone.CED : null;
    }

    /// How much of the block's power one sine of that frequency has: two that lie near each other, as of a pressed key,
    /// fit it sample by sample, and not over the whole block (Goertzel).
    private double share(double turn) {
        double last = 0;
        double before = 0;
        for (short sample : sound) {
            double next = sample + turn * last - before;
            before = last;
            last = next;
        }
        return 2 * (last * last + before * before - turn * last * before) / BLOCK_SAMPLES;
    }
}
