package org.koegura.rtpcapture;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one call's media are commanded, in its order. The loop reads its sockets before it takes up its tasks, so that
/// after a stall of the machine a packet may be seen before the command that came first and lets it in: whoever has
/// the packet catches up.
///
/// Commands are given by any thread and obeyed on the call's event loop.
final class CallCommands {

    private static final Logger LOG = LoggerFactory.getLogger(CallCommands.class);

    private final CallId call;
    private final ArrivalClock clock;
    private final AudioRelay audio;
    private final Consumer<Throwable> caught;
    private final Queue<Given> waiting = new ConcurrentLinkedQueue<>();

    /// @param caught hears of what a command threw: it failed that command alone
    CallCommands(CallId call, ArrivalClock clock, AudioRelay audio, Consumer<Throwable> caught) {
        this.call = call;
        this.clock = clock;
        this.audio = audio;
        this.caught = caught;
    }

    /// A command, and when it was given.
    private record Given(long nanos, Runnable command) {}

    void give(Runnable command) {
        waiting.add(new Given(clock.monotonic(), command));
    }

    /// Works off all that wait; returns whether any did.
    boolean catchUp() {
        boolean any = false;
        for (Given next = waiting.peek(); next != null; next = waiting.peek()) {
            obey(next);
            any = true;
        }
        return any;
    }

    /// Works off those that were given until then.
    void catchUpTo(long nanos) {
        for (Given next = waiting.peek(); next != null && next.nanos() - nanos <= 0; next = waiting.peek()) {
            obey(next);
        }
    }

    /// Before anything changes, what the kernel passes is recalled, and what it passed is told. A packet among it
    /// that came after the command was given has the command obeyed first.
    private void obey(Given next) {
        audio.recall();
        if (!isNext(next)) {
            return;
        }
        waiting.remove();
        try {
            next.command().run();
        } catch (RuntimeException fault) {
            LOG.error("media.command.failed call={}", call, fault);
            caught.accept(fault);
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very one
    private boolean isNext(Given one) {
        @Nullable Given first = waiting.peek();
        return first == one;
    }
}
