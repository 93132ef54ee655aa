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
    private final AtomicReference<@Nullable Runnable> finalAwaited;
    private final Runnable over;

    /// @param finalAwaited to be run when it has its final response
    /// @param over to be run then too, and where it ends without one
    ServerTransaction(
            WireRequest view, SIPServerTransaction transaction, Hop source, Runnable finalAwaited, Runnable over) {
        this.view = view;
        this.transaction = transaction;
        this.source = source;
        this.finalAwaited = new AtomicReference<>(finalAwaited);
        this.over = over;
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
        over.run();
        try {
            transaction.terminate();
        } catch (ObjectInUseException e) {
            throw new IllegalStateException("the stack never refuses to terminate", e);
        }
    }

    /// Sends a response. The stack repeats it as §17.2 wants: the same bytes.
    public void respond(WireMessage response) throws MessageFault {
        Runnable awaited = response.status() >= 200 ? finalAwaited.getAndSet(null) : null;
        if (awaited != null) {
            awaited.run();
            over.run();
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
