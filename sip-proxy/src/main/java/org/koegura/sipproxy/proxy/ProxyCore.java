package org.koegura.sipproxy.proxy;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.sipproxy.admission.AdmissionMeters;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.Gate;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.admission.StrangerLog;
import org.koegura.sipproxy.call.Calls;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.EmergencyCalls;
import org.koegura.sipproxy.numbers.EmergencyNumbers;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.routing.ContactTokens;
import org.koegura.sipproxy.routing.Flows;
import org.koegura.sipproxy.routing.HealthWatch;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.routing.Router;
import org.koegura.sipproxy.routing.TargetMeters;
import org.koegura.sipproxy.routing.Whereabouts;
import org.koegura.sipproxy.telephone.CodeCalls;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transaction.Transactions;
import org.koegura.sipproxy.transport.Arrival;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Reserve;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.Transports;

/// Joins the parts of this package and the transactions under them.
public final class ProxyCore implements AutoCloseable {

    /// RFC 3261 §16.6 item 11: more than three minutes.
    private static final Duration TIMER_C = Duration.ofSeconds(181);

    private final MessageReceiver receiver;
    private final Transactions transactions;
    private final Timers timers;
    private final HealthWatch.Asking pings;
    private final Resumptions resumptions;
    private final CodeCalls codes;

    private ProxyCore(
            MessageReceiver receiver,
            Transactions transactions,
            Timers timers,
            HealthWatch.Asking pings,
            Resumptions resumptions,
            CodeCalls codes) {
        this.receiver = receiver;
        this.transactions = transactions;
        this.timers = timers;
        this.pings = pings;
        this.resumptions = resumptions;
        this.codes = codes;
    }

    /// What it stands on.
    ///
    /// @param name names the transaction stack and its threads
    /// @param reserve calls for help
    /// @param secret makes names that nobody else can
    /// @param flows connections of telephones
    /// @param withoutPath registrars that keep no Path; null for none
    /// @param codes what telephones ask for by digits
    /// @param house what answers them
    public record Surroundings(
            String name,
            Transports transports,
            Lanes lanes,
            Reserve reserve,
            OwnAddress own,
            Router router,
            Secret secret,
            Flows flows,
            @Nullable Networks withoutPath,
            Whereabouts whereabouts,
            Numbering numbering,
            SipMeters meters,
            AdmissionSettings admission,
            TargetMeters targets,
            AdmissionMeters refusals,
            CodeCalls.Settings codes,
            CodeCalls.House house) {}

    /// Starts it; the sockets are not read yet.
    ///
    /// @throws IOException the transaction layer does not start
    public static ProxyCore open(Surroundings around, Calls calls, Clock clock, RandomGenerator random)
            throws IOException {
        Branches branches = new Branches(around.secret());
        Passages passages = new Passages(around.own(), branches);
        RouteMarks marks = new RouteMarks(around.secret());
        Neighbours neighbours = around.whereabouts().neighbours();
        Telephones telephones = new Telephones(Telephones.TELEPHONES_MAX, around.refusals()::telephoneForgotten, clock);
        RegisteredContacts contacts = new RegisteredContacts(
                new ContactTokens(around.secret()),
                around.flows(),
                marks,
                around.own(),
                neighbours,
                around.withoutPath(),
                around.meters());
        Registrars registrars = new Registrars(around.own(), around.meters(), neighbours, telephones, contacts);
        StrangerLog misled = new StrangerLog(neighbours.isTrunkSide(), clock); // apart from those of the Internet
        Relays relays =
                new Relays(neighbours, around.admission(), registrars, telephones, marks, around.refusals(), misled);
        Onwards onwards = new Onwards(around.own(), contacts, neighbours, registrars, telephones);
        StatelessForwarder stateless = new StatelessForwarder(
                around.transports(),
                around.own(),
                around.router(),
                relays,
                onwards,
                passages,
                branches,
                around.meters());
        EmergencyCalls emergencies =
                new EmergencyCalls(around.numbering(), clock, around.meters()::emergencyLineForgotten);
        Transfers transfers =
                new Transfers(passages, calls::left, around.numbering().plan(), clock, around.meters()::referForgotten);
        InviteHandler invites = new InviteHandler(
                calls,
                passages,
                registrars,
                telephones,
                marks,
                around.whereabouts(),
                emergencies,
                transfers,
                around.numbering().plan(),
                clock,
                random);
        Timers timers = new Timers(around.lanes());
        LateUser user = new LateUser();
        Transactions transactions = Transactions.open(
                around.name(), around.transports(), around.lanes(), around.meters(), user, around.reserve());
        CodeCalls codes = new CodeCalls(
                around.codes(),
                around.house(),
                around.own(),
                around.transports(),
                transactions,
                (delay, callId, task) -> timers.after(delay, callId, task)::stop,
                clock,
                random);
        RequestHandler requests = new RequestHandler(
                around.router(),
                invites,
                passages,
                relays,
                around.refusals(),
                codes,
                new Ways(
                        branches,
                        marks,
                        transactions,
                        stateless,
                        onwards,
                        registrars,
                        timers,
                        around.targets(),
                        neighbours,
                        TIMER_C));
        user.handler = requests;
        Gate gate = new Gate(
                around.admission(),
                neighbours,
                new Known(marks, registrars, telephones, branches, requests),
                callsForHelp(around.numbering().emergency()),
                around.refusals(),
                new StrangerLog(neighbours.isTrunkSide(), clock),
                clock);
        MessageReceiver receiver = new MessageReceiver(
                around.transports(),
                around.lanes(),
                around.own(),
                branches,
                gate,
                around.reserve(),
                transactions,
                requests,
                stateless,
                codes,
                around.meters());
        Pings pings = new Pings(around.own(), transactions, timers, around.lanes(), random);
        return new ProxyCore(receiver, transactions, timers, pings, new Resumptions(calls, passages, transfers), codes);
    }

    /// Takes what the sockets receive. Never blocks.
    public Consumer<Arrival> receiver() {
        return receiver;
    }

    /// Takes up a call of a process that died; before the sockets are read. Blocks.
    ///
    /// @return whether it was
    public boolean resume(CallCheckpoint left) {
        return resumptions.resume(left);
    }

    /// Asks servers whether they are there.
    public HealthWatch.Asking pings() {
        return pings;
    }

    @Override
    public void close() {
        codes.close();
        timers.close();
        transactions.close();
    }

    /// An INVITE for help, and what ends it.
    private static Predicate<WireMessage> callsForHelp(EmergencyNumbers numbers) {
        Set<String> methods = Set.of("INVITE", "ACK", "CANCEL");
        return request -> methods.contains(request.request().method())
                && numbers.isOne(request.request().uri());
    }

    /// What the gate asks.
    private record Known(
            RouteMarks marks, Registrars registrars, Telephones telephones, Branches branches, RequestHandler requests)
            implements Gate.Acquaintance {

        @Override
        public boolean vouchFor(WireMessage request) throws MessageFault {
            return marks.vouchFor(request);
        }

        @Override
        public boolean isRegistrar(Hop source) {
            return registrars.isOne(source);
        }

        @Override
        public boolean isRepeated(WireMessage invite) throws MessageFault {
            return requests.knows(branches.of(invite));
        }
    }

    /// The handler needs the transactions, and they need it; it is set before the socket is read.
    private static final class LateUser implements Transactions.User {

        private volatile @Nullable RequestHandler handler;

        @Override
        public void requested(ServerTransaction transaction) throws MessageFault {
            RequestHandler ready = handler;
            if (ready != null) {
                ready.requested(transaction);
            }
        }
    }
}
