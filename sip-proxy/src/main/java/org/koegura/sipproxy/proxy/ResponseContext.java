package org.koegura.sipproxy.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transaction.ClientTransaction;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transport.Hop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request that was sent on and waits for its response (RFC 3261 §16.2, §16.7 to §16.10), with one
/// branch.
///
/// Belongs to the lane of its Call-ID.
final class ResponseContext implements ClientTransaction.User {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseContext.class);

    /// How long a cancelled INVITE waits for its final response (§9.1: 64 times T1).
    private static final Duration CANCELLED_WAIT = Duration.ofSeconds(32);

    private final Ways ways;
    private final ServerTransaction server;
    private final String callId;
    private final boolean invite;
    private final @Nullable Passage passage;
    private final @Nullable Leg answerer;
    private final Consumer<ResponseContext> finished;
    private @Nullable ClientTransaction client;
    private Timers.@Nullable Alarm timer;
    private boolean provisional;
    private boolean cancelWanted;
    private boolean cancelSent;
    private boolean accepted;
    private boolean done;

    /// @param passage the call that it belongs to; null for none
    /// @param finished told once, when its final response is there
    ResponseContext(Ways ways, ServerTransaction server, @Nullable Passage passage, Consumer<ResponseContext> finished)
            throws MessageFault {
        this.ways = ways;
        this.server = server;
        this.callId = server.request().callId();
        this.invite = server.request().request().method().equals("INVITE");
        this.passage = passage;
        this.finished = finished;
        this.answerer =
                passage == null ? null : passage.senderOf(server.request()).far();
    }

    /// Sends it on.
    void send(WireMessage request, Hop destination) throws MessageFault {
        try {
            client = ways.transactions().send(request, destination, this);
            if (invite) {
                ring(ways.timerC(), this::timerC);
            }
        } catch (IOException full) {
            LOG.warn("sip.request.unsent reason={}", full.getMessage());
            answer(500, "Server Internal Error");
        }
    }

    /// The caller gave up (§16.10). Before any provisional response there is nothing to cancel yet
    /// (§9.1, trap 8).
    void cancel() {
        if (done || cancelWanted) {
            return;
        }
        cancelWanted = true;
        if (passage != null) {
            passage.call().cancelled();
        }
        if (provisional) {
            sendCancel();
        }
    }

    String callId() {
        return callId;
    }

    /// Whether a 2xx passed.
    boolean isAccepted() {
        return accepted;
    }

    @Override
    public void responded(WireMessage response, Hop source) {
        int status = response.status();
        try {
            if (status >= 200) {
                last(response, source);
            } else {
                provisional(response);
            }
        } catch (MessageFault unreadable) {
            LOG.debug("sip.response.fault reason={}", unreadable.reason());
        }
    }

    private void provisional(WireMessage response) throws MessageFault {
        provisional = true;
        if (cancelWanted) {
            sendCancel();
        }
        if (response.status() == 100 || done) {
            return; // a 100 goes one hop only (§16.7 item 5)
        }
        if (invite && !cancelSent) {
            ring(ways.timerC(), this::timerC);
        }
        forward(response);
    }

    private void last(WireMessage response, Hop source) throws MessageFault {
        if (done) {
            ways.stateless().response(response, client().destination().address().getAddress());
            return;
        }
        finish();
        accepted = response.status() < 300;
        if (accepted && server.request().request().method().equals("REGISTER")) {
            ways.registrars()
                    .confirmed(
                            server.request(),
                            response,
                            new Registrars.Way(server.source(), client().destination(), source));
        }
        try {
            forward(response);
        } catch (MessageFault | RuntimeException fault) {
            // a request that waits for ever would stay in the stack for good
            LOG.error("sip.response.unforwardable status={}", response.status(), fault);
            WireMessage request = server.request();
            server.respond(Replies.response(
                    request, 500, "Server Internal Error", ways.branches().tag(request), List.of()));
        }
    }

    private void forward(WireMessage response) throws MessageFault {
        Body body = passage == null || answerer == null
                ? new Body.Unchanged()
                : passage.response(
                        response, answerer, client().destination().address().getAddress());
        server.respond(ways.onwards().response(response, server.source(), body));
    }

    /// Timers B and F. For other requests than INVITE a 408 would come too late to be of use (RFC 4320
    /// §4.2).
    @Override
    public void timedOut() {
        if (!done && invite) {
            answerGuarded(408, "Request Timeout");
        } else if (!done) {
            finish();
            tellUnansweredGuarded();
            server.terminate();
        }
    }

    /// The system would not send it: no route, no such network.
    @Override
    public void failed() {
        if (!done) {
            client().terminate();
            answerGuarded(500, "Destination Unreachable");
        }
    }

    /// §16.8: nobody answered for three minutes.
    private void timerC() {
        if (done) {
            return;
        }
        if (provisional) {
            cancel();
        } else {
            client().terminate();
            answerGuarded(408, "Request Timeout");
        }
    }

    private void sendCancel() {
        if (cancelSent) {
            return;
        }
        cancelSent = true;
        try {
            ways.transactions().send(Replies.cancel(client().request()), client().destination(), Unheeded.ONE);
        } catch (IOException | MessageFault unsent) {
            LOG.warn("sip.cancel.unsent reason={}", unsent.getMessage());
        }
        ring(CANCELLED_WAIT, () -> {
            if (!done) {
                client().terminate();
                answerGuarded(487, "Request Terminated");
            }
        });
    }

    private void tellUnansweredGuarded() {
        try {
            tellUnanswered();
        } catch (MessageFault impossible) {
            LOG.error("sip.unanswered.failed", impossible);
        }
    }

    private void answerGuarded(int status, String reason) {
        try {
            answer(status, reason);
        } catch (MessageFault impossible) {
            LOG.error("sip.answer.failed", impossible);
        }
    }

    /// A final response of our own.
    private void answer(int status, String reason) throws MessageFault {
        finish();
        if (passage != null && invite && server.request().to().tag().isEmpty()) {
            passage.call().rejected(status);
        }
        tellUnanswered();
        WireMessage request = server.request();
        server.respond(Replies.response(request, status, reason, ways.branches().tag(request), List.of()));
    }

    /// What it offered is off (trap 19).
    private void tellUnanswered() throws MessageFault {
        if (passage != null) {
            passage.unanswered(server.request());
        }
    }

    private void finish() {
        if (!done) {
            done = true;
            finished.accept(this);
        }
        if (timer != null) {
            timer.stop();
        }
    }

    private void ring(Duration delay, Runnable task) {
        if (timer != null) {
            timer.stop();
        }
        timer = ways.timers().after(delay, callId, task);
    }

    private ClientTransaction client() {
        return Objects.requireNonNull(client, "nothing was sent yet");
    }

    /// What comes back for a CANCEL is of no use: the INVITE's own response decides.
    private enum Unheeded implements ClientTransaction.User {
        ONE;

        @Override
        public void responded(WireMessage response, Hop source) {}

        @Override
        public void timedOut() {}

        @Override
        public void failed() {}
    }
}
