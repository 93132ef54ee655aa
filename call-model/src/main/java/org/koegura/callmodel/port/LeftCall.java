package org.koegura.callmodel.port;

import java.time.Instant;
import java.util.Objects;
import org.koegura.callmodel.CallFacts;

/// An answered call that a process leaves behind by dying, as far as the next one can know.
public sealed interface LeftCall permits CallCheckpoint, LeftCall.Owed {

    /// The call, as the process that dies knew it.
    CallFacts facts();

    /// When the 2xx passed.
    Instant answeredAt();

    /// Whether it was announced and kept.
    CallCheckpoint.Standing standing();

    /// The same, with nothing to take up any more.
    default Owed owed() {
        return new Owed(facts(), answeredAt(), standing());
    }

    /// One that is over, that never passed through us, or that was taken up under another name: its one outcome
    /// (R5) was not told yet, and is all that is left to do.
    ///
    /// It names people: [#toString()] hides all but the call.
    record Owed(CallFacts facts, Instant answeredAt, CallCheckpoint.Standing standing) implements LeftCall {

        public Owed {
            Objects.requireNonNull(facts);
            Objects.requireNonNull(answeredAt);
            Objects.requireNonNull(standing);
        }

        @Override
        public String toString() {
            return "Owed[" + facts.call().value() + "]";
        }
    }
}
