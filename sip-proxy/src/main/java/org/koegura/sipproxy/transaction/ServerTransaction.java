package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.stack.SIPServerTransaction;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.ObjectInUseException;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request that came to us and waits for its responses (RFC 3261 §17.2). Repeats of the request are absorbed.
///
/// Use it on the lane of its Call-ID.
public final class ServerTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTransaction.class);

    private final WireRequest view;
    private final SIPServerTransaction transaction;
    private final Hop source;
    private final Outcome outcome;

    /// What becomes of it.
    ///
    /// @param finalAwaited to be run when it has its final response
    /// @param over to be run then too, and where it ends without one
    /// @param last takes the final response to the sender and keeps it for repeats; null where the stack does (an
    ///     INVITE)
    record Outcome(
            AtomicReference<@Nullable Runnable> finalAwaited,
            Runnable over,
            @Nullable Last last) {}

    /// Takes the final response to the sender.
    @FunctionalInterface
    interface Last {
        void respond(WireMessage response) throws MessageFault;
    }

    ServerTransaction(WireRequest view, SIPServerTransaction transaction, Hop source, Outcome outcome) {
        this.view = view;
        this.transaction = transaction;
        this.source = source;
        this.outcome = outcome;
    }

    /// The request, its topmost Via marked with where it came from.
    public WireMessage request() {
        return view.wire();
    }

    /// Where it came from.
    public Hop source() {
        return source;
    }

    /// What it has in common with the CANCEL that means it (RFC 3261 §9.2).
    public String key() throws MessageFault {
        return View.matchKey(view.wire(), view.wire().topVia());
    }

    /// Ends it without a response, where none would be of use (RFC 4320 §4.2). Idempotent.
    ///
    /// A transaction that is neither answered nor ended stays in the stack for good.
    public void terminate() {
        outcome.over().run();
        end();
    }

    private void end() {
        try {
            transaction.terminate();
        } catch (ObjectInUseException e) {
            throw new IllegalStateException("the stack never refuses to terminate", e);
        }
    }

    /// Sends a response. It is repeated as §17.2 wants: the same bytes.
    public void respond(WireMessage response) throws MessageFault {
        Runnable awaited = response.status() >= 200 ? outcome.finalAwaited().getAndSet(null) : null;
        if (awaited != null) {
            awaited.run();
            outcome.over().run();
            if (outcome.last() != null) {
                outcome.last().respond(response);
                end();
                return;
            }
        }
        try {
            transaction.sendMessage(View.response(response, view));
        } catch (IOException e) {
            LOG.debug("sip.response.unsent kind={}", e.getClass().getSimpleName());
        }
        if (awaited != null) {
            view.shrink();
        }
    }
}
