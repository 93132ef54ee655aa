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
import org.koegura.sipproxy.message.RecordMarks;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Routing;
import org.koegura.sipproxy.routing.TargetMeters.Lost;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transport.Hop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request that was sent on and waits for its response (RFC 3261 §16.2, §16.7 to §16.10). It is tried at one server
/// after the other: where one does not answer, cannot be reached or says 503, the next has its turn (RFC 3263 §4.3).
///
/// Belongs to the lane of its Call-ID.
final class ResponseContext implements Attempt.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseContext.class);

    /// Servers that one request is tried at: a caller waits meanwhile.
    static final int TRIES_MAX = 4;

    /// How long a server may be silent where another one could be asked: over UDP it was asked four times by then.
    static final Duration SILENCE_MAX = Duration.ofSeconds(4);

    private final Ways ways;
    private final ServerTransaction server;
    private final String callId;
    private final boolean invite;
    private final @Nullable Passage passage;
    private final @Nullable Leg answerer;
    private final Consumer<ResponseContext> finished;
    private final Sending sending;
    private final Routing.Onward onward;
    private final List<Hop> destinations;
    private int tried;
    private int branches;

    /// What goes instead of what was offered, and refused; null for nothing.
    private @Nullable Body instead;

    private @Nullable Attempt current;
    private Timers.@Nullable Alarm timerC;
    private Timers.@Nullable Alarm silence;
    private boolean timeout;
    private List<String> retryAfter = List.of();
    private boolean cancelWanted;
    private boolean accepted;
    private boolean done;

    /// Makes of the request what goes to one server.
    interface Sending {

        /// What goes to that server.
        WireMessage to(Try attempt) throws MessageFault;
    }

    /// One try of a request.
    ///
    /// @param number of its branch, from 0 on
    /// @param first whether it goes to the server that is to be asked first
    /// @param instead of the usual body; null for that
    record Try(
            Hop destination,
            int number,
            boolean first,
            @Nullable Body instead) {}

    /// @param onward servers to try, in that order
    /// @param passage the call that it belongs to; null for none
    /// @param finished told once, when its final response is there
    ResponseContext(
            Ways ways,
            ServerTransaction server,
            Sending sending,
            Routing.Onward onward,
            @Nullable Passage passage,
            Consumer<ResponseContext> finished)
            throws MessageFault {
        this.ways = ways;
        this.server = server;
        this.callId = server.request().callId();
        this.invite = server.request().request().method().equals("INVITE");
        this.sending = sending;
        this.onward = onward;
        this.destinations = onward.destinations().stream().limit(TRIES_MAX).toList();
        this.passage = passage;
        this.finished = finished;
        this.answerer =
                passage == null ? null : passage.senderOf(server.request()).far();
    }

    /// Sends it to the next server.
    void send() throws MessageFault {
        send(tried++);
    }

    private void send(int at) throws MessageFault {
        Hop destination = destinations.get(at);
        WireMessage message = sending.to(new Try(destination, branches++, at == 0, instead));
        if (ways.neighbours().fragments(message.length(), destination)) {
            ways.targets().oversize();
        }
        Attempt attempt = new Attempt(ways, message, destination, this);
        try {
            attempt.send();
        } catch (IOException full) {
            LOG.warn("sip.request.unsent reason={}", full.getMessage());
            answer(500, "Server Internal Error", List.of());
            return;
        }
        current = attempt;
        if (invite) {
            startTimerC();
        }
        boolean elsewhere = !onward.byFlow() || tried > 1; // else the other one is the same telephone
        if (hasAnother() && elsewhere) {
            silence = ways.timers().after(SILENCE_MAX, callId, () -> silent(attempt));
        }
    }

    private boolean hasAnother() {
        return tried < destinations.size() && !cancelWanted;
    }

    /// The caller gave up (§16.10).
    ///
    /// @param why the Reason lines of its CANCEL
    void cancel(List<String> why) {
        if (done || cancelWanted) {
            return;
        }
        cancelWanted = true;
        stop(silence);
        if (passage != null) {
            passage.call().cancelled();
        }
        current().cancel(why);
    }

    String callId() {
        return callId;
    }

    /// Whether a 2xx passed.
    boolean isAccepted() {
        return accepted;
    }

    @Override
    public void responded(Attempt attempt, WireMessage response, Hop source) {
        try {
            if (attempt != current) {
                late(attempt, response, source);
            } else if (response.status() >= 200) {
                last(attempt, response, source);
            } else {
                provisional(attempt, response);
            }
        } catch (MessageFault unreadable) {
            LOG.debug("sip.response.fault reason={}", unreadable.reason());
        }
    }

    /// A server that was given up answers after all. An INVITE that it took is a call: the others are taken back. All
    /// else it says comes too late.
    private void late(Attempt attempt, WireMessage response, Hop source) throws MessageFault {
        boolean success = response.status() >= 200 && response.status() < 300;
        if (!success || (done && !invite)) {
            return;
        }
        if (!done && invite) {
            current().cancel(List.of());
        }
        current = attempt;
        last(attempt, response, source);
    }

    private void provisional(Attempt attempt, WireMessage response) throws MessageFault {
        stop(silence);
        if (response.status() == 100 || done) {
            return; // a 100 goes one hop only (§16.7 item 5)
        }
        if (invite && !cancelWanted) {
            startTimerC();
        }
        forward(attempt, response);
    }

    private void last(Attempt attempt, WireMessage response, Hop source) throws MessageFault {
        if (done) {
            ways.stateless().response(response, attempt.destination());
            return;
        }
        if (response.status() == 503) {
            String seconds = response.valueOrEmpty("retry-after");
            retryAfter = seconds.matches("[0-9]{1,9}") ? List.of("Retry-After: " + seconds) : List.of();
            lost(Lost.UNAVAILABLE);
            return;
        }
        if (response.status() == 488 && fallsBack()) {
            return;
        }
        accepted = response.status() < 300;
        finish();
        if (accepted && server.request().request().method().equals("REGISTER")) {
            ways.registrars()
                    .confirmed(
                            server.request(),
                            response,
                            new Registrars.Way(server.source(), attempt.destination(), source));
        }
        try {
            forward(attempt, response);
        } catch (MessageFault | RuntimeException fault) {
            // a request that waits for ever would stay in the stack for good
            LOG.error("sip.response.unforwardable status={}", response.status(), fault);
            WireMessage request = server.request();
            server.respond(Replies.response(
                    request, 500, "Server Internal Error", ways.branches().tag(request), List.of()));
        }
    }

    /// Its server, or whoever is behind it, will not have SRTP that it was offered and that is not required: it is
    /// asked once more, for plain RTP, in a branch of its own (trap 28). Whoever called hears nothing of it.
    private boolean fallsBack() {
        try {
            boolean opens = invite && server.request().to().tag().isEmpty();
            Body plain =
                    opens && !cancelWanted && passage != null ? passage.call().fallBack() : null;
            if (plain == null) {
                return false;
            }
            stop(silence);
            instead = plain;
            send(tried - 1);
            return true;
        } catch (MessageFault | RuntimeException unsent) {
            LOG.error("sip.fallback.failed", unsent); // its refusal stands
            return false;
        }
    }

    private void forward(Attempt attempt, WireMessage received) throws MessageFault {
        WireMessage response = answerer == Leg.INSIDE ? RecordMarks.without(received) : received;
        Body body = passage == null || answerer == null
                ? new Body.Unchanged()
                : passage.response(
                        response, answerer, Passage.Hops.of(attempt.destination(), List.of(server.source())));
        server.respond(ways.onwards().response(response, server.source(), body));
    }

    /// It said nothing at all, and another could. Should it wake up, it hears a CANCEL.
    private void silent(Attempt attempt) {
        if (!done && attempt == current && !attempt.isProceeding() && hasAnother()) {
            if (invite) {
                attempt.cancel(List.of());
            }
            silentAt(attempt);
            lost(Lost.SILENT);
        }
    }

    @Override
    public void timedOut(Attempt attempt) {
        if (done || attempt != current) {
            return;
        }
        if (invite) {
            silentAt(attempt);
            lost(Lost.SILENT);
        } else { // a 408 would come too late to be of use (RFC 4320 §4.2), and so would another server
            ways.targets().lost(Lost.SILENT, false);
            finish();
            tellUnanswered();
            server.terminate();
        }
    }

    @Override
    public void failed(Attempt attempt) {
        attempt.terminate();
        ways.neighbours().failed(attempt.destination());
        if (!done && attempt == current) {
            lost(Lost.UNREACHABLE);
        }
    }

    /// A server that says not even 100 to a call is down for the calls after it. Other requests may be lost further
    /// on, behind a server that does well.
    private void silentAt(Attempt attempt) {
        if (invite && !attempt.isProceeding()) {
            ways.neighbours().failed(attempt.destination());
        }
    }

    /// §16.8: nobody answered for three minutes.
    private void timerC() {
        if (done) {
            return;
        }
        if (current().isProceeding()) {
            cancel(List.of());
        } else {
            current().terminate();
            lost(Lost.SILENT);
        }
    }

    /// This server is out: the next one, or the best that there is to say (§16.7 item 6). A 503 would say that nothing
    /// can be reached by way of us, so that it ends here, as a 500; and so does what could not be sent (§16.9).
    private void lost(Lost why) {
        stop(silence);
        timeout |= why == Lost.SILENT;
        boolean another = hasAnother();
        ways.targets().lost(why, another);
        try {
            if (another) {
                send();
            } else if (cancelWanted) {
                answer(487, "Request Terminated", List.of());
            } else if (timeout) {
                answer(408, "Request Timeout", List.of());
            } else if (why == Lost.UNREACHABLE
                    && onward.byFlow()
                    && onward.mark().outbound()) {
                answer(430, "Flow Failed", List.of()); // it has others (RFC 5626 §5.3)
            } else {
                answer(500, why == Lost.UNREACHABLE ? "Destination Unreachable" : "Server Internal Error", retryAfter);
            }
        } catch (MessageFault impossible) {
            LOG.error("sip.answer.failed", impossible);
        }
    }

    /// A final response of our own.
    private void answer(int status, String reason, List<String> extra) throws MessageFault {
        finish();
        if (passage != null && invite && server.request().to().tag().isEmpty()) {
            passage.call().rejected(status);
        }
        tellUnanswered();
        WireMessage request = server.request();
        server.respond(Replies.response(request, status, reason, ways.branches().tag(request), extra));
    }

    /// What it offered is off (trap 19).
    private void tellUnanswered() {
        try {
            if (passage != null) {
                passage.unanswered(server.request());
            }
        } catch (MessageFault impossible) {
            LOG.error("sip.unanswered.failed", impossible);
        }
    }

    private void finish() {
        if (!done) {
            done = true;
            finished.accept(this);
        }
        stop(timerC);
        stop(silence);
    }

    private void startTimerC() {
        stop(timerC);
        timerC = ways.timers().after(ways.timerC(), callId, this::timerC);
    }

    private static void stop(Timers.@Nullable Alarm alarm) {
        if (alarm != null) {
            alarm.stop();
        }
    }

    private Attempt current() {
        return Objects.requireNonNull(current, "nothing was sent yet");
    }
}
