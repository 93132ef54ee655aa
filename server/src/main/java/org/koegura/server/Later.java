package org.koegura.server;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeSource;

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

    /// What there is to announce, for the room of media, which opens before the one that has it.
    record Notices(Later<NoticeSource> room) implements NoticeSource {

        @Override
        public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
            return room.get().frames(prompt, format);
        }

        @Override
        public Optional<NoticeFrames> tone(AudioFormat format) {
            return room.get().tone(format);
        }

        @Override
        public Optional<NoticeFrames> ringback(AudioFormat format) {
            return room.get().ringback(format);
        }
    }
}
