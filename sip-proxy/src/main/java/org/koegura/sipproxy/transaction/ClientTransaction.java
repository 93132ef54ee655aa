package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.stack.SIPClientTransaction;
import java.util.Objects;
import javax.sip.ObjectInUseException;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;

/// Step 10 of 10 on the INVITE line: a request that we sent on, and its responses (RFC 3261 §17.1). The stack repeats
/// it until there is one.
///
/// Use it on the lane of its Call-ID.
public final class ClientTransaction {

    /// Who is told what comes back. Called on the lane of the Call-ID.
    public interface User {

        /// Nobody waits for what comes back.
        User NOBODY = new User() {
            @Override
            public void responded(WireMessage response, Hop source) {}

            @Override
            public void timedOut() {}

            @Override
            public void failed() {}
        };

        /// A response, 100 included. After the first final one there is none: see [Transactions#receiveResponse].
        ///
        /// @param source whom it came from, which need not be whom the request was sent to
        void responded(WireMessage response, Hop source);

        /// No response came in time (timers B and F).
        void timedOut();

        /// It cannot be sent, or was lost with its connection twice; told once. The transaction goes on until
        /// it is terminated.
        void failed();
    }

    private final WireRequest view;
    private final SIPClientTransaction transaction;
    private final Runnable over;
    private volatile User user;

    /// @param over to be run when it has its final response, or will get none
    ClientTransaction(WireRequest view, SIPClientTransaction transaction, User user, Runnable over) {
        this.view = view;
        this.transaction = transaction;
        this.user = user;
        this.over = over;
    }

    /// It has its final response, or will get none. Idempotent.
    void over() {
        over.run();
    }

    User user() {
        return user;
    }

    /// Its user hears of nothing any more and is not held: the stack holds a transaction for 5 s after its response.
    void release() {
        user = User.NOBODY;
    }

    /// Something came back, or nobody waits any more. Idempotent.
    void settled() {
        view.settled();
    }

    /// The request as it was sent.
    public WireMessage request() {
        return view.wire();
    }

    /// Where it was sent.
    public Hop destination() {
        return Objects.requireNonNull(view.destination());
    }

    /// Ends it without a response. Idempotent.
    public void terminate() {
        settled();
        over();
        try {
            transaction.terminate();
        } catch (ObjectInUseException e) {
            throw new IllegalStateException("the stack never refuses to terminate", e);
        }
    }
}
