package org.koegura.rtpcapture;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one call's media are commanded, in its order. The loop reads its sockets before it takes up its tasks, so that
/// after a stall of the machine a packet may be seen before the command that came first and lets it in: whoever has
/// the packet catches up.
///
/// Commands are given by any thread, which wakes the call's event loop, and are obeyed there while the call is up; when
/// it is over, those that wait are passed by, but for what is to be done [in any case][#giveInAnyCase]. Those that a
/// party may cause
/// again and again are [offered][#offer]: of them at most so many wait. Whoever loses one loses what the media are
/// agreed to be, so that nothing may be kept any more: at the place of the first that is lost, the overflow is told.
final class CallCommands {

    /// A re-INVITE and its answer cause some ten.
    static final int WAITING_MAX = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(CallCommands.class);

    private final CallId call;
    private final MediaLoop loop;
    private final ArrivalClock clock;
    private final AudioRelay audio;
    private final Consumer<Throwable> caught;
    private final BooleanSupplier over;
    private final Runnable overflow;
    private final Queue<Given> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    /// @param caught hears of what a command threw, which failed that command alone, and of each that found no room
    /// @param over whether the call is over; asked on its event loop
    /// @param overflow a command in the place of the first that found no room
    CallCommands(
            CallId call,
            MediaLoop loop,
            ArrivalClock clock,
            AudioRelay audio,
            Consumer<Throwable> caught,
            BooleanSupplier over,
            Runnable overflow) {
        this.call = call;
        this.loop = loop;
        this.clock = clock;
        this.audio = audio;
        this.caught = caught;
        this.over = over;
        this.overflow = overflow;
    }

    /// A command, and when it was given.
    ///
    /// @param inAnyCase also when the call is over
    private record Given(long nanos, Runnable command, boolean inAnyCase) {}

    /// One of those that are few by their nature: it is not refused.
    void give(Runnable command) {
        add(command, false);
    }

    /// The same, and it is obeyed also when the call is over.
    void giveInAnyCase(Runnable command) {
        add(command, true);
    }

    private void add(Runnable command, boolean inAnyCase) {
        length.incrementAndGet();
        waiting.add(new Given(clock.monotonic(), command, inAnyCase));
        loop.loop().execute(this::catchUp);
    }

    /// One of those that may be many: it is lost where too many wait.
    void offer(Runnable command) {
        if (length.get() < WAITING_MAX) { // as many more as there are threads may slip in
            give(command);
            return;
        }
        caught.accept(new IllegalStateException("more than " + WAITING_MAX + " commands of a call wait"));
        if (overflowed.compareAndSet(false, true)) {
            LOG.error("media.commands.overflow call={} waiting={}", call, WAITING_MAX);
            give(overflow);
        }
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
        length.decrementAndGet();
        if (over.getAsBoolean() && !next.inAnyCase()) {
            return;
        }
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
