package org.koegura.sipproxy.routing;

/// Whether a server answers, as far as questions have told. Pure.
///
/// ```
///              answered              missed, MISSES_TO_DOWN in a row
///   UNKNOWN ──────────────▶ UP ◀──────────────────────────────────▶ DOWN
///                               answered, ANSWERS_TO_UP in a row
/// ```
///
/// A call that failed there makes it down at once: a caller waited, and the next one should not.
///
/// @param state what it counts as
/// @param contrary events in a row that spoke against `state`
record Health(State state, int contrary) {

    /// One lost question is no outage: over UDP it was sent four times, yet a server may have been restarted.
    static final int MISSES_TO_DOWN = 2;

    /// One that answers now and then would be taken up and given up in turn.
    static final int ANSWERS_TO_UP = 2;

    /// Nothing is known of it yet: it is used like one that is up.
    static final Health UNKNOWN = new Health(State.UNKNOWN, 0);

    /// What a server counts as.
    enum State {
        UNKNOWN,
        UP,
        DOWN
    }

    /// What came of a question, or of a call.
    enum Event {
        /// Any response but 503.
        ANSWERED,
        /// Nothing in time, or 503.
        MISSED,
        /// A call could not be brought there, or heard nothing at all.
        CALL_FAILED
    }

    /// After one more of them.
    Health after(Event event) {
        return switch (state) {
            case UNKNOWN, UP ->
                switch (event) {
                    case ANSWERED -> new Health(State.UP, 0);
                    case MISSED -> against(MISSES_TO_DOWN, State.DOWN);
                    case CALL_FAILED -> new Health(State.DOWN, 0);
                };
            case DOWN ->
                switch (event) {
                    case ANSWERED -> against(ANSWERS_TO_UP, State.UP);
                    case MISSED, CALL_FAILED -> new Health(State.DOWN, 0);
                };
        };
    }

    private Health against(int enough, State other) {
        return contrary + 1 >= enough ? new Health(other, 0) : new Health(state, contrary + 1);
    }

    /// Whether the next question should not wait as long as usual.
    boolean isDoubtful() {
        return contrary > 0;
    }

    boolean isDown() {
        return state == State.DOWN;
    }

    boolean isUp() {
        return state == State.UP;
    }
}
