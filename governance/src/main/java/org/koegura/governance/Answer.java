package org.koegura.governance;

import java.util.function.Function;

/// What the [Door] says: granted, with what was asked for, or refused, with the reason.
public sealed interface Answer<T> {

    /// It was done.
    record Granted<T>(T value) implements Answer<T> {}

    /// It was not.
    record Refused<T>(Refusal why) implements Answer<T> {}

    /// The same answer over another value.
    default <U> Answer<U> map(Function<? super T, ? extends U> change) {
        return switch (this) {
            case Granted<T>(T value) -> new Granted<>(change.apply(value));
            case Refused<T>(Refusal why) -> new Refused<>(why);
        };
    }
}
