package org.koegura.sipproxy.media;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.sdp.MediaDescription;

/// Where media are never sent, whatever a description says: from our address, they would be believed there, or go
/// round.
///
/// ```
/// sockets of SIP, ours and those of the neighbours      what is relayed could be a request of ours
/// our own ports of the same call                        a packet would come back for ever
/// no place, and many places                             the system would send it to this machine, or to all
/// ```
///
/// A party elsewhere that says loopback means itself: its media go where its signalling comes from.
///
/// @param signalling whether SIP is spoken there
/// @param own whether that port is ours, in this call
public record NoMediaThere(Predicate<InetSocketAddress> signalling, Predicate<InetSocketAddress> own) {

    /// Whether a party wants media there.
    ///
    /// @param source where its signalling comes from
    public boolean wantedBy(MediaDescription line, InetAddress source) {
        return line.relayed() && !line.hold() && isForbidden(line.host(), line.port(), source);
    }

    /// Whether it wants the reports of an m-line there (RTCP), which most do not say but for the port that they take
    /// for RTP: its audio is none the worse for it.
    ///
    /// @param source where its signalling comes from
    public boolean reportsWantedBy(MediaDescription line, InetAddress source) {
        if (!line.relayed() || line.hold() || !line.isRtp()) {
            return false;
        }
        int port = line.rtcpPort() > 0 ? line.rtcpPort() : line.port() + 1;
        return port <= 65_535 && isForbidden(line.rtcpHost() == null ? line.host() : line.rtcpHost(), port, source);
    }

    /// The line as it is meant: with an address that its party can be at.
    public MediaDescription meant(MediaDescription line, InetAddress source) {
        boolean elsewhere = !source.isLoopbackAddress() && (isLoopback(line.host()) || isLoopback(line.rtcpHost()));
        boolean forbidden = wantedBy(line, source) || reportsWantedBy(line, source);
        return elsewhere && !forbidden ? line.atSender() : line;
    }

    private static boolean isLoopback(@Nullable String host) {
        InetAddress literal = host == null ? null : NetUtil.createInetAddressFromIpAddressString(host);
        return literal != null && literal.isLoopbackAddress();
    }

    private boolean isForbidden(@Nullable String host, int port, InetAddress source) {
        InetAddress literal = host == null ? null : NetUtil.createInetAddressFromIpAddressString(host);
        InetAddress address = literal == null ? source : literal;
        InetSocketAddress place = new InetSocketAddress(address, port);
        return signalling.test(place) || own.test(place) || address.isAnyLocalAddress() || address.isMulticastAddress();
    }
}
