package org.koegura.rtpcapture.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The moment in which a flow is lent: no packet that the kernel passes overtakes one that came by the socket.
class LendingTest {

    private static final int SSRC = 0x5EED;
    private static final int RING_BYTES = 1 << 16;
    private static final int HEARD_MILLIS = 5_000;
    private static final int UNHEARD_MILLIS = 200;

    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final DatagramSocket party = socket();
    private final DatagramSocket port = socket();
    private final DatagramSocket farPort = socket();
    private final DatagramSocket farParty = socket();
    private final Passage passage = new Passage(0, SSRC, SSRC, 0, 0);
    private final KernelRelay kernel = Objects.requireNonNull(
            KernelRelay.open(1, RING_BYTES), "CAP_BPF and CAP_NET_ADMIN are needed: run the tests as root");
    private int sequence;

    @BeforeEach
    void begin() throws IOException {
        sockets.addAll(List.of(party, port, farPort, farParty));
        port.setSoTimeout(HEARD_MILLIS);
        int _ = kernel.loop(0).drain(); // as a loop does in each turn: by that it knows the host's addresses
    }

    @AfterEach
    void end() {
        kernel.close();
        sockets.forEach(DatagramSocket::close);
    }

    @Test
    void aFlowOfWhichNothingWaitsIsLentAndPasses() throws IOException {
        assertThat(lend(() -> true)).isNotNegative();
        say();
        farParty.setSoTimeout(HEARD_MILLIS);
        assertThat(number(farParty)).isEqualTo(sequence);
    }

    @Test
    void aPacketThatWaitsInTheSocketKeepsTheFlowFromBeingLent() throws IOException {
        say();
        assertThat(lend(() -> false)).isNegative();
        say();
        cameByTheSocket(1);
        cameByTheSocket(2);
        nothingPassed();
    }

    /// It may come at any moment: here once the socket was found empty.
    @Test
    void aPacketThatComesWhileTheFlowIsLentKeepsItFromBeingLent() throws IOException {
        assertThat(lend(() -> {
                    say();
                    cameByTheSocket(1);
                    return true;
                }))
                .isNegative();
        say();
        cameByTheSocket(2);
        nothingPassed();
    }

    private void cameByTheSocket(int expected) {
        try {
            assertThat(number(port)).isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void nothingPassed() throws IOException {
        farParty.setSoTimeout(UNHEARD_MILLIS);
        assertThatThrownBy(() -> number(farParty)).isInstanceOf(SocketTimeoutException.class);
    }

    private int lend(BooleanSupplier isEmpty) {
        Route route = new Route(at(party), at(port), at(farPort), at(farParty), 0);
        return kernel.loop(0).lend(route, passage, new LentFlows.Borrower() {
            @Override
            public void passed(long arrivalNanos, MemorySegment ring, long packet, int bytes) {}

            @Override
            public boolean isEmpty() {
                return isEmpty.getAsBoolean();
            }

            @Override
            public void recalled() {}
        });
    }

    private void say() {
        byte[] packet = ByteBuffer.allocate(32)
                .put((byte) 0x80)
                .put((byte) 0)
                .putShort((short) ++sequence)
                .putInt(160 * sequence)
                .putInt(SSRC)
                .array();
        try {
            party.send(new DatagramPacket(packet, packet.length, at(port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int number(DatagramSocket by) throws IOException {
        byte[] room = new byte[64];
        by.receive(new DatagramPacket(room, room.length));
        return ByteBuffer.wrap(room).getShort(2);
    }

    private static InetSocketAddress at(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static DatagramSocket socket() {
        try {
            return new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
