package org.koegura.server.media;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

/// One party of a call: a socket for RTP and one for RTCP, and what arrived at each, opened where it is sealed.
final class Telephone implements Closeable {

    private static final int DATAGRAM_BYTES_MAX = 65_535;
    private static final int SOCKET_BYTES = 1 << 20;

    private final Seal seal;
    private final DatagramSocket rtp;
    private final DatagramSocket rtcp;
    private final List<byte[]> heard = new ArrayList<>();
    private final List<byte[]> reports = new ArrayList<>();
    private volatile boolean deaf;
    private InetSocketAddress rtpTo = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    private InetSocketAddress rtcpTo = rtpTo;

    Telephone() {
        this(Seal.NONE);
    }

    Telephone(Seal seal) {
        this.seal = seal;
        rtp = socket("127.0.0.1");
        rtcp = socket("127.0.0.1");
        listen(rtp, heard);
        listen(rtcp, reports);
    }

    void sendsTo(LocalMedia local) {
        sendsTo(local.rtp(), local.rtcp());
    }

    void sendsTo(InetSocketAddress rtpPort, InetSocketAddress rtcpPort) {
        rtpTo = rtpPort;
        rtcpTo = rtcpPort;
    }

    InetSocketAddress rtpAddress() {
        return (InetSocketAddress) rtp.getLocalSocketAddress();
    }

    InetSocketAddress rtcpAddress() {
        return (InetSocketAddress) rtcp.getLocalSocketAddress();
    }

    Seal seal() {
        return seal;
    }

    void say(byte[] packet) {
        sayAsItIs(seal.sealed(packet));
    }

    /// Without a seal, or sealed already.
    void sayAsItIs(byte[] packet) {
        seal.sent(packet);
        send(rtp, packet, rtpTo);
    }

    void report(byte[] packet) {
        reportAsItIs(seal.sealed(packet));
    }

    void reportAsItIs(byte[] packet) {
        seal.sent(packet);
        send(rtcp, packet, rtcpTo);
    }

    /// Whether what arrives is thrown away from now on.
    void deaf(boolean is) {
        deaf = is;
    }

    List<byte[]> heard() {
        return copy(heard);
    }

    int heardCount() {
        synchronized (heard) {
            return heard.size();
        }
    }

    List<byte[]> reports() {
        return copy(reports);
    }

    private static List<byte[]> copy(List<byte[]> of) {
        synchronized (of) {
            return List.copyOf(of);
        }
    }

    private void listen(DatagramSocket on, List<byte[]> into) {
        Thread.ofVirtual().name("telephone").start(() -> {
            byte[] room = new byte[DATAGRAM_BYTES_MAX];
            while (!on.isClosed()) {
                DatagramPacket packet = new DatagramPacket(room, room.length);
                try {
                    on.receive(packet);
                } catch (IOException closed) {
                    continue; // or an ICMP error of an earlier packet
                }
                byte[] heard = seal.opened(Arrays.copyOf(room, packet.getLength()));
                if (heard != null && !deaf) {
                    synchronized (into) {
                        into.add(heard);
                    }
                }
            }
        });
    }

    static void send(DatagramSocket from, byte[] packet, InetSocketAddress to) {
        try {
            from.send(new DatagramPacket(packet, packet.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param host a loopback address
    static DatagramSocket socket(String host) {
        try {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
            socket.setReceiveBufferSize(SOCKET_BYTES);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
