package org.koegura.sipproxy.admission;

/// How much of something may be had: `rate` a second, and `burst` at once after a while of nothing. Not safe from
/// several threads: its owner guards it.
final class TokenBucket {

    private final double rate;
    private final double burst;
    private double tokens;
    private long filledMillis;

    /// A full one.
    TokenBucket(double rate, double burst, long nowMillis) {
        this.rate = rate;
        this.burst = burst;
        this.tokens = burst;
        this.filledMillis = nowMillis;
    }

    /// Takes one.
    ///
    /// @param debtMax how far it may be overdrawn
    /// @return false where there is none; then nothing is taken
    boolean take(long nowMillis, double debtMax) {
        fill(nowMillis);
        if (tokens - 1 < -debtMax) {
            return false;
        }
        tokens--;
        return true;
    }

    /// Whether it is as if it had never been used.
    boolean isFull(long nowMillis) {
        fill(nowMillis);
        return tokens >= burst;
    }

    /// A clock that is put back fills nothing, and does not stop it for good.
    private void fill(long nowMillis) {
        long elapsed = Math.max(0, nowMillis - filledMillis);
        tokens = Math.min(burst, tokens + rate * elapsed / 1000);
        filledMillis = nowMillis;
    }
}
