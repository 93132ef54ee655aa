package org.koegura.server.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One call in which both parties speak, much faster than anybody does: the code that carries packets is compiled, too.
///
/// ```
/// RTP packet   0  12  header (RFC 3550 §5.1): version 2, type 0, one stream a party
///             12 160  silence in PCMU
/// ```
///
/// A thread speaks until [#stop]; the rest belongs to the thread that began the call.
final class Conversation implements AutoCloseable {

    /// Both parties together. A call of people has 100.
    static final int PACKETS_PER_SECOND = 4_000;

    private static final int HEADER_BYTES = 12;
    private static final int FRAME_BYTES = 160;
    private static final byte VERSION_2 = (byte) 0x80;
    private static final byte SILENCE = (byte) 0xFF;

    /// As many wait at most before the next are sent.
    private static final int TURN_PACKETS = 4;

    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1) * TURN_PACKETS / PACKETS_PER_SECOND;

    private final WholeCalls line;
    private final WholeCalls.Talk talk;
    private final Party caller;
    private final Party callee;
    private final Thread speaking;
    private volatile boolean over;
    private volatile int heard;

    private Conversation(WholeCalls line, WholeCalls.Talk talk, Party caller, Party callee) {
        this.line = line;
        this.talk = talk;
        this.caller = caller;
        this.callee = callee;
        this.speaking = Thread.ofPlatform().daemon().name("rehearsal-talk").start(this::speak);
    }

    /// Places the call and lets both speak.
    ///
    /// @param port where the proxy takes SIP over UDP, on this machine's loopback
    /// @throws IOException the call did not come through; nothing is left open
    static Conversation begin(int port) throws IOException {
        return begin(WholeCalls.through(port));
    }

    /// @param line is closed with it
    static Conversation begin(WholeCalls line) throws IOException {
        Party caller = null;
        Party callee = null;
        try {
            caller = new Party(1);
            callee = new Party(2);
            WholeCalls.Talk talk = line.begin(caller.port(), callee.port());
            caller.awaitedAt(WholeCalls.audioPort(talk.answer()));
            callee.awaitedAt(WholeCalls.audioPort(talk.invite()));
            return new Conversation(line, talk, caller, callee);
        } catch (IOException e) {
            line.close();
            if (caller != null) {
                caller.close();
            }
            if (callee != null) {
                callee.close();
            }
            throw e;
        }
    }

    private void speak() {
        long dueNanos = System.nanoTime();
        int came = 0;
        while (!over) {
            for (int i = 0; i < TURN_PACKETS; i += 2) {
                came += caller.speak() + callee.speak();
            }
            heard = came;
            dueNanos += TURN_NANOS;
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    /// How many packets of either the other has heard so far. From any thread.
    int heard() {
        return heard;
    }

    /// Both stop speaking.
    ///
    /// @return how many packets of either the other has heard
    int stop() throws InterruptedException {
        over = true;
        speaking.join();
        return heard;
    }

    /// Ends the call, as well as that is possible.
    @Override
    public void close() {
        over = true;
        try {
            line.end(talk);
        } catch (IOException unanswered) {
            // the product that is closed next ends it
        } finally {
            line.close();
            caller.close();
            callee.close();
        }
    }

    private static final class Party {

        private final DatagramChannel channel;
        private final ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + FRAME_BYTES);
        private final ByteBuffer heard = ByteBuffer.allocate(HEADER_BYTES + FRAME_BYTES);
        private final int port;
        private InetSocketAddress to;
        private short sequence;
        private int timestamp;

        Party(int source) throws IOException {
            channel = DatagramChannel.open(StandardProtocolFamily.INET);
            try {
                to = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
                channel.bind(to).configureBlocking(false);
                port = channel.socket().getLocalPort();
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            packet.put(0, VERSION_2);
            packet.putInt(8, source);
            for (int i = HEADER_BYTES; i < packet.capacity(); i++) {
                packet.put(i, SILENCE);
            }
        }

        int port() {
            return port;
        }

        void awaitedAt(int other) {
            to = new InetSocketAddress(to.getAddress(), other);
        }

        /// Sends a packet; returns how many had come.
        int speak() {
            packet.putShort(2, sequence++);
            packet.putInt(4, timestamp);
            timestamp += FRAME_BYTES;
            int came = 0;
            try {
                channel.send(packet.rewind(), to);
                while (came < TURN_PACKETS && channel.receive(heard.clear()) != null) {
                    came++;
                }
            } catch (IOException unheard) {
                // a packet more or less
            }
            return came;
        }

        void close() {
            try {
                channel.close();
            } catch (IOException closed) {
                // it is, as far as it can be
            }
        }
    }
}
