package org.koegura.sipproxy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.call.FakeJournal;
import org.koegura.sipproxy.call.FakeMediaPlane;
import org.koegura.sipproxy.call.KeptCheckpoints;
import org.koegura.sipproxy.call.KeptOutcomes;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.TrunkProfile;
import org.koegura.sipproxy.routing.Whereabouts;
import org.koegura.sipproxy.tls.TlsSettings;
import org.koegura.sipproxy.transport.Dscp;
import org.koegura.sipproxy.transport.Hop;

/// The proxy between a telephone and a registrar, all on loopback; only media, journal and ledger are
/// fakes.
final class ProxyBench implements AutoCloseable {

    static final String FROM_TO = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:0990123@example.com>\r\n";

    /// Where the PBX is, on the trunk side.
    static final String PBX = "127.0.0.2";

    /// Where the trunk is.
    static final String TRUNK = "127.0.0.3";

    /// As if it had been kept from one start to the next.
    static final Secret SECRET = new Secret(new byte[Secret.BYTES]);

    static final Prompt PROMPT = new Prompt("notice-ja-1", "ja", "test", "0".repeat(64));

    final SipPeer telephone = new SipPeer();
    final SipPeer registrar;
    final FakeMediaPlane media;
    final FakeJournal journal = new FakeJournal();
    final KeptOutcomes ledger = new KeptOutcomes();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final KeptCheckpoints checkpoints = new KeptCheckpoints();
    private final ProxySetup setup;
    SipProxy proxy;

    ProxyBench() throws IOException, SipFault {
        this(new ProxySetup());
    }

    /// @param portPairs that the media plane has
    /// @param port where SIP listens; 0 for a free one
    /// @param withUpstream whether the registrar is set as upstream
    ProxyBench(int portPairs, int port, boolean withUpstream) throws IOException, SipFault {
        this(
                withUpstream
                        ? new ProxySetup().ports(portPairs).at(port).upstream()
                        : new ProxySetup().ports(portPairs).at(port));
    }

    ProxyBench(ProxySetup setup) throws IOException, SipFault {
        registrar = new SipPeer(setup.registrarHost);
        media = new FakeMediaPlane(setup.portPairs);
        this.setup = setup;
        proxy = open(setup.sockets);
        proxy.start();
    }

    private SipProxy open(SipProxy.Sockets sockets) throws IOException, SipFault {
        Whereabouts whereabouts =
                new Whereabouts(setup.neighbours.apply(registrar), setup.extensions, setup.srtp, setup.earlyProofs);
        return SipProxy.open(
                SipProxy.bind(sockets, whereabouts.neighbours(), setup.admission.networks(), metrics),
                new SipProxy.Settings(
                        SECRET,
                        whereabouts,
                        setup.withoutPath,
                        setup.numbering,
                        setup.admission,
                        setup.nameServers,
                        setup.healthInterval,
                        setup.refuses,
                        new NoticeCodecs(Set.of("PCMU", "PCMA"), NoticeCodecs.Others.LEAVE),
                        Duration.ofMinutes(5),
                        Dscp.CS3,
                        setup.codes,
                        setup.pressed),
                media,
                setup.desk,
                setup.standing,
                setup.preservations,
                ledger,
                journal,
                checkpoints,
                setup.clock,
                new SecureRandom(),
                metrics);
    }

    /// The process dies, and another one takes this call up.
    void dies(CallCheckpoint left) throws IOException, SipFault {
        InetSocketAddress same = address();
        proxy.endAll(EndReason.SHUTDOWN);
        proxy.close();
        proxy = open(SipProxy.Sockets.at(same, same.getAddress()));
        proxy.resume(List.of(left));
        proxy.start();
    }

    /// One whose calls are announced as policy says.
    static ProxyBench deciding(NoticeDesk desk) throws IOException, SipFault {
        return new ProxySetup().deciding(desk).open();
    }

    /// One whose time a test tells.
    static ProxyBench timed(Clock clock) throws IOException, SipFault {
        return new ProxySetup().timed(clock).open();
    }

    /// One that asks a name server of its own.
    static ProxyBench asking(InetSocketAddress nameServer) throws IOException, SipFault {
        return new ProxySetup().asking(List.of(nameServer)).open();
    }

    /// One between a PBX and a carrier of the profile `ngn`.
    static ProxyBench ngn(Hop trunk, int mtuOctets) throws IOException, SipFault {
        return new ProxySetup()
                .registrarAt(PBX)
                .among(pbx -> new Neighbours(
                        Neighbour.at(Hop.udp(pbx.address())), Neighbour.at(trunk), new TrunkProfile(mtuOctets)))
                .open();
    }

    /// One that asks its neighbours whether they are there.
    static ProxyBench asked(Neighbours neighbours, Duration interval) throws IOException, SipFault {
        return new ProxySetup().among(neighbours).probing(interval).open();
    }

    /// One before a registrar that keeps no Path, at [#PBX].
    ///
    /// @param tls over which telephones reach it besides; null: not at all
    static ProxyBench byContact(int port, @Nullable TlsSettings tls) throws IOException, SipFault {
        return new ProxySetup()
                .at(port)
                .tls(tls)
                .registrarAt(PBX)
                .upstream()
                .withoutPath(PBX)
                .open();
    }

    /// One that speaks TLS beside these neighbours, whose names its name server knows.
    static ProxyBench secured(TlsSettings tls, Neighbours neighbours, InetSocketAddress nameServer, Duration interval)
            throws IOException, SipFault {
        return new ProxySetup()
                .tls(tls)
                .among(neighbours)
                .asking(List.of(nameServer))
                .probing(interval)
                .open();
    }

    /// One with other sockets, among neighbours.
    static ProxyBench among(
            SipProxy.Sockets sockets, Neighbours neighbours, List<InetSocketAddress> nameServers, Duration interval)
            throws IOException, SipFault {
        return new ProxySetup()
                .at(sockets)
                .among(neighbours)
                .asking(nameServers)
                .probing(interval)
                .open();
    }

    /// One with other sockets, without neighbours.
    static ProxyBench with(SipProxy.Sockets sockets) throws IOException, SipFault {
        return new ProxySetup().at(sockets).open();
    }

    /// One that speaks TLS besides.
    static ProxyBench with(TlsSettings tls) throws IOException, SipFault {
        return new ProxySetup().tls(tls).open();
    }

    /// One that refuses what it cannot record.
    static ProxyBench strict(int portPairs) throws IOException, SipFault {
        return new ProxySetup().ports(portPairs).refusing().open();
    }

    /// One between telephones and a registrar that not everybody may use.
    static ProxyBench guarded(int port, AdmissionSettings admission) throws IOException, SipFault {
        return new ProxySetup().at(port).upstream().admitting(admission).open();
    }

    /// One between telephones and a registrar, with extension patterns.
    static ProxyBench withExtensions(String... extensions) throws IOException, SipFault {
        return new ProxySetup().upstream().extensions(extensions).open();
    }

    /// One beside a PBX, which is called `registrar` here. PBX, trunk and everybody else are told apart
    /// by address.
    ///
    /// @param trunk at [#TRUNK]
    static ProxyBench trunkSide(Hop trunk, String... extensions) throws IOException, SipFault {
        return new ProxySetup().between(trunk).extensions(extensions).open();
    }

    /// One beside a PBX, with limits of its own.
    ///
    /// @param trunk at [#TRUNK]
    static ProxyBench guardedTrunkSide(Hop trunk, AdmissionSettings admission) throws IOException, SipFault {
        return new ProxySetup().between(trunk).admitting(admission).open();
    }

    /// One that refuses what it cannot record, with no port left, and with numbers that call back.
    ///
    /// @param trunk at [#TRUNK]
    static ProxyBench withoutPorts(Hop trunk, Numbering numbering) throws IOException, SipFault {
        return new ProxySetup()
                .ports(0)
                .between(trunk)
                .numbering(numbering)
                .refusing()
                .open();
    }

    InetSocketAddress address() {
        return proxy.reachedAt();
    }

    String hostPort() {
        return "127.0.0.1:" + address().getPort();
    }

    /// What our Path says of a telephone whose Contact is at that host and port.
    static String pathMark(String hostPort) {
        return "telephone=" + SECRET.name(8, "telephone", hostPort);
    }

    double count(String name, String... tags) {
        return metrics.find(name).tags(tags).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    double gauge(String name) {
        return metrics.get(name).gauge().value();
    }

    CallOutcome.@Nullable Result lastResult() {
        return ledger.all().isEmpty() ? null : ledger.all().getLast().result();
    }

    FakeMediaPlane.Session session() {
        return media.of(proxy.liveCalls().list().getFirst().facts().call());
    }

    /// A request of the telephone, with Content-Length.
    ///
    /// @param lines further header lines, each with its end
    String request(SipPeer from, String line, String callId, String cseq, String lines, String body) {
        return line + " SIP/2.0\r\nVia: SIP/2.0/UDP " + from.hostPort() + ";branch=z9hG4bK"
                + HexFormat.of().toHexDigits(Arrays.hashCode(new Object[] {line, callId, cseq, lines})) + ";rport\r\n"
                + "Max-Forwards: 70\r\n" + lines + "Call-ID: " + callId + "\r\nCSeq: " + cseq
                + "\r\nContact: <sip:x@" + from.hostPort() + ">\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    /// The telephone's INVITE; at the registrar, the message that came out.
    String invite(String callId) {
        telephone.send(outbound(callId, "1 INVITE"), address());
        telephone.receive("SIP/2.0 100 ");
        return registrar.receive("INVITE sip:0990123@" + registrar.hostPort());
    }

    String outbound(String callId, String cseq) {
        String type = "Content-Type: application/sdp\r\nRoute: <sip:" + hostPort() + ";lr>\r\n";
        return request(
                telephone, "INVITE sip:0990123@" + registrar.hostPort(), callId, cseq, FROM_TO + type, sdp(4000));
    }

    void respond(String request, String status, String sdp) {
        String more = "Contact: <sip:0990123@" + registrar.hostPort() + ">\r\n"
                + (sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n");
        registrar.send(SipPeer.response(request, status, "b", more, sdp), address());
    }

    String inDialog(String method, String callId, long cseq, String ok, String lines, String body) {
        String routes = "Route: " + SipPeer.one(ok, "Record-Route") + "\r\n";
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: " + SipPeer.one(ok, "To") + "\r\n";
        return request(
                telephone,
                method + " sip:0990123@" + registrar.hostPort(),
                callId,
                cseq + " " + method,
                parties + routes + lines,
                body);
    }

    static String sdp(int port) {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " + port
                + " RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
    }

    @Override
    public void close() {
        proxy.endAll(EndReason.SHUTDOWN);
        proxy.close();
        telephone.close();
        registrar.close();
    }
}
