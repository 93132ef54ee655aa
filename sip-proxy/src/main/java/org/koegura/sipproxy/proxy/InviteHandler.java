package org.koegura.sipproxy.proxy;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner;
import org.koegura.sipproxy.call.Calls;
import org.koegura.sipproxy.exemption.Incoming;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.DialPlan;
import org.koegura.sipproxy.numbers.EmergencyCalls;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Routing;
import org.koegura.sipproxy.routing.Whereabouts;
import org.koegura.sipproxy.srtp.SrtpProfiles;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transport.Hop;

/// Step 4 of 10 on the INVITE line: a new call is let in or refused, gets its sides, its control and
/// its passage.
///
/// Works on the lane of the Call-ID.
final class InviteHandler {

    /// When a refused caller may try again, in seconds (RFC 3261 §20.33).
    private static final int RETRY_AFTER_SECONDS = 30;

    private final Calls calls;
    private final Passages passages;
    private final Registrars registrars;
    private final Telephones telephones;
    private final RouteMarks marks;
    private final Whereabouts whereabouts;
    private final EmergencyCalls emergencies;
    private final Transfers transfers;
    private final DialPlan plan;
    private final Clock clock;
    private final RandomGenerator random;

    InviteHandler(
            Calls calls,
            Passages passages,
            Registrars registrars,
            Telephones telephones,
            RouteMarks marks,
            Whereabouts whereabouts,
            EmergencyCalls emergencies,
            Transfers transfers,
            DialPlan plan,
            Clock clock,
            RandomGenerator random) {
        this.calls = calls;
        this.passages = passages;
        this.registrars = registrars;
        this.telephones = telephones;
        this.marks = marks;
        this.whereabouts = whereabouts;
        this.emergencies = emergencies;
        this.transfers = transfers;
        this.plan = plan;
        this.clock = clock;
        this.random = random;
    }

    /// What becomes of a new call.
    sealed interface Admission {

        /// It passes.
        record Passes(Passage passage) implements Admission {}

        /// It is answered with this.
        ///
        /// @param extra header lines that go with it
        record Refused(int status, String reason, List<String> extra) implements Admission {}
    }

    /// Lets an INVITE outside of a dialog in.
    ///
    /// @param onward where it goes, and what our own Route said of it
    Admission admit(ServerTransaction transaction, Routing.Onward onward) throws MessageFault {
        WireMessage invite = onward.request();
        Hop source = transaction.source();
        Neighbours neighbours = whereabouts.neighbours();
        Identities written = Identities.of(invite, whereabouts.extensions(), neighbours.isUpstream(source), plan);
        Identities identities =
                neighbours.isTrunkSide() && neighbours.isStranger(source) ? written.withoutTo() : written;
        Sides.Way way = way(transaction.request(), source, onward, identities.callerNamed());
        Passage first = passages.enclosing(invite);
        boolean helps = (first != null && first.callsForHelp()) || callsForHelp(invite, onward.destination(), way);
        if (helps ? calls.refusingAll() : calls.refusing()) {
            return new Admission.Refused(503, "Service Unavailable", List.of("Retry-After: " + RETRY_AFTER_SECONDS));
        }
        if (passages.circles(transaction.request(), source, neighbours)) {
            return new Admission.Refused(482, "Loop Detected", List.of());
        }
        Sides told = Sides.of(way, identities, first);
        boolean doubtful = told.first() == null && isInDoubt(transaction.request(), source, way, identities);
        Sides known = doubtful ? told.leaving(Unrecorded.NO_INSIDE_PARTY) : told;
        boolean untouched = helps || callsBack(invite, source, onward.destination(), way);
        Passage passage = begin(
                invite,
                new Passage.Between(
                        source.address().getAddress(),
                        onward.destination().address().getAddress(),
                        new CallCheckpoint.Forms(
                                srtp(source, way.from() == Sides.From.INSIDE),
                                srtp(onward.destination(), way.to() == Sides.To.TELEPHONE),
                                untouched)),
                identities,
                untouched ? known.emergency() : known,
                untouched,
                whereabouts.provesEarlyMedia(source, clock.instant()),
                helps && way.from() == Sides.From.INSIDE
                        ? Identities.callerUris(invite, whereabouts.neighbours().isUpstream(source))
                        : List.of(),
                way.from() == Sides.From.INSIDE ? caller(written, source) : callee(identities, onward),
                vouched(way, onward.destination(), source, written, invite));
        return new Admission.Passes(passage);
    }

    /// What is spoken there. Whoever is no neighbour and no telephone of ours is beyond the trunk, where
    /// there is one.
    private SrtpProfile srtp(Hop hop, boolean telephone) {
        Neighbours neighbours = whereabouts.neighbours();
        SrtpProfiles set = whereabouts.srtp();
        boolean registrar = !neighbours.isTrunkSide() && registrars.isOne(hop);
        if (neighbours.isUpstream(hop) || registrar) {
            return set.upstream();
        }
        boolean beyond = neighbours.isTrunk(hop) || (neighbours.isTrunkSide() && !telephone);
        return beyond ? set.trunk() : set.telephones();
    }

    /// @param proven whether notices before the answer are known to be heard by whoever calls
    /// @param helped the URIs of a line that calls for help; empty where it does not
    /// @param telephone the inside one, where it is proven which it is; null where it is not
    /// @param vouched the other party's number, where somebody vouches for it; null where nobody does
    private Passage begin(
            WireMessage invite,
            Passage.Between between,
            Identities identities,
            Sides known,
            boolean untouched,
            boolean proven,
            List<String> helped,
            @Nullable Party telephone,
            @Nullable String vouched)
            throws MessageFault {
        boolean out = known.caller() == Leg.INSIDE;
        CallFacts facts = new CallFacts(
                CallId.random(random),
                invite.callId(),
                known.direction(),
                out ? identities.caller() : identities.callee(),
                out ? identities.callee() : identities.shown(),
                clock.instant(),
                identities.dialled(),
                null);
        Unrecorded left = known.first() == null ? null : calls.left(facts); // a call that was sent on to a hotline
        Unrecorded joins = transfers.joinsNeverRecorded(facts, invite) ? Unrecorded.NEVER_RECORD_LINE : left;
        Sides sides = joins == null ? known : known.leaving(joins);
        String name = marks.passage(invite.callId(), random);
        emergencies.called(helped);
        CallRunner call = calls.begin(new Incoming(facts, sides.fixed(), untouched, proven, telephone, vouched), () -> {
            passages.remove(name);
            emergencies.called(helped); // its hour begins when it is over
        });
        Passage passage = new Passage(name, call, sides, invite, between, transfers);
        passages.add(passage);
        if (sides.first() != null) {
            sides.first().call().passedAgain();
        }
        transfers.invited(passage, invite);
        return passage;
    }

    /// Whoever is at home calls for help whatever host it names: it may be the PBX's. What comes from outside does so
    /// only where it goes on to a neighbour: a telephone at extension 119 is no fire brigade.
    private boolean callsForHelp(WireMessage invite, Hop destination, Sides.Way way) {
        return emergencies.isOne(invite.request().uri())
                && (way.from() == Sides.From.INSIDE || whereabouts.neighbours().trusts(destination));
    }

    /// Who is neither neighbour nor the registrar of whoever is called can claim any number.
    private boolean callsBack(WireMessage invite, Hop source, Hop destination, Sides.Way way) throws MessageFault {
        Neighbours neighbours = whereabouts.neighbours();
        boolean vouched = neighbours.isUpstream(source) || neighbours.isTrunk(source);
        return way.from() == Sides.From.OUTSIDE
                && (vouched || registrars.serves(source, destination))
                && emergencies.isCallBack(Identities.callerUris(invite, vouched), Identities.calleeUris(invite));
    }

    /// Whose telephone a request comes from, if it comes from inside; null in every doubt. On the
    /// telephones' side it is one that registered through us from there, under the very identity by
    /// which it asks. Between PBX and trunk it may also be whom the PBX says, where that matches an
    /// extension pattern: a number that it presents for everybody is nobody's.
    @Nullable
    Party insideTelephone(ServerTransaction transaction) throws MessageFault {
        WireMessage request = transaction.request();
        Hop source = transaction.source();
        boolean pbx = whereabouts.neighbours().isUpstream(source);
        return caller(Identities.of(request, whereabouts.extensions(), pbx, plan), source);
    }

    /// Which telephone of ours calls, so that it may ask for something by digits; null in every doubt.
    private @Nullable Party caller(Identities identities, Hop source) {
        Neighbours neighbours = whereabouts.neighbours();
        boolean patterned = identities.known() ? identities.callerMatches() : !neighbours.isTrunkSide();
        boolean named = identities.callerNamed() && patterned;
        Party caller = identities.caller();
        boolean inside = neighbours.isUpstream(source)
                ? neighbours.isTrunkSide()
                : !neighbours.isTrunk(source)
                        && !registrars.isOne(source)
                        && telephones.isOne(
                                caller.addressOfRecord(), source.address().getAddress());
        return named && inside ? caller : null;
    }

    /// The other party's number, where somebody vouches for it (N8); null in every doubt. Of a call that
    /// goes out it is the one that was dialled, where PBX or carrier takes it there; of one that comes in,
    /// the one that PBX or carrier asserts. Who calls another way than its identity says is a doubt.
    private @Nullable String vouched(Sides.Way way, Hop destination, Hop source, Identities written, WireMessage invite)
            throws MessageFault {
        Neighbours neighbours = whereabouts.neighbours();
        boolean joins = invite.value("replaces") != null || invite.value("join") != null; // somebody else is reached
        if (joins) {
            return null;
        }
        if (way.from() == Sides.From.INSIDE) {
            boolean known = neighbours.trusts(destination)
                    || (!neighbours.hasUpstream() && !neighbours.isTrunkSide() && registrars.isOne(destination));
            // a PBX hands on what comes from outside, too: there a pattern must say that it is one of ours who calls
            boolean ours = !neighbours.isTrunkSide() || (written.known() && written.callerMatches());
            boolean handedOn = invite.value("diversion") != null || invite.value("history-info") != null;
            return known && ours && !handedOn ? written.dialled().e164() : null;
        }
        return neighbours.trusts(source) && !written.callerMatches() ? Identities.assertedNumber(invite, plan) : null;
    }

    /// Which telephone of ours is called; null in every doubt. It is the one that is registered where the call leads,
    /// or else the one that the Request-URI names. To alone says nothing: a call may have been sent on from there.
    private @Nullable Party callee(Identities identities, Routing.Onward onward) throws MessageFault {
        boolean trunkSide = whereabouts.neighbours().isTrunkSide();
        WireMessage invite = onward.request();
        String registered =
                telephones.registeredAt(invite, onward.destination().address().getAddress());
        Party called = registered == null ? identities.dialled() : Identities.party(registered, plan);
        boolean matches = whereabouts.extensions().match(called.number());
        return !trunkSide || (identities.known() && matches) ? called : null;
    }

    private Sides.Way way(WireMessage invite, Hop source, Routing.Onward onward, boolean callerNamed)
            throws MessageFault {
        Neighbours neighbours = whereabouts.neighbours();
        Hop destination = onward.destination();
        // a Contact is whatever its telephone wrote: one that leads to a registrar is none of a telephone's
        boolean pathed = marks.isForTelephone(onward.mark(), onward.request())
                && (registrars.serves(source, destination) || !registrars.isOne(destination));
        if (!neighbours.isTrunkSide()) {
            return new Sides.Way(
                    false,
                    pathed || registrars.serves(source, destination) ? Sides.From.OUTSIDE : Sides.From.INSIDE,
                    pathed ? Sides.To.TELEPHONE : Sides.To.ANYWHERE);
        }
        boolean pbx = neighbours.isUpstream(source);
        if (pbx && pathed) { // nobody else can have kept our Path
            return new Sides.Way(true, Sides.From.OUTSIDE, Sides.To.TELEPHONE);
        }
        boolean telephone = neighbours.isStranger(source) && isTelephone(invite, source, callerNamed);
        return new Sides.Way(
                true,
                pbx || telephone ? Sides.From.INSIDE : Sides.From.OUTSIDE,
                neighbours.isUpstream(destination) ? Sides.To.UPSTREAM : Sides.To.ANYWHERE);
    }

    /// On the telephone side, as long as the registrar's name is not known, whoever calls may be it,
    /// for somebody outside who would not be told. So may one that nobody set, to a telephone that did
    /// not register with it since the start. Its call passes, and nothing is kept.
    private boolean isInDoubt(WireMessage invite, Hop source, Sides.Way way, Identities identities)
            throws MessageFault {
        return !way.trunkSide()
                && way.from() == Sides.From.INSIDE
                && (whereabouts.neighbours().mayBeUpstream(source) || registrars.isOne(source))
                && !isTelephone(invite, source, identities.callerNamed());
    }

    /// Its identity says which telephone it is. One that withholds it is whoever is registered there: else
    /// staff could keep their calls unrecorded.
    private boolean isTelephone(WireMessage invite, Hop source, boolean callerNamed) throws MessageFault {
        InetAddress address = source.address().getAddress();
        return telephones.isSender(invite, address) || (!callerNamed && telephones.isAt(address));
    }
}
