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
/// It catches up no further than to a command that [opens][#offerOpening]: what waits unread came
/// before that, as a rule, and must not be kept by it. The loop takes it in first, in a turn of its
/// own.
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
    private final BooleanSupplier takeIn;
    private final Queue<Given> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final AtomicInteger gathering = new AtomicInteger();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    /// @param caught hears of what a command threw, which failed that command alone, and of each that found no room
    /// @param over whether the call is over; asked on its event loop
    /// @param overflow a command in the place of the first that found no room
    /// @param takeIn hands over what waits in the call's sockets; false where it cannot just now
    CallCommands(
            CallId call,
            MediaLoop loop,
            ArrivalClock clock,
            AudioRelay audio,
            Consumer<Throwable> caught,
            BooleanSupplier over,
            Runnable overflow,
            BooleanSupplier takeIn) {
        this.call = call;
        this.loop = loop;
        this.clock = clock;
        this.audio = audio;
        this.caught = caught;
        this.over = over;
        this.overflow = overflow;
        this.takeIn = takeIn;
    }

    /// A command, and when it was given.
    ///
    /// @param inAnyCase also when the call is over
    /// @param opens what may be kept after it may be more than before
    private record Given(long nanos, Runnable command, boolean inAnyCase, boolean opens) {}

    /// One of those that are few by their nature: it is not refused.
    void give(Runnable command) {
        add(command, false, false);
    }

    /// The same, and it is obeyed also when the call is over.
    void giveInAnyCase(Runnable command) {
        add(command, true, false);
    }

    private void add(Runnable command, boolean inAnyCase, boolean opens) {
        length.incrementAndGet();
        waiting.add(new Given(clock.monotonic(), command, inAnyCase, opens));
        if (gathering.get() == 0) {
            loop.loop().execute(this::catchUp);
        }
    }

    /// Wakes the loop once for all that is given meanwhile, by whomever.
    void together(Runnable given) {
        gathering.incrementAndGet();
        try {
            given.run();
        } finally {
            gathering.decrementAndGet();
            if (!waiting.isEmpty()) {
                loop.loop().execute(this::catchUp);
            }
        }
    }

    /// One of those that may be many: it is lost where too many wait.
    void offer(Runnable command) {
        offer(command, false);
    }

    /// The same of one after which more may be kept than before: what came until then is taken in
    /// before it is obeyed.
    void offerOpening(Runnable command) {
        offer(command, true);
    }

    private void offer(Runnable command, boolean opens) {
        if (length.get() < WAITING_MAX) { // as many more as there are threads may slip in
            add(command, false, opens);
            return;
        }
        caught.accept(new IllegalStateException("more than " + WAITING_MAX + " commands of a call wait"));
        if (overflowed.compareAndSet(false, true)) {
            LOG.error("media.commands.overflow call={} waiting={}", call, WAITING_MAX);
            give(overflow);
        }
    }

    /// Works off all that wait, up to one that has to wait for the loop; returns whether it did any.
    boolean catchUp() {
        boolean any = false;
        for (Given next = waiting.peek(); next != null && obey(next); next = waiting.peek()) {
            any = true;
        }
        return any;
    }

    /// Works off those that were given until a packet came that the kernel has sent on, and that is accounted for next.
    void catchUpTo(long nanos) {
        Given next = waiting.peek();
        if (next == null) {
            return;
        }
        audio.passing(true);
        try {
            while (next != null && next.nanos() - nanos <= 0 && obey(next)) {
                next = waiting.peek();
            }
        } finally {
            audio.passing(false);
        }
    }

    /// Before anything changes, what the kernel passes is recalled, and what it passed is told. A packet among it
    /// that came after the command was given has the command obeyed first.
    ///
    /// @return whether it is obeyed: not one that opens, while a packet that came before it is in hand
    private boolean obey(Given next) {
        audio.recall();
        if (isNext(next) && next.opens() && !takeIn.getAsBoolean()) {
            return false;
        }
        if (!isNext(next)) {
            return true;
        }
        waiting.remove();
        length.decrementAndGet();
        if (over.getAsBoolean() && !next.inAnyCase()) {
            return true;
        }
        try {
            next.command().run();
        } catch (RuntimeException fault) {
            LOG.error("media.command.failed call={}", call, fault);
            caught.accept(fault);
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // this very one
    private boolean isNext(Given one) {
        @Nullable Given first = waiting.peek();
        return first == one;
    }
}
