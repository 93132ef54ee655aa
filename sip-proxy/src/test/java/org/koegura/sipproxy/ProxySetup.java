package org.koegura.sipproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.routing.EarlyProof;
import org.koegura.sipproxy.routing.Extensions;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.srtp.SrtpProfiles;
import org.koegura.sipproxy.telephone.CodeCalls;
import org.koegura.sipproxy.tls.TlsSettings;
import org.koegura.sipproxy.transport.Hop;

/// How a bench differs from the usual one: a registrar on loopback that nobody set, 100 port pairs, everything
/// announced, everybody admitted as by default. For one bench.
final class ProxySetup {

    int portPairs = 100;
    SipProxy.Sockets sockets = sockets(0);
    String registrarHost = "127.0.0.1";
    Function<SipPeer, Neighbours> neighbours = _ -> new Neighbours(null, null);
    Extensions extensions = Extensions.ANY;
    Numbering numbering = Numbering.USUAL;
    boolean refuses;
    AdmissionSettings admission = AdmissionSettings.defaults();
    List<InetSocketAddress> nameServers = List.of();
    Duration healthInterval = Duration.ZERO;

    @Nullable
    Networks withoutPath;

    List<EarlyProof> earlyProofs = List.of();

    NoticeDesk desk = _ -> new NoticeDecision.Announce(ProxyBench.PROMPT);
    StandingExemptions standing = StandingExemptions.NONE;
    Preservations preservations = Preservations.NONE;
    Clock clock = Clock.systemUTC();
    SrtpProfiles srtp = SrtpProfiles.PASSING;
    CodeCalls.Settings codes = CodeCalls.Settings.USUAL;
    PressedActs.Settings pressed = PressedActs.Settings.NONE;

    private static SipProxy.Sockets sockets(int port) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return SipProxy.Sockets.at(new InetSocketAddress(loopback, port), loopback);
    }

    ProxySetup ports(int pairs) {
        portPairs = pairs;
        return this;
    }

    ProxySetup at(int port) {
        return at(sockets(port));
    }

    ProxySetup at(SipProxy.Sockets other) {
        sockets = other;
        return this;
    }

    /// Besides.
    ProxySetup tls(@Nullable TlsSettings tls) {
        return at(new SipProxy.Sockets(sockets.listen(), sockets.advertised(), tls));
    }

    /// The registrar is set.
    ProxySetup upstream() {
        return among(registrar -> new Neighbours(Neighbour.at(Hop.udp(registrar.address())), null));
    }

    /// The registrar is the PBX.
    ProxySetup between(Hop trunk) {
        return registrarAt(ProxyBench.PBX)
                .among(pbx -> new Neighbours(Neighbour.at(Hop.udp(pbx.address())), Neighbour.at(trunk)));
    }

    ProxySetup registrarAt(String host) {
        registrarHost = host;
        return this;
    }

    ProxySetup among(Neighbours others) {
        return among(_ -> others);
    }

    ProxySetup among(Function<SipPeer, Neighbours> ofRegistrar) {
        neighbours = ofRegistrar;
        return this;
    }

    ProxySetup extensions(String... patterns) {
        extensions = new Extensions(List.of(patterns));
        return this;
    }

    ProxySetup numbering(Numbering other) {
        numbering = other;
        return this;
    }

    /// What cannot be recorded.
    ProxySetup refusing() {
        refuses = true;
        return this;
    }

    ProxySetup admitting(AdmissionSettings few) {
        admission = few;
        return this;
    }

    ProxySetup asking(List<InetSocketAddress> servers) {
        nameServers = servers;
        return this;
    }

    ProxySetup probing(Duration interval) {
        healthInterval = interval;
        return this;
    }

    ProxySetup withoutPath(String network) {
        withoutPath = Networks.parse(network);
        return this;
    }

    ProxySetup deciding(NoticeDesk other) {
        desk = other;
        return this;
    }

    ProxySetup speaking(SrtpProfile everywhere) {
        srtp = new SrtpProfiles(everywhere, everywhere, everywhere);
        return this;
    }

    /// It was proven of one server of the trunk that early media are heard.
    ProxySetup proving(EarlyProof proof) {
        earlyProofs = List.of(proof);
        return this;
    }

    /// Some numbers have standing exemptions.
    ProxySetup standing(StandingExemptions some) {
        standing = some;
        return this;
    }

    ProxySetup timed(Clock other) {
        clock = other;
        return this;
    }

    ProxyBench open() throws IOException, SipFault {
        return new ProxyBench(this);
    }
}
