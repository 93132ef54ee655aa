package org.koegura.sipproxy.call;

import java.net.InetAddress;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Leg;

/// The control of one call passage, as the signalling path sees it. Made by [Calls#begin].
public final class CallRunner {

    private final CallFacts facts;

    CallRunner(CallFacts facts) {
        this.facts = facts;
    }

    /// Rewrites the session description in a message of this call; returns what to send on.
    ///
    /// Call it for *every* INVITE, ACK, PRACK, UPDATE and response to one of them, also where there is no body: a
    /// final non-2xx to a re-INVITE rolls media back. Blocks; from the call's worker thread, in message order.
    /// Retransmissions give the same bytes again.
    public Body pass(Passing passing) {
        return new Body.Unchanged();
    }

    /// One message on its way through.
    ///
    /// @param from the leg it came in on
    /// @param method of the request, or of the CSeq of a response
    /// @param status 0 for a request
    /// @param cseq number of the CSeq
    /// @param toTag tag of the To header; empty where there is none
    /// @param reliable whether a provisional response carries `Require: 100rel`
    /// @param contentType value of Content-Type; empty where there is none
    /// @param body as received
    /// @param source address that its signalling came from
    // An array and not a copy of it: the bytes belong to the message being passed, and records of it are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record Passing(
            Leg from,
            String method,
            int status,
            long cseq,
            String toTag,
            boolean reliable,
            String contentType,
            byte[] body,
            InetAddress source) {}

    /// What to send on instead of a body.
    public sealed interface Body {

        /// The body as received.
        record Unchanged() implements Body {}

        /// This body, with its own Content-Length.
        // See Passing: an array, never compared.
        @SuppressWarnings("ArrayRecordComponent")
        record Replaced(byte[] body) implements Body {}

        /// Nothing: answer the request with this. Only ever returned for the initial INVITE.
        record Refuse(int status, String reason) implements Body {}
    }

    /// A provisional response other than 100 to the initial INVITE passed.
    public void provisional(int status) {}

    /// The first 2xx of the initial INVITE is about to be sent on; after [#pass], before sending. Idempotent.
    public void answered(String toTag) {}

    /// The ACK of the initial 2xx passed; after [#pass].
    public void acknowledged() {}

    /// A final non-2xx of the initial INVITE goes to the caller.
    public void rejected(int status) {}

    /// A CANCEL arrived; media stay until the final response.
    public void cancelled() {}

    /// A BYE passed.
    public void hungUp(Leg by) {}

    /// The call.
    public CallFacts facts() {
        return facts;
    }
}
