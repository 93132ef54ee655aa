package org.koegura.rtpcapture;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Sends datagrams whose checksum it counts itself, or counts wrong (RFC 768): they are such as come by a wire.
@SuppressWarnings("restricted") // these are the signatures of Linux
final class RawUdp implements AutoCloseable {

    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int UDP = 17;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TTL = 2;
    private static final int HEADER_BYTES = 8;
    private static final int PSEUDO_BYTES = 12;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET =
            bind("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle BIND =
            bind("bind", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle OPTION = bind(
            "setsockopt",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = bind("close", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle SENDTO = bind(
            "sendto",
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);

    private final InetSocketAddress from;
    private final int socket;

    /// @param from whose they say they are
    RawUdp(InetSocketAddress from) {
        this.from = from;
        try (Arena arena = Arena.ofConfined()) {
            this.socket = (int) SOCKET.invokeExact(AF_INET, SOCK_RAW, UDP);
            if (socket < 0 || (int) BIND.invokeExact(socket, address(arena, from), 16) != 0) {
                throw new AssertionError("no raw socket: run the tests as root");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// How many hops what is sent from now on may go.
    void life(int hops) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, hops);
            if ((int) OPTION.invokeExact(socket, IPPROTO_IP, IP_TTL, value, Integer.BYTES) != 0) {
                throw new AssertionError("no such time to live");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MemorySegment address(Arena arena, InetSocketAddress of) {
        MemorySegment address = arena.allocate(16, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        MemorySegment.copy(of.getAddress().getAddress(), 0, address, ValueLayout.JAVA_BYTE, 4, 4);
        return address;
    }

    /// @param damage added to the right checksum; 0 for none
    void send(byte[] payload, InetSocketAddress to, int damage) {
        int checksum = checksum(payload, to);
        int sent = (checksum + damage) % 0xFFFF == 0 ? 0xFFFF : (checksum + damage) % 0xFFFF;
        sendAs(payload, to, sent);
    }

    void sendWithoutChecksum(byte[] payload, InetSocketAddress to) {
        sendAs(payload, to, 0);
    }

    private void sendAs(byte[] payload, InetSocketAddress to, int checksum) {
        byte[] datagram = datagram(payload, to, checksum).array();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, datagram);
            long sent = (long) SENDTO.invokeExact(socket, bytes, (long) datagram.length, 0, address(arena, to), 16);
            if (sent != datagram.length) {
                throw new AssertionError("not sent");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private ByteBuffer datagram(byte[] payload, InetSocketAddress to, int checksum) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putShort((short) from.getPort())
                .putShort((short) to.getPort())
                .putShort((short) (HEADER_BYTES + payload.length))
                .putShort((short) checksum)
                .put(payload);
    }

    private int checksum(byte[] payload, InetSocketAddress to) {
        byte[] datagram = datagram(payload, to, 0).array();
        ByteBuffer all = ByteBuffer.allocate(PSEUDO_BYTES + datagram.length + datagram.length % 2)
                .put(from.getAddress().getAddress())
                .put(to.getAddress().getAddress())
                .putShort((short) UDP)
                .putShort((short) datagram.length)
                .put(datagram)
                .rewind();
        long sum = 0;
        while (all.remaining() > 1) {
            sum += all.getShort() & 0xFFFF;
        }
        int folded = (int) (sum % 0xFFFF); // ones' complement: modulo 2^16 - 1
        return folded == 0xFFFF ? 0xFFFF : 0xFFFF - folded;
    }

    @Override
    public void close() {
        try {
            int _ = (int) CLOSE.invokeExact(socket);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
