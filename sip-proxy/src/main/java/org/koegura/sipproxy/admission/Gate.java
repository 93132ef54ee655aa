package org.koegura.sipproxy.admission;

import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import org.koegura.sipproxy.admission.AdmissionMeters.Refusal;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.transport.Hop;

/// Decides of every request, before it costs a transaction or a port, whether it is let in.
///
/// ```
/// neighbour, own network, or vouched for?                          else 403 or silence;
///                                              503, where it may be a neighbour whose name is not known yet
/// known, and a call for help or in a dialog                        let in
/// more than one source may send; neighbours excepted               503
/// more new calls than all together may begin                       503
/// ```
///
/// Between PBX and trunk, whoever is let in and is neither of them nor a telephone may reach the PBX and nobody else:
/// that is decided where the way is known. Safe from any thread; never blocks.
public final class Gate {

    /// When whoever sends too much may try again (RFC 3261 §20.33).
    private static final List<String> RETRY = List.of("Retry-After: 5");

    /// When a name that nobody knew has been looked up again.
    private static final List<String> LOOKED_UP = List.of("Retry-After: 10");

    private static final int INVITE_BURST_SECONDS = 2;

    private final AdmissionSettings settings;
    private final Neighbours neighbours;
    private final Acquaintance acquaintance;
    private final Predicate<WireMessage> exempt;
    private final AdmissionMeters meters;
    private final StrangerLog log;
    private final Clock clock;
    private final SourceRates sources;
    private final TokenBucket invites;

    /// What is known of requests and their senders from before.
    public interface Acquaintance {

        /// Whether a request brings back a mark of ours.
        boolean vouchFor(WireMessage request) throws MessageFault;

        /// Whether an address confirmed registrations.
        boolean isRegistrar(Hop source);

        /// Whether an INVITE was let in before, and is repeated.
        boolean isRepeated(WireMessage invite) throws MessageFault;
    }

    /// @param exempt which requests no limit holds for
    public Gate(
            AdmissionSettings settings,
            Neighbours neighbours,
            Acquaintance acquaintance,
            Predicate<WireMessage> exempt,
            AdmissionMeters meters,
            StrangerLog log,
            Clock clock) {
        this.settings = settings;
        this.neighbours = neighbours;
        this.acquaintance = acquaintance;
        this.exempt = exempt;
        this.meters = meters;
        this.clock = clock;
        this.log = log;
        this.sources = new SourceRates(settings.ratePerSource(), SourceRates.SOURCES_MAX, meters::sourceForgotten);
        this.invites = new TokenBucket(
                settings.inviteRate(), (double) settings.inviteRate() * INVITE_BURST_SECONDS, clock.millis());
        meters.sources(sources, SourceRates::count);
    }

    /// What becomes of a request.
    public sealed interface Verdict {

        /// It goes on.
        ///
        /// @param exempt whether no limit holds for it: it is a call for help of somebody who is known
        record Admitted(boolean exempt) implements Verdict {}

        /// It is answered with this, without a transaction.
        ///
        /// @param extra header lines that go with it
        record Refused(int status, String reason, List<String> extra) implements Verdict {}

        /// It is not answered.
        record Ignored() implements Verdict {}
    }

    /// Whether whoever sends from there is answered at all: also where what it sends cannot be read.
    public boolean answers(Hop source) {
        return settings.strangers() == AdmissionSettings.Strangers.REFUSE || isKnown(source);
    }

    /// Decides of a request, as it came. One that cannot be read counts as the first of its kind; it is refused
    /// where it is read.
    public Verdict of(WireMessage request, Hop source) {
        boolean neighbour = neighbours.isNeighbour(source);
        boolean known = isKnown(source);
        boolean begins = begins(request);
        String method = request.request().method();
        boolean inviting = begins && method.equals("INVITE");
        boolean ends = method.equals("ACK") || method.equals("CANCEL");
        boolean vouched = (!known || !begins) && isVouchedFor(request);
        if (!known && !vouched) {
            return stranger(source);
        }
        if (known && exempt.test(request)) {
            return new Verdict.Admitted(true);
        }
        if (known && vouched && !begins) {
            return new Verdict.Admitted(false);
        }
        boolean follows = ends || (vouched && !begins);
        if (!neighbour && !sources.take(source.address().getAddress(), follows, clock.millis())) {
            return inviting && isRepeated(request) ? new Verdict.Admitted(false) : overdone(Refusal.SOURCE_RATE);
        }
        if (inviting && !takeInvite() && !isRepeated(request)) {
            return overdone(Refusal.INVITE_RATE);
        }
        return new Verdict.Admitted(false);
    }

    private Verdict stranger(Hop source) {
        meters.refused(Refusal.STRANGER);
        boolean neighbour = neighbours.mayBeNeighbour(source);
        if (!neighbour) {
            log.refused(source);
        }
        return switch (settings.strangers()) {
            case SILENCE -> new Verdict.Ignored();
            case REFUSE ->
                neighbour
                        ? new Verdict.Refused(503, "Service Unavailable", LOOKED_UP)
                        : new Verdict.Refused(403, "Forbidden", List.of());
        };
    }

    private boolean isKnown(Hop source) {
        return neighbours.isNeighbour(source)
                || settings.networks().contain(source.address().getAddress())
                || acquaintance.isRegistrar(source);
    }

    private static boolean begins(WireMessage request) {
        try {
            return request.to().tag().isEmpty();
        } catch (MessageFault unreadable) {
            return true;
        }
    }

    private boolean isVouchedFor(WireMessage request) {
        try {
            return acquaintance.vouchFor(request);
        } catch (MessageFault unreadable) {
            return false;
        }
    }

    private boolean isRepeated(WireMessage invite) {
        try {
            return acquaintance.isRepeated(invite);
        } catch (MessageFault unreadable) {
            return false;
        }
    }

    private boolean takeInvite() {
        synchronized (invites) {
            return invites.take(clock.millis(), 0);
        }
    }

    private Verdict overdone(Refusal why) {
        meters.refused(why);
        return new Verdict.Refused(503, "Service Unavailable", RETRY);
    }
}
