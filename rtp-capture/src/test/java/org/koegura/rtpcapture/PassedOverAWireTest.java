package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.rtpcapture.kernel.KernelRelay;

/// The kernel passes packets on between hosts, too: the room and both parties stand in networks of their own, with a
/// wire between.
class PassedOverAWireTest {

    private static final String ROOM = "10.9.0.1";
    private static final String PARTIES = "10.9.0.2";
    private static final int INSIDE = 40_000;
    private static final int OUTSIDE = 40_010;
    private static final int PACKETS = 400;

    /// Then the test need not wait for the rest.
    private static final int LOST_MAX = 5;

    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_SRXCSUM = 0x15;
    private static final int ETHTOOL_STXCSUM = 0x17;

    @Test
    void whatIsPassedToAnotherHostComesWholeAndWithARightChecksum() throws Exception {
        Process near = start("unshare", "--net", "sh", "-c", "echo ready && exec sleep 120");
        Process far = start("unshare", "--net", "sh", "-c", "echo ready && exec sleep 120");
        try {
            assertThat(List.of(line(near), line(far)))
                    .as("no network can be made here: run the tests as root")
                    .containsOnly("ready");
            run(near, "ip", "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", "" + far.pid());
            for (Process each : List.of(near, far)) {
                run(each, "ip", "address", "add", (each.equals(near) ? ROOM : PARTIES) + "/24", "dev", "wire");
                run(each, "ip", "link", "set", "wire", "up");
                run(each, "ip", "link", "set", "lo", "up");
            }
            Process room = start(inside(near, Room.class));
            String ports = line(room);
            assertThat(ports).startsWith("ports ");
            Process parties = start(inside(far, Parties.class, word(ports, 1), word(ports, 2)));
            assertThat(line(parties)).isEqualTo("heard " + PACKETS + " and " + PACKETS);
            room.getOutputStream().write('\n');
            room.getOutputStream().flush();
            String passed = line(room);
            assertThat(passed).startsWith("passed ");
            assertThat(Double.parseDouble(word(passed, 1))).isGreaterThan(PACKETS);
        } finally {
            near.destroy();
            far.destroy();
        }
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String line(Process process) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.matches("(ready|ports|heard|passed)\\b.*")) { // the log speaks between
            line = said.readLine();
        }
        return String.valueOf(line);
    }

    private static String word(String line, int number) {
        return line.split(" ", -1)[number];
    }

    private static void run(Process of, String... command) throws Exception {
        List<String> all = new ArrayList<>(entering(of));
        all.addAll(List.of(command));
        assertThat(start(all.toArray(String[]::new)).waitFor())
                .as(all.toString())
                .isZero();
    }

    private static List<String> entering(Process network) {
        return List.of("nsenter", "--net", "--target", Long.toString(network.pid()));
    }

    private static String[] inside(Process network, Class<?> main, String... arguments) {
        List<String> all = new ArrayList<>(entering(network));
        String java = ProcessHandle.current().info().command().orElseThrow();
        all.addAll(List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        all.add(main.getName());
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /// Takes the work of checksums from the wire's device, which would not do it: the sender's kernel counts them, and
    /// the receiver's looks at them.
    @SuppressWarnings("restricted") // these are the signatures of Linux
    private static void countChecksums() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("socket"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int socket = (int) open.invokeExact(2, 2, 0);
            MemorySegment wanted = arena.allocate(40, 8);
            wanted.setString(0, "wire");
            MemorySegment value = arena.allocate(8, 4);
            wanted.set(ValueLayout.ADDRESS, 16, value);
            for (int command : new int[] {ETHTOOL_STXCSUM, ETHTOOL_SRXCSUM}) {
                value.set(ValueLayout.JAVA_INT, 0, command);
                value.set(ValueLayout.JAVA_INT, 4, 0);
                if ((int) ioctl.invokeExact(socket, SIOCETHTOOL, wanted) != 0) {
                    throw new IOException("the wire keeps its checksums");
                }
            }
        }
    }

    /// A room with one call, in the one network.
    static final class Room {
        public static void main(String[] arguments) throws Throwable {
            countChecksums();
            RtpCapture.Settings settings =
                    LoopbackCall.settings(MediaAddresses.of(InetAddress.ofLiteral(ROOM)), 1 << 20);
            try (LoopbackCall call = LoopbackCall.byKernel(settings, KernelRelay.RING_BYTES)) {
                call.session.audio(0);
                call.session.local(0, Leg.INSIDE);
                call.session.local(0, Leg.OUTSIDE);
                call.session.agree(0, Leg.INSIDE, party(INSIDE));
                call.session.agree(0, Leg.OUTSIDE, party(OUTSIDE));
                call.session.answered();
                call.settle();
                System.out.println(
                        "ports " + call.session.local(0, Leg.INSIDE).rtp().getPort() + " "
                                + call.session.local(0, Leg.OUTSIDE).rtp().getPort());
                int _ = System.in.read();
                call.settle();
                System.out.println("passed "
                        + (call.counted("koegura.rtp.packets.kernel", "leg", "inside")
                                + call.counted("koegura.rtp.packets.kernel", "leg", "outside")));
            }
        }

        private static RemoteMedia party(int port) {
            InetAddress host = InetAddress.ofLiteral(PARTIES);
            InetSocketAddress rtp = new InetSocketAddress(host, port);
            InetSocketAddress rtcp = new InetSocketAddress(host, port + 1);
            return new RemoteMedia(
                    rtp, rtcp, host, List.of(LoopbackCall.PCMA, LoopbackCall.PCMU), List.of(), true, null);
        }
    }

    /// Both parties, in the other: each hears what the other says, to the byte.
    static final class Parties {
        public static void main(String[] ports) throws Throwable {
            countChecksums();
            try (DatagramSocket inside = party(INSIDE);
                    DatagramSocket outside = party(OUTSIDE)) {
                InetSocketAddress in = new InetSocketAddress(ROOM, Integer.parseInt(ports[0]));
                InetSocketAddress out = new InetSocketAddress(ROOM, Integer.parseInt(ports[1]));
                Random random = new Random(1);
                int heardInside = 0;
                int heardOutside = 0;
                for (int i = 0; i < PACKETS && heardInside + heardOutside >= 2 * i - LOST_MAX; i++) {
                    byte[] one = Packets.rtp(random, 8, i, 160 * i, 1);
                    byte[] other = Packets.rtp(random, 0, i, 160 * i, 2);
                    inside.send(new DatagramPacket(one, one.length, in));
                    heardOutside += hears(outside, one);
                    outside.send(new DatagramPacket(other, other.length, out));
                    heardInside += hears(inside, other);
                    LockSupport.parkNanos(1_000_000);
                }
                System.out.println("heard " + heardInside + " and " + heardOutside);
            }
        }

        private static DatagramSocket party(int port) throws IOException {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(PARTIES, port));
            socket.setSoTimeout(1_000);
            return socket;
        }

        private static int hears(DatagramSocket socket, byte[] said) throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException lost) {
                return 0;
            }
            return Arrays.equals(said, Arrays.copyOf(packet.getData(), packet.getLength())) ? 1 : 0;
        }
    }
}
