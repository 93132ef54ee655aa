package org.koegura.sipproxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.sipproxy.admission.AdmissionMeters;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.call.CallSettings;
import org.koegura.sipproxy.call.Calls;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.exemption.Beforehand;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.proxy.ProxyCore;
import org.koegura.sipproxy.routing.ContactTokens;
import org.koegura.sipproxy.routing.Flows;
import org.koegura.sipproxy.routing.HealthWatch;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.routing.Router;
import org.koegura.sipproxy.routing.TargetMeters;
import org.koegura.sipproxy.routing.Whereabouts;
import org.koegura.sipproxy.telephone.Armed;
import org.koegura.sipproxy.telephone.CodeCalls;
import org.koegura.sipproxy.telephone.LastCalls;
import org.koegura.sipproxy.tls.TlsSettings;
import org.koegura.sipproxy.transport.Dscp;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Protocol;
import org.koegura.sipproxy.transport.Reserve;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the room: binds SIP's sockets and joins transport, transactions, routing and calls.
///
/// Safe from any thread. [#endAll] and [#close] block, for a bounded time.
public final class SipProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SipProxy.class);

    private final BoundSockets bound;
    private final Transports transports;
    private final OwnAddress own;
    private final Calls calls;
    private final CallCheckpoints checkpoints;
    private final ProxyCore core;
    private final Lanes lanes;
    private final ServerLocator locator;
    private final HealthWatch health;
    private final Counter resumed;
    private final Counter notResumed;

    /// What may be set.
    ///
    /// @param secret makes branches, tags and marks that nobody else can; the same after a restart
    /// @param whereabouts between whom it stands
    /// @param withoutPath registrars that keep no Path: they get a Contact of ours; null for none
    /// @param numbering how the site writes numbers, and which of them call for help
    /// @param admission who may use it, and how much
    /// @param nameServers whom to ask for names, in that order; null: those of this system
    /// @param healthInterval how often each neighbour is asked whether it is there; zero for never
    /// @param refuseWhenUnrecordable R3: refuse a call that cannot be recorded, instead of letting it pass
    /// @param codecs in which calls can be announced and kept; any other goes unrecorded
    /// @param silentAfter how long an answered call that is not on hold may go without a packet: its BYE was lost
    /// @param dscp what our SIP packets bear (J2)
    /// @param codes what inside telephones ask for by digits (F2)
    /// @param pressed what inside telephones may ask for by keys in a call
    public record Settings(
            Secret secret,
            Whereabouts whereabouts,
            @Nullable Networks withoutPath,
            Numbering numbering,
            AdmissionSettings admission,
            @Nullable List<InetSocketAddress> nameServers,
            Duration healthInterval,
            boolean refuseWhenUnrecordable,
            NoticeCodecs codecs,
            Duration silentAfter,
            Dscp dscp,
            CodeCalls.Settings codes,
            PressedActs.Settings pressed) {

        public Settings {
            nameServers = nameServers == null ? null : List.copyOf(nameServers);
        }
    }

    /// Where SIP listens.
    ///
    /// @param listen over UDP and TCP; port 0 takes one that is free for both
    /// @param advertised address that goes into Via, Record-Route and Path, with the port of the socket; at most
    ///     one of each family
    /// @param tls over TLS; null: not at all
    public record Sockets(
            List<InetSocketAddress> listen,
            List<InetAddress> advertised,
            @Nullable TlsSettings tls) {

        public Sockets {
            listen = List.copyOf(listen);
            advertised = List.copyOf(advertised);
        }

        /// Addresses that they can send to.
        public ServerLocator.Families families() {
            return ServerLocator.Families.of(
                    Stream.concat(listen.stream(), tls == null ? Stream.empty() : tls.listen().stream())
                            .map(InetSocketAddress::getAddress)
                            .toList());
        }

        /// Protocols that can be chosen for a peer.
        public Set<Protocol> spoken() {
            return tls == null ? EnumSet.of(Protocol.UDP, Protocol.TCP) : EnumSet.allOf(Protocol.class);
        }

        /// UDP and TCP at one address.
        public static Sockets at(InetSocketAddress listen, InetAddress advertised) {
            return new Sockets(List.of(listen), List.of(advertised), null);
        }
    }

    private SipProxy(
            BoundSockets bound,
            OwnAddress own,
            Calls calls,
            CallCheckpoints checkpoints,
            ProxyCore core,
            Lanes lanes,
            ServerLocator locator,
            HealthWatch health,
            MeterRegistry metrics) {
        this.resumed = taken(metrics, "resumed");
        this.notResumed = taken(metrics, "not_resumed");
        this.bound = bound;
        this.transports = bound.transports();
        this.own = own;
        this.calls = calls;
        this.checkpoints = checkpoints;
        this.core = core;
        this.lanes = lanes;
        this.locator = locator;
        this.health = health;
    }

    /// Binds its sockets and reads the files of TLS. Blocks.
    ///
    /// @param neighbours may open more connections than others
    /// @param telephones networks of the sites: strangers cannot take the room of their connections
    /// @throws SipFault one of them cannot be had; nothing is left open
    public static BoundSockets bind(Sockets sockets, Neighbours neighbours, Networks telephones, MeterRegistry metrics)
            throws SipFault {
        return BoundSockets.bind(sockets, neighbours, telephones, metrics);
    }

    /// Opens it. Nothing is read from the sockets until [#start].
    ///
    /// @param bound closed with it, and where it cannot be opened
    /// @param random names calls and recordings, from many threads at once: a `SecureRandom` is right
    /// @param metrics the same as of the sockets
    /// @throws SipFault it cannot be; nothing is left open
    public static SipProxy open(
            BoundSockets bound,
            Settings settings,
            MediaPlane media,
            NoticeDesk desk,
            StandingExemptions standing,
            Preservations preservations,
            CallLedger ledger,
            Journal journal,
            CallCheckpoints checkpoints,
            Clock clock,
            RandomGenerator random,
            MeterRegistry metrics)
            throws SipFault {
        SipMeters meters = bound.meters();
        Reserve reserve = new Reserve(meters::callForHelpForgotten);
        Lanes lanes = new Lanes(reserve, meters.faults());
        Sockets sockets = bound.sockets();
        Transports transports = bound.transports();
        transports.mark(settings.dscp());
        OwnAddress own = OwnAddress.of(transports.bound(), sockets.advertised());
        ServerLocator locator = ServerLocator.open(
                settings.nameServers(), sockets.families(), sockets.spoken(), System::nanoTime, metrics);
        Neighbours neighbours = settings.whereabouts().neighbours();
        Armed armed = new Armed(journal, clock, System::nanoTime);
        LastCalls lastCalls = new LastCalls(preservations, System::nanoTime);
        Calls calls = new Calls(
                media,
                desk,
                ledger,
                journal,
                clock,
                random,
                metrics,
                callSettings(settings),
                place -> own.is(place) || neighbours.areAt(place),
                checkpoints,
                new Beforehand(armed, standing),
                lastCalls);
        Flows flows = new Flows(settings.secret(), transports::connection, meters::flowForgotten);
        try {
            ProxyCore core = ProxyCore.open(
                    new ProxyCore.Surroundings(
                            "koegura-" + HexFormat.of().toHexDigits(random.nextLong()),
                            transports,
                            lanes,
                            reserve,
                            own,
                            new Router(own, locator, neighbours, new ContactTokens(settings.secret()), flows),
                            settings.secret(),
                            flows,
                            settings.withoutPath(),
                            settings.whereabouts(),
                            settings.numbering(),
                            meters,
                            settings.admission(),
                            new TargetMeters(metrics),
                            new AdmissionMeters(metrics),
                            settings.codes(),
                            new CodeCalls.House(armed, lastCalls, desk, media, journal, metrics, calls::refusing)),
                    calls,
                    clock,
                    random);
            bound.feed(core.receiver()); // the core needs the sockets first; nothing is read before start()
            Gauge.builder("koegura.sip.queue", lanes, Lanes::waiting)
                    .description("SIP messages waiting to be worked on.")
                    .register(metrics);
            Gauge.builder("koegura.sip.connections", transports, Transports::connections)
                    .description("TCP and TLS connections that are open.")
                    .register(metrics);
            LOG.info("sip.opened listening={} reached={}", transports.local(), own.reachedAt());
            HealthWatch health =
                    new HealthWatch(neighbours, settings.healthInterval(), locator, own::is, core.pings(), metrics);
            return new SipProxy(bound, own, calls, checkpoints, core, lanes, locator, health, metrics);
        } catch (IOException | RuntimeException fault) {
            bound.close();
            locator.close();
            throw new SipFault(null, "SIP does not start: " + fault.getMessage() + "; please report it", fault);
        }
    }

    private static Counter taken(MeterRegistry metrics, String outcome) {
        return Counter.builder("koegura.calls.left")
                .description("Answered calls that a process left when it died, by whether their media go on.")
                .tag("outcome", outcome)
                .register(metrics);
    }

    private static CallSettings callSettings(Settings settings) {
        CallSettings defaults = CallSettings.defaults();
        return new CallSettings(
                settings.refuseWhenUnrecordable(),
                settings.codecs(),
                Set.of("ja", "en"),
                defaults.sealWait(),
                settings.silentAfter(),
                longer(settings.silentAfter(), defaults.heldSilentMax()),
                defaults.liveCallsMax(),
                defaults.mailboxMax(),
                settings.pressed());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /// Takes up the calls that a process left when it died, on the ports that they had; before [#start]. Blocks
    /// until all are bound. The checkpoint of each says from then on that only an outcome is owed.
    public void resume(List<CallCheckpoint> left) {
        for (CallCheckpoint call : left) {
            (core.resume(call) ? resumed : notResumed).increment();
            checkpoints.changed(call.facts().call(), call::owed);
        }
    }

    /// Begins to read its sockets.
    public void start() {
        transports.start();
        health.start();
    }

    /// The calls that are up.
    public LiveCalls liveCalls() {
        return calls;
    }

    /// Where it is bound, with the real port.
    public InetSocketAddress listening() {
        return transports.local();
    }

    /// Every socket that it has.
    public List<Hop> bound() {
        return transports.bound();
    }

    /// Where telephones reach it.
    public InetSocketAddress reachedAt() {
        return own.reachedAt();
    }

    /// What peers are told of one of its sockets; empty where they are told another one.
    public List<InetSocketAddress> reachedAt(Hop socket) {
        return own.reachedAt(socket);
    }

    /// The same over another protocol; null where it is not spoken.
    public @Nullable InetSocketAddress reachedAt(Protocol protocol) {
        return own.reachedAt(protocol);
    }

    /// Calls that are up, those being sealed included.
    public int live() {
        return calls.live();
    }

    /// Refuses new calls from now on, with 503 and Retry-After, emergency calls excepted; running ones go on.
    public void drain() {
        calls.drain();
    }

    /// Waits until all calls are over and sealed.
    ///
    /// @return whether they are
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        return calls.awaitIdle(atMost);
    }

    /// Ends the control of all calls and seals their recordings; their parties may talk on, past us.
    public void endAll(EndReason reason) {
        calls.endAll(reason);
    }

    /// Reads nothing more. Calls that are still up are not ended: see [#endAll].
    @Override
    public void close() {
        health.close();
        core.close();
        bound.close();
        lanes.close();
        locator.close();
    }
}
