package org.koegura.sipproxy;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.tls.LiveTls;
import org.koegura.sipproxy.tls.TlsFault;
import org.koegura.sipproxy.tls.TlsSettings;
import org.koegura.sipproxy.transport.Arrival;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Listening;
import org.koegura.sipproxy.transport.Protocol;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.TransportTaken;
import org.koegura.sipproxy.transport.Transports;

/// The sockets of SIP, bound before the rest of the room is there: whatever of them cannot be had is known at once.
/// Nothing is read from them before [SipProxy#start].
public final class BoundSockets implements AutoCloseable {

    private final SipProxy.Sockets sockets;
    private final Transports transports;
    private final @Nullable LiveTls tls;
    private final SipMeters meters;
    private final AtomicReference<Consumer<Arrival>> receiver;

    private BoundSockets(
            SipProxy.Sockets sockets,
            Transports transports,
            @Nullable LiveTls tls,
            SipMeters meters,
            AtomicReference<Consumer<Arrival>> receiver) {
        this.sockets = sockets;
        this.transports = transports;
        this.tls = tls;
        this.meters = meters;
        this.receiver = receiver;
    }

    static BoundSockets bind(
            SipProxy.Sockets sockets, Neighbours neighbours, Networks telephones, MeterRegistry metrics)
            throws SipFault {
        SipMeters meters = new SipMeters(metrics);
        AtomicReference<Consumer<Arrival>> receiver = new AtomicReference<>(_ -> {});
        TlsSettings settings = sockets.tls();
        try {
            LiveTls tls = settings == null ? null : LiveTls.open(settings);
            Listening listening = new Listening(
                    sockets.listen(),
                    settings == null ? List.of() : settings.listen(),
                    tls,
                    address -> isOneOf(neighbours, address),
                    telephones::contain);
            Transports transports =
                    Transports.bind(listening, arrival -> receiver.get().accept(arrival), meters);
            if (tls != null) {
                tls.start();
                meters.certificate(tls, live -> live.now().until().getEpochSecond());
            }
            return new BoundSockets(sockets, transports, tls, meters, receiver);
        } catch (TlsFault fault) {
            throw new SipFault(setting(fault.part()), String.valueOf(fault.getMessage()), fault);
        } catch (TransportTaken taken) {
            InetSocketAddress address = taken.address();
            throw new SipFault(
                    taken.protocol() == Protocol.TLS ? SipFault.Setting.TLS_LISTEN : SipFault.Setting.LISTEN,
                    "SIP cannot listen on " + taken.protocol().parameter() + " "
                            + ProxyEdits.bracketed(address.getAddress()) + ":" + address.getPort() + " ("
                            + taken.getMessage() + "): " + taken.refusal().next(),
                    taken);
        }
    }

    private static SipFault.Setting setting(TlsFault.Part part) {
        return switch (part) {
            case CERTIFICATE -> SipFault.Setting.TLS_CERTIFICATE;
            case KEY -> SipFault.Setting.TLS_KEY;
            case TRUST -> SipFault.Setting.TLS_TRUST;
        };
    }

    private static boolean isOneOf(Neighbours neighbours, InetAddress address) {
        Hop connection = new Hop(Protocol.TCP, new InetSocketAddress(address, 0));
        return neighbours.isUpstream(connection) || neighbours.isTrunk(connection);
    }

    SipProxy.Sockets sockets() {
        return sockets;
    }

    Transports transports() {
        return transports;
    }

    SipMeters meters() {
        return meters;
    }

    /// Who gets what is read from now on.
    void feed(Consumer<Arrival> reader) {
        receiver.set(reader);
    }

    /// Idempotent.
    @Override
    public void close() {
        if (tls != null) {
            tls.close();
        }
        transports.close();
    }
}
