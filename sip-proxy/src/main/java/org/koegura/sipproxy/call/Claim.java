package org.koegura.sipproxy.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// What somebody asks of a call and waits for. Whoever claims it first decides: the call that takes it up, or the
/// person who would wait no longer. What was given up never comes true.
///
/// Safe from any thread.
///
/// @param <T> the answer
final class Claim<T> {

    /// How long it waits to be taken up by its call.
    private static final Duration TAKE_UP = Duration.ofSeconds(1);

    /// How long one that was taken up waits for the journal.
    private static final Duration JOURNAL_WAIT = Duration.ofSeconds(10);

    private final CompletableFuture<T> reply = new CompletableFuture<>();
    private final AtomicBoolean claimed = new AtomicBoolean();

    /// True once.
    boolean take() {
        return claimed.compareAndSet(false, true);
    }

    void answer(T answer) {
        reply.complete(answer);
    }

    /// Waits for the answer. If the call has not taken it up in time it never will; if it has, the journal is being
    /// written, and its word is waited for: to say "no" to what then happens would be worse than to be late.
    ///
    /// @param none what there is to say where nothing came of it
    T await(T none) {
        try {
            return reply.get(TAKE_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notTakenUp) {
            return givenUp(none);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return givenUp(none);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a claim is answered, never failed", impossible);
        }
    }

    private T givenUp(T none) {
        return take()
                ? none
                : reply.completeOnTimeout(none, JOURNAL_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
    }
}
