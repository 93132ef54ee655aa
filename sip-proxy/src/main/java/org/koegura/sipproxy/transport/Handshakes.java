package org.koegura.sipproxy.transport;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the log of handshakes that fail: those of peers that connect once in a while, those of peers that we connect
/// to when their outcome changes, since a neighbour is tried again and again. Safe from any thread.
final class Handshakes {

    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

    private static final Duration PAUSE = Duration.ofMinutes(10);

    /// Peers, each by why it failed, of which a pause tells.
    private static final int TOLD_MAX = 32;

    /// Far more than a site has neighbours; forgets the one that failed longest ago.
    private static final int FAILING_MAX = 256;

    private final Seldom<Refused> seldom;
    private final Map<InetSocketAddress, String> failing = new LinkedHashMap<>();

    private record Refused(InetAddress peer, Reason why) {}

    /// Why one failed.
    enum Reason {
        /// The peer speaks no TLS.
        NO_TLS("it speaks no TLS: see its port and transport"),
        /// It said nothing more.
        TIMEOUT("see the network between, and its log"),
        /// It closed the connection.
        CLOSED("see its log: it may not trust sip.tls.certificate"),
        /// Its certificate, or that it showed none.
        CERTIFICATE("see its certificate, sip.tls.trust and sip.tls.clients"),
        /// Versions, cipher suites, an alert of the peer.
        PROTOCOL("see its log: TLS 1.2 or 1.3 is needed, and it may not trust sip.tls.certificate");

        private final String next;

        Reason(String next) {
            this.next = next;
        }

        static Reason of(Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                switch (cause) {
                    case NotSslRecordException _ -> {
                        return NO_TLS;
                    }
                    case SslHandshakeTimeoutException _ -> {
                        return TIMEOUT;
                    }
                    case ClosedChannelException _ -> {
                        return CLOSED;
                    }
                    case CertificateException _ -> {
                        return CERTIFICATE;
                    }
                    default -> {}
                }
            }
            return failure instanceof SSLException ? PROTOCOL : CLOSED;
        }
    }

    Handshakes(LongSupplier nanoClock) {
        this.seldom = new Seldom<>(PAUSE, TOLD_MAX, nanoClock);
    }

    /// A peer that connected did not get in.
    void refused(InetSocketAddress peer, Throwable failure) {
        Reason why = Reason.of(failure);
        if (seldom.mayTell(new Refused(peer.getAddress(), why))) {
            LOG.warn(
                    "sip.tls.handshake.refused peer={} reason={} next=\"{}\"",
                    peer.getAddress().getHostAddress(),
                    why.name().toLowerCase(Locale.ROOT),
                    why.next);
        }
    }

    /// We did not get in at a peer.
    void failed(InetSocketAddress peer, Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        if (change(peer, reason)) {
            LOG.warn(
                    "sip.tls.refused peer={} reason=\"{}\" next=\"see whose certificate it shows, and sip.tls.trust\"",
                    NetUtil.toSocketAddressString(peer),
                    reason);
        }
    }

    /// We got in at a peer.
    void succeeded(InetSocketAddress peer) {
        synchronized (failing) {
            if (failing.remove(peer) == null) {
                return;
            }
        }
        LOG.info("sip.tls.accepted peer={}", NetUtil.toSocketAddressString(peer));
    }

    private boolean change(InetSocketAddress peer, String reason) {
        synchronized (failing) {
            String before = failing.remove(peer); // the youngest stands last
            failing.put(peer, reason);
            if (failing.size() > FAILING_MAX) {
                failing.remove(failing.keySet().iterator().next());
            }
            return !reason.equals(before);
        }
    }
}
