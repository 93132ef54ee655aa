package org.koegura.server;

import java.util.concurrent.atomic.AtomicReference;

/// What a room is given before it is there: the room may hold it, and asks for it once all rooms are open.
///
/// Safe from any thread.
final class Later<T> {

    private final AtomicReference<T> value = new AtomicReference<>();

    /// It is there.
    void is(T present) {
        value.set(present);
    }

    /// Gives it.
    ///
    /// @throws IllegalStateException somebody asked too early, which is a fault of ours
    T get() {
        T present = value.get();
        if (present == null) {
            throw new IllegalStateException("it was asked for before the rooms were open");
        }
        return present;
    }
}
