package org.koegura.sipproxy.proxy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Signalling.Relation;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.call.CallRunner;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replaces;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.DialPlan;

/// Which call comes of which (trap 21): one that asks for the place of another (RFC 3891), and one that is made because
/// somebody in another asked for it (RFC 3515, RFC 3892).
///
/// A REFER names only an address. So an INVITE to that address within a minute belongs to it where it comes from
/// whoever
/// was asked, or says who asked, or asks for the place of the dialog that the REFER named. Safe from any thread.
final class Transfers {

    /// How long whoever was asked may take to call: a REFER is answered at once (RFC 3515 §2.4.2).
    static final Duration WAIT_MAX = Duration.ofMinutes(1);

    /// REFERs that are waited for at once; the oldest is forgotten, and counted.
    static final int REFERS_MAX = 256;

    private final Passages passages;
    private final Function<CallFacts, @Nullable Unrecorded> policy;
    private final DialPlan plan;
    private final Clock clock;
    private final Runnable forgotten;
    private final Deque<Refer> refers = new ArrayDeque<>();

    /// @param policy why nothing is kept of a call that leads there; null where it is announced
    /// @param forgotten run when a REFER is forgotten before its time
    Transfers(
            Passages passages,
            Function<CallFacts, @Nullable Unrecorded> policy,
            DialPlan plan,
            Clock clock,
            Runnable forgotten) {
        this.passages = passages;
        this.policy = policy;
        this.plan = plan;
        this.clock = clock;
        this.forgotten = forgotten;
    }

    /// How the site writes numbers.
    DialPlan plan() {
        return plan;
    }

    /// Somebody asked his partner to call.
    ///
    /// @param call in which that was
    /// @param asked who shall call
    /// @param asking who asked, by each name that he gave
    /// @param target whom to call
    /// @param replaces the dialog whose place the new one shall take; null for none
    private record Refer(
            CallRunner call,
            Party asked,
            List<Party> asking,
            Party target,
            @Nullable Replaces replaces,
            Instant at) {}

    /// A REFER passes in a call.
    void referred(Passage passage, WireMessage refer, Leg by) {
        String uri = uriOf(refer, "refer-to");
        Replaces replaces = uri == null ? null : Replaces.inUri(uri);
        boolean attended = uri != null && uri.toLowerCase(Locale.ROOT).contains("replaces=");
        passage.call().transferred(attended ? Signalling.Kind.REFER_WITH_REPLACES : Signalling.Kind.REFER, by);
        if (uri == null || passage.isSecond()) {
            return; // the first passage saw it too
        }
        Passage other = replaces == null ? null : passages.inDialog(replaces);
        if (other != null && other != passage) {
            passage.call().linked(Relation.HANDS_TO, other.call());
        }
        Party target = Identities.party(uri, plan);
        // an outside party decides nothing: it could end what is recorded of it by naming a number
        Stream<Party> named = by == Leg.INSIDE ? Stream.of(target) : Stream.empty();
        List<Party> leadsTo = Stream.concat(named, staying(other, replaces)).toList();
        if (isNeverRecorded(passage.call().facts(), leadsTo)) {
            passage.call().forbid(Unrecorded.NEVER_RECORD_LINE);
        }
        List<Party> asking = Stream.of("from", "referred-by")
                .flatMap(name -> named(refer, name).stream())
                .toList();
        List<Party> asked = named(refer, "to");
        if (!asked.isEmpty()) {
            keep(new Refer(passage.call(), asked.getFirst(), asking, target, replaces, clock.instant()));
        }
    }

    /// A call begins.
    void invited(Passage passage, WireMessage invite) {
        String value = invite.value("replaces");
        Replaces replaces = Replaces.parse(value);
        if (value != null) {
            passage.call().transferred(Signalling.Kind.REPLACES, passage.caller());
        }
        if (passage.isSecond()) {
            return;
        }
        Passage other = replaces == null ? null : passages.inDialog(replaces);
        if (other != null && other != passage) {
            passage.call().linked(Relation.REPLACES, other.call(), passage.opening());
        }
        CallRunner source = sourceOf(invite, replaces);
        if (source != null && source != passage.call()) {
            passage.call().linked(Relation.CAME_FROM, source, passage.opening());
        }
    }

    /// Whether a call that begins takes the place of a dialog in which somebody stays who is never recorded: its
    /// Request-URI may name his telephone alone.
    boolean joinsNeverRecorded(CallFacts begins, WireMessage invite) {
        Replaces replaces = Replaces.parse(invite.value("replaces"));
        Passage other = replaces == null ? null : passages.inDialog(replaces);
        return isNeverRecorded(begins, staying(other, replaces).toList());
    }

    private boolean isNeverRecorded(CallFacts call, List<Party> leadsTo) {
        Instant now = clock.instant(); // schedules: what held when the call began may not any more
        return leadsTo.stream()
                .anyMatch(party -> policy.apply(call.leadingTo(party, now)) == Unrecorded.NEVER_RECORD_LINE);
    }

    private static Stream<Party> staying(@Nullable Passage replaced, @Nullable Replaces by) {
        return replaced == null || by == null ? Stream.of() : replaced.staying(by).stream();
    }

    private synchronized void keep(Refer refer) {
        dropOld();
        refers.addLast(refer);
        if (refers.size() > REFERS_MAX) {
            refers.removeFirst();
            forgotten.run();
        }
    }

    private void dropOld() {
        Instant oldest = clock.instant().minus(WAIT_MAX);
        while (!refers.isEmpty() && refers.getFirst().at().isBefore(oldest)) {
            refers.removeFirst();
        }
    }

    /// The call in which somebody asked for this one, the latest first; null where nobody did.
    private synchronized @Nullable CallRunner sourceOf(WireMessage invite, @Nullable Replaces replaces) {
        dropOld();
        if (refers.isEmpty()) {
            return null;
        }
        List<Party> targets = Stream.concat(
                        Stream.of(Identities.party(invite.request().uri(), plan)), named(invite, "to").stream())
                .toList();
        List<Party> callers = named(invite, "from");
        List<Party> referrers = named(invite, "referred-by");
        for (Iterator<Refer> latest = refers.descendingIterator(); latest.hasNext(); ) {
            Refer refer = latest.next();
            boolean sameDialog = replaces != null && replaces.equals(refer.replaces());
            boolean known = same(callers, List.of(refer.asked())) || same(referrers, refer.asking());
            if (sameDialog || (known && same(targets, List.of(refer.target())))) {
                return refer.call();
            }
        }
        return null;
    }

    /// Hosts differ on the way through a PBX, numbers less so.
    private static boolean same(List<Party> some, List<Party> others) {
        return some.stream()
                .anyMatch(one -> others.stream()
                        .anyMatch(other -> one.number().equals(other.number())
                                || (one.e164() != null && one.e164().equals(other.e164()))));
    }

    private List<Party> named(WireMessage message, String header) {
        String uri = uriOf(message, header);
        return uri == null ? List.of() : List.of(Identities.party(uri, plan));
    }

    /// One that cannot be read is none: the request passes all the same.
    private static @Nullable String uriOf(WireMessage message, String header) {
        try {
            return message.value(header) == null
                    ? null
                    : message.address(header).uri();
        } catch (MessageFault unreadable) {
            return null;
        }
    }
}
