package org.koegura.sipproxy.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transaction.ClientTransaction;
import org.koegura.sipproxy.transport.Hop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One try of a request at one server: a branch of its own, and its CANCEL.
///
/// Belongs to the lane of its Call-ID.
final class Attempt implements ClientTransaction.User {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /// How long a cancelled INVITE waits for its final response (§9.1: 64 times T1).
    private static final Duration CANCELLED_WAIT = Duration.ofSeconds(32);

    private final Ways ways;
    private final WireMessage request;
    private final Hop destination;
    private final Owner owner;
    private @Nullable ClientTransaction client;
    private Timers.@Nullable Alarm overdue;
    private boolean provisional;
    private boolean cancelWanted;
    private List<String> reasons = List.of();

    /// Who is told what becomes of it.
    interface Owner {

        /// A response, 100 included.
        ///
        /// @param source whom it came from
        void responded(Attempt attempt, WireMessage response, Hop source);

        /// No response came in time (timers B and F), or none to its CANCEL.
        void timedOut(Attempt attempt);

        /// The system would not send it: no route, no such network.
        void failed(Attempt attempt);
    }

    Attempt(Ways ways, WireMessage request, Hop destination, Owner owner) {
        this.ways = ways;
        this.request = request;
        this.destination = destination;
        this.owner = owner;
    }

    /// Sends it.
    ///
    /// @throws IOException the transaction layer takes no more
    void send() throws IOException, MessageFault {
        client = ways.transactions().send(request, destination, this);
    }

    Hop destination() {
        return destination;
    }

    /// Whether a provisional response came: then somebody works on it.
    boolean isProceeding() {
        return provisional;
    }

    /// Takes an INVITE back. Before any provisional response there is nothing to cancel yet: then the
    /// CANCEL follows the first one (§9.1, trap 8). Idempotent.
    ///
    /// @param why Reason lines that the CANCEL bears
    void cancel(List<String> why) {
        if (cancelWanted) {
            return;
        }
        cancelWanted = true;
        reasons = why;
        if (provisional) {
            sendCancel();
        }
    }

    /// Ends it without a response. Idempotent.
    void terminate() {
        Objects.requireNonNull(client, "nothing was sent yet").terminate();
    }

    @Override
    public void responded(WireMessage response, Hop source) {
        if (response.status() < 200 && !provisional) {
            provisional = true;
            if (cancelWanted) {
                sendCancel();
            }
        } else if (response.status() >= 200 && overdue != null) {
            overdue.stop();
        }
        owner.responded(this, response, source);
    }

    @Override
    public void timedOut() {
        owner.timedOut(this);
    }

    @Override
    public void failed() {
        owner.failed(this);
    }

    private void sendCancel() {
        try {
            // what comes back for it is of no use: the INVITE's own response decides
            ways.transactions().send(Replies.cancel(request, reasons), destination, ClientTransaction.User.NOBODY);
        } catch (IOException | MessageFault unsent) {
            LOG.warn("sip.cancel.unsent reason={}", unsent.getMessage());
        }
        overdue = ways.timers().after(CANCELLED_WAIT, request.callId(), () -> {
            terminate();
            owner.timedOut(this);
        });
    }
}
