package org.koegura.sipproxy.proxy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.code.Feature;
import org.koegura.sipproxy.admission.AdmissionMeters;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.RecordMarks;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Router;
import org.koegura.sipproxy.routing.Routing;
import org.koegura.sipproxy.telephone.CodeCalls;
import org.koegura.sipproxy.transaction.Recent;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transaction.Transactions;
import org.koegura.sipproxy.transport.Hop;

/// Routes requests that have a server transaction and sends them on (RFC 3261 §16.2 to §16.6).
///
/// Works on the lane of the Call-ID.
final class RequestHandler implements Transactions.User {

    /// How long an answered INVITE is remembered: a late CANCEL or a repeated INVITE is still its own
    /// (64 times T1).
    private static final Duration REMEMBERED = Duration.ofSeconds(32);

    /// At 1,000 calls/s 32,000 are.
    private static final int REMEMBERED_MAX = 100_000;

    /// A neighbour's name is asked for again and again.
    private static final List<String> NOT_KNOWN_YET = List.of("Retry-After: 10");

    private final Router router;
    private final InviteHandler invites;
    private final Passages passages;
    private final Relays relays;
    private final AdmissionMeters refusals;
    private final CodeCalls codes;
    private final Ways ways;

    /// Those that wait for their final response, by branch.
    private final Map<String, ResponseContext> invited = new ConcurrentHashMap<>();

    /// Those that have it, and whether it was a 2xx. Nothing of the call is held by this: at 500 calls/s 16,000 are
    /// remembered.
    private final Recent<Boolean> accepted = new Recent<>(REMEMBERED, REMEMBERED_MAX);

    RequestHandler(
            Router router,
            InviteHandler invites,
            Passages passages,
            Relays relays,
            AdmissionMeters refusals,
            CodeCalls codes,
            Ways ways) {
        this.router = router;
        this.invites = invites;
        this.passages = passages;
        this.relays = relays;
        this.refusals = refusals;
        this.codes = codes;
        this.ways = ways;
    }

    /// Whether the INVITE of that branch was sent on a short while ago.
    boolean knows(String branch) {
        return invited.containsKey(branch) || accepted.of(branch) != null;
    }

    /// Whether that INVITE got a 2xx already: its transaction is gone (RFC 3261 §17.2.1), and this is a
    /// repeated one.
    boolean isAccepted(String branch) {
        return Boolean.TRUE.equals(accepted.of(branch));
    }

    @Override
    public void requested(ServerTransaction transaction) throws MessageFault {
        WireMessage request = transaction.request();
        if (request.request().method().equals("CANCEL")) {
            cancel(transaction);
            return;
        }
        if (codes.requested(transaction)) {
            return;
        }
        Feature feature = codes.feature(request);
        if (feature != null) {
            code(transaction, feature);
            return;
        }
        if (codes.refersToCode(request)) { // whoever is asked would dial it, and may be outside
            answer(transaction, 403, "Forbidden", List.of());
            return;
        }
        switch (router.route(request, transaction.source())) {
            case Routing.Refused(int status, String reason, var extra) -> answer(transaction, status, reason, extra);
            case Routing.ForUs() -> forUs(transaction);
            case Routing.Forged() -> {
                refusals.refused(AdmissionMeters.Refusal.FORGED);
                forbid(transaction);
            }
            case Routing.Onward onward -> {
                if (!relays.mayGoOn(request, transaction.source(), onward)) {
                    forbidRelay(transaction);
                } else if (request.request().method().equals("INVITE")) {
                    invite(transaction, onward);
                } else if (passages.circles(request, transaction.source(), relays.neighbours())) {
                    answer(transaction, 482, "Loop Detected", List.of());
                } else {
                    within(transaction, onward);
                }
            }
        }
    }

    /// Whether a telephone is recorded is nothing that it may ask for by INFO, and nobody outside sees that it did
    /// (F3).
    private void within(ServerTransaction transaction, Routing.Onward onward) throws MessageFault {
        WireMessage request = transaction.request();
        Passage passage = inDialog(transaction, onward);
        if (!CodeCalls.asksToRecord(request)) {
            forward(transaction, onward, passage);
        } else if (passage == null) {
            boolean inside = invites.insideTelephone(transaction) != null;
            if (inside) {
                answer(transaction, 481, "Call/Transaction Does Not Exist", List.of());
            } else {
                forward(transaction, onward, null);
            }
        } else if (passage.senderOf(request) == Leg.INSIDE) {
            codes.askedToRecord(transaction, passage.call().view());
        } else {
            forward(transaction, onward, passage);
        }
    }

    /// A code is asked for by calling it; nothing that means one is sent on.
    private void code(ServerTransaction transaction, Feature feature) throws MessageFault {
        WireMessage request = transaction.request();
        Party telephone = invites.insideTelephone(transaction);
        if (telephone == null && !relays.answers(transaction.source())) {
            transaction.terminate();
        } else if (!request.request().method().equals("INVITE")) {
            answer(transaction, 405, "Method Not Allowed", List.of("Allow: INVITE"));
        } else if (codes.invited(transaction, feature, telephone)) {
            accepted.keep(ways.branches().of(request), true); // a repeated one, or its CANCEL, is its own
        }
    }

    /// Where it may be the PBX, whose name is not known yet, it may try again soon.
    private void forbidRelay(ServerTransaction transaction) throws MessageFault {
        Hop source = transaction.source();
        if (relays.answers(source) && relays.neighbours().mayBeUpstream(source)) {
            refusals.refused(AdmissionMeters.Refusal.RELAY);
            answer(transaction, 503, "Service Unavailable", NOT_KNOWN_YET);
        } else {
            relays.refused(source);
            forbid(transaction);
        }
    }

    /// With 403, or with nothing where strangers are met so.
    private void forbid(ServerTransaction transaction) throws MessageFault {
        if (relays.answers(transaction.source())) {
            answer(transaction, 403, "Forbidden", List.of());
        } else {
            transaction.terminate();
        }
    }

    /// §16.10. It was let in only because its INVITE is known.
    private void cancel(ServerTransaction transaction) throws MessageFault {
        String branch = ways.branches().of(transaction.request());
        if (!knows(branch)) {
            answer(transaction, 481, "Call/Transaction Does Not Exist", List.of());
            return;
        }
        answer(transaction, 200, "OK", List.of());
        codes.cancelled(transaction.request());
        ResponseContext context = invited.get(branch);
        if (context != null) {
            context.cancel(Replies.reasons(transaction.request()));
        }
    }

    private void invite(ServerTransaction transaction, Routing.Onward onward) throws MessageFault {
        WireMessage request = transaction.request();
        transaction.respond(Replies.response(request, 100, "Trying", "", List.of()));
        if (!request.to().tag().isEmpty()) {
            if (passages.circles(request, transaction.source(), relays.neighbours())) {
                answer(transaction, 482, "Loop Detected", List.of());
                return;
            }
            forward(transaction, onward, inDialog(transaction, onward));
            return;
        }
        switch (invites.admit(transaction, onward)) {
            case InviteHandler.Admission.Refused(int status, String reason, var extra) ->
                answer(transaction, status, reason, extra);
            case InviteHandler.Admission.Passes(Passage passage) -> {
                try {
                    forward(transaction, onward, passage);
                } catch (MessageFault | RuntimeException fault) {
                    // else it would stand in the live list for ever
                    passage.call().rejected(fault instanceof MessageFault known ? known.status() : 500);
                    throw fault;
                }
            }
        }
    }

    private @Nullable Passage inDialog(ServerTransaction transaction, Routing.Onward onward) throws MessageFault {
        return passages.of(
                onward.mark(),
                transaction.request(),
                transaction.source().address().getAddress());
    }

    private void forward(ServerTransaction transaction, Routing.Onward way, @Nullable Passage passage)
            throws MessageFault {
        WireMessage request = transaction.request();
        Routing.Onward onward = passage == null || passage.senderOf(request) != Leg.INSIDE
                ? way
                : way.carrying(RecordMarks.without(way.request())); // nobody outside sees what is recorded (F3)
        Body body = passage == null
                ? new Body.Unchanged()
                : passage.request(onward.request(), Passage.Hops.of(transaction.source(), onward.destinations()));
        if (passage != null && body instanceof Body.Refuse refusal) {
            answer(transaction, refusal.status(), refusal.reason(), List.of(refusal.header()));
            if (request.request().method().equals("INVITE")
                    && request.to().tag().isEmpty()) {
                passage.call().refused(refusal); // within its dialog the call goes on as it was
            }
            return;
        }
        String branch = ways.branches().of(request);
        String name = passage == null ? ways.marks().dialog(request.callId()) : passage.name();
        boolean invite = request.request().method().equals("INVITE");
        boolean offers = passage != null && (invite || body instanceof Body.Replaced);
        Routing.Onward tried = offers ? onward.ofOneFamily() : onward; // media are offered in the family of the first
        ways.targets().left(onward.destinations().size() - tried.destinations().size());
        ResponseContext context = new ResponseContext(
                ways,
                transaction,
                attempt -> {
                    String ofTry = Branches.ofTry(branch, attempt.number());
                    if (invite && passage != null) {
                        passages.invited(
                                passage, ofTry, passage.senderOf(request).far());
                    }
                    Onwards.Stay stay = new Onwards.Stay(onward.mark(), name, onward.byFlow() && attempt.first());
                    return ways.onwards()
                            .request(
                                    onward.request(),
                                    transaction.source(),
                                    attempt.destination(),
                                    ofTry,
                                    stay,
                                    attempt.instead() == null ? body : attempt.instead());
                },
                tried,
                passage,
                done -> answered(branch, done));
        if (invite) {
            invited.put(branch, context);
        }
        try {
            context.send();
        } catch (MessageFault | RuntimeException unsent) {
            invited.remove(branch, context); // nobody else would
            throw unsent;
        }
    }

    private void answered(String branch, ResponseContext done) {
        if (done.equals(invited.get(branch))) {
            accepted.keep(branch, done.isAccepted()); // first: the gate asks from other threads
            invited.remove(branch, done);
        }
    }

    /// A request to ourselves: a telephone asks whether we are there (trap 34).
    private void forUs(ServerTransaction transaction) throws MessageFault {
        boolean asks = transaction.request().request().method().equals("OPTIONS");
        List<String> allow = List.of("Allow: OPTIONS");
        if (asks) {
            answer(transaction, 200, "OK", allow);
        } else {
            answer(transaction, 405, "Method Not Allowed", allow);
        }
    }

    private void answer(ServerTransaction transaction, int status, String reason, List<String> extra)
            throws MessageFault {
        WireMessage request = transaction.request();
        transaction.respond(
                Replies.response(request, status, reason, ways.branches().tag(request), extra));
    }
}
