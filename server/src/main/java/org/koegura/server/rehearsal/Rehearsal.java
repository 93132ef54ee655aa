package org.koegura.server.rehearsal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Calls until the code that carries calls is compiled.
///
/// Interpreted, a call costs ten times what it costs later: whoever answers telephones too early loses the first of
/// them. Several callers keep all processors busy; a call of one waits for the proxy most of the time. In a further
/// call both parties speak.
public final class Rehearsal {

    private static final int CALLERS = 4;

    /// After so many calls in a row that nobody answered, a caller gives up.
    private static final int LOST_MAX = 3;

    private static final int TALK_TRIES = 3;

    private Rehearsal() {}

    /// How a rehearsal went.
    ///
    /// @param completed calls from INVITE to the last 200
    /// @param lost calls in which a message did not come through
    /// @param packets that came through in a call with media
    public record Held(int completed, int lost, int packets) {}

    /// What is done while the call with media is up.
    public interface Interlude<F extends Exception> {

        /// Does it. Blocks.
        ///
        /// @param heard how many packets either party has heard so far
        void hold(IntSupplier heard) throws F, IOException, InterruptedException;
    }

    /// Places calls through a proxy on this machine's loopback. Blocks until all are over or the time is up.
    ///
    /// @param port where the proxy takes SIP over UDP
    /// @param calls how many
    /// @param talkAtLeast how long the call with media lasts, beside the others or after them
    /// @param interlude held at its end, while both still speak
    /// @throws IOException no socket is to be had, or the interlude's
    /// @throws InterruptedException the caller's thread was; the calls end by themselves
    public static <F extends Exception> Held hold(
            int port, int calls, Duration atMost, Duration talkAtLeast, Interlude<F> interlude)
            throws F, IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long endNanos = startNanos + atMost.toNanos();
        AtomicInteger left = new AtomicInteger(calls);
        AtomicInteger completed = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        List<WholeCalls> lines = new ArrayList<>();
        int packets = 0;
        Conversation talk = conversation(port, endNanos);
        try {
            for (int i = 0; i < CALLERS; i++) {
                lines.add(WholeCalls.through(port));
            }
            List<Thread> callers = lines.stream()
                    .map(line -> Thread.ofPlatform().daemon().name("rehearsal").start(() -> {
                        int inARow = 0;
                        while (inARow < LOST_MAX && System.nanoTime() < endNanos && left.getAndDecrement() > 0) {
                            if (isCompleted(line)) {
                                completed.incrementAndGet();
                                inARow = 0;
                            } else {
                                lost.incrementAndGet();
                                inARow++;
                            }
                        }
                    }))
                    .toList();
            for (Thread caller : callers) {
                caller.join();
            }
            if (talk != null) {
                TimeUnit.NANOSECONDS.sleep(talkAtLeast.toNanos() - (System.nanoTime() - startNanos));
                interlude.hold(talk::heard);
            }
        } finally {
            lines.forEach(WholeCalls::close);
            if (talk != null) {
                packets = talk.stop();
                talk.close();
            }
        }
        return new Held(completed.get(), lost.get(), packets);
    }

    private static @Nullable Conversation conversation(int port, long endNanos) {
        for (int i = 0; i < TALK_TRIES && System.nanoTime() < endNanos; i++) {
            try {
                return Conversation.begin(port);
            } catch (IOException unanswered) {
                // the first call of a cold product on a busy machine takes longer than any other
            }
        }
        return null; // the calls will tell
    }

    private static boolean isCompleted(WholeCalls line) {
        try {
            line.call();
            return true;
        } catch (IOException unanswered) {
            return false;
        }
    }
}
