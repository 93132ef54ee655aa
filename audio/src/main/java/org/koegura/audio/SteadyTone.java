package org.koegura.audio;

import java.util.Arrays;

/// Follows one tone of a known frequency over blocks of 20 ms: how long it lasts, whether it stays where it is, and
/// what is before and behind it.
///
/// ```
///         tone, of one level                      burst: too short or too long, or somebody speaks
/// QUIET ─────────────────────► SOUNDING ───────────────────────────────────────────────► QUIET
///                              │      ▲ one block     │ over, burst: long enough, quiet before
///       long enough (no burst) │      └── that does   ▼
///                              ▼          not fit  BEHIND ── quiet for long enough ──► heard
///                            heard
/// ```
///
/// A block that was lost counts as whatever was before it, up to a quarter of the tone. Owned as its [FaxEar] is.
final class SteadyTone {

    /// A burst of so many blocks: 0.5 s ± 15 %, and a block at either end that it does not fill, or fills in part.
    private static final int BURST_MIN = 19;

    private static final int BURST_MAX = 31;

    /// So much quiet behind a burst says that it was one.
    private static final int BEHIND_BLOCKS = 8;

    /// So many blocks before a burst are quiet.
    private static final int BEFORE_BLOCKS = 4;

    /// Of a lasting tone: 1 s. A whistle holds a note, and music a chime, for less, or not as still.
    private static final int LASTING_BLOCKS = 50;

    /// Blocks over which the frequency of a lasting tone is compared with what it was before.
    private static final int STILL_BLOCKS = 10;

    /// How far those may differ.
    private static final double STILL_HZ = 14;

    /// A level that is so much louder or fainter is another sound's; ANSam swells by 3.5 dB from trough to crest.
    private static final double SAME_LEVEL = 2.5;

    /// Quiet is 6 dB fainter than the tone: what it says comes back from the other end meanwhile.
    private static final double QUIET_BELOW = 0.25;

    private enum Stand {
        QUIET,
        SOUNDING,
        BEHIND
    }

    private final boolean burst;
    private final double blockMin;
    private final double blockMax;
    private final double wholeMin;
    private final double wholeMax;
    private final double still;

    private Stand stand = Stand.QUIET;

    /// Of the last blocks before the tone, the newest left out: it may have begun in it.
    private final double[] before = new double[BEFORE_BLOCKS + 1];

    private int beforeAt;
    private double loudestBefore;

    private int blocks;
    private int known;
    private int amiss;
    private double level;
    private double turns;
    private double partTurns;
    private int part;
    private double lowest;
    private double highest;
    private int quiet;
    private boolean told;

    private SteadyTone(double hz, double blockHz, double wholeHz, boolean burst) {
        this.burst = burst;
        this.blockMin = turn(hz + blockHz);
        this.blockMax = turn(hz - blockHz);
        this.wholeMin = turn(hz + wholeHz);
        this.wholeMax = turn(hz - wholeHz);
        this.still = turn(hz - STILL_HZ / 2) - turn(hz + STILL_HZ / 2);
    }

    /// CNG: what a block is measured as differs from what it is by some 10 Hz in noise.
    static SteadyTone calling() {
        return new SteadyTone(1_100, 60, 44, true);
    }

    /// CED, ANS, ANSam.
    static SteadyTone answering() {
        return new SteadyTone(2_100, 40, 21, false);
    }

    /// 2 cos ω of a frequency; the higher, the less.
    static double turn(double hz) {
        return 2 * Math.cos(2 * Math.PI * hz / FaxEar.RATE_HZ);
    }

    /// Whether a block of that frequency may be the tone.
    boolean mayBe(double turn) {
        return turn >= blockMin && turn <= blockMax;
    }

    void restart() {
        stand = Stand.QUIET;
        Arrays.fill(before, 0);
        blocks = 0;
        told = false;
    }

    /// A block did not come.
    void lost() {
        switch (stand) {
            case QUIET -> {}
            case SOUNDING -> blocks++;
            case BEHIND -> quiet++;
        }
    }

    /// A block came. Returns whether the tone is heard with it.
    ///
    /// @param loud its power
    /// @param turn 2 cos ω of its frequency; NaN where it is no tone
    boolean block(double loud, double turn) {
        boolean fits = mayBe(turn);
        boolean heard = switch (stand) {
            case QUIET -> {
                if (fits) {
                    begin(loud, turn);
                }
                yield false;
            }
            case SOUNDING -> (fits && isOfLevel(loud)) ? goesOn(loud, turn) : breaks(loud, fits, turn);
            case BEHIND -> behind(loud, fits, turn);
        };
        before[beforeAt] = loud;
        beforeAt = (beforeAt + 1) % before.length;
        return heard;
    }

    private void begin(double loud, double turn) {
        loudestBefore = 0;
        for (int i = 0; i < BEFORE_BLOCKS; i++) {
            loudestBefore = Math.max(loudestBefore, before[(beforeAt + i) % before.length]);
        }
        stand = Stand.SOUNDING;
        blocks = 1;
        known = 1;
        amiss = 0;
        level = loud;
        turns = turn;
        partTurns = turn;
        part = 1;
        lowest = Double.POSITIVE_INFINITY;
        highest = Double.NEGATIVE_INFINITY;
        told = false;
    }

    /// The first block may hold the beginning of the tone alone: the second one says how loud it is.
    private boolean isOfLevel(double loud) {
        boolean tooLoud = known > 1 && loud > level * SAME_LEVEL;
        return !tooLoud && loud >= level / SAME_LEVEL;
    }

    private boolean goesOn(double loud, double turn) {
        if (known == 1) {
            level = loud;
        }
        blocks++;
        known++;
        amiss = 0;
        turns += turn;
        partTurns += turn;
        if (++part == STILL_BLOCKS) {
            lowest = Math.min(lowest, partTurns / STILL_BLOCKS);
            highest = Math.max(highest, partTurns / STILL_BLOCKS);
            partTurns = 0;
            part = 0;
        }
        if (burst || told || blocks < LASTING_BLOCKS || known * 4 < blocks * 3) {
            return false;
        }
        told = isWhole() && highest - lowest <= still;
        return told;
    }

    private boolean isWhole() {
        double mean = turns / known;
        return mean >= wholeMin && mean <= wholeMax;
    }

    /// A block that does not fit: a turn of the phase, or the end.
    private boolean breaks(double loud, boolean fits, double turn) {
        boolean ended = loud < level * QUIET_BELOW || (fits && loud < level);
        if (!ended && loud <= level * SAME_LEVEL && ++amiss == 1) {
            blocks++;
            return false;
        }
        boolean whole = burst
                && blocks >= BURST_MIN
                && blocks <= BURST_MAX
                && known * 4 >= blocks * 3
                && loudestBefore < level * QUIET_BELOW
                && isWhole();
        stand = Stand.QUIET;
        if (whole) {
            stand = Stand.BEHIND;
            quiet = loud < level * QUIET_BELOW ? 1 : 0;
        } else if (fits) {
            begin(loud, turn);
        }
        return false;
    }

    private boolean behind(double loud, boolean fits, double turn) {
        if (loud < level * QUIET_BELOW) {
            if (++quiet >= BEHIND_BLOCKS) {
                stand = Stand.QUIET;
                return true;
            }
            return false;
        }
        stand = Stand.QUIET;
        if (fits) {
            begin(loud, turn);
        }
        return false;
    }
}
