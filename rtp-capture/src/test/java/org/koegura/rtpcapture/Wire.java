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
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// A room with one call and both its parties, in networks of their own with two wires between: `wire` and `spare`.
final class Wire implements AutoCloseable {

    static final String ROOM = "10.9.0.1";
    static final String PARTIES = "10.9.0.2";
    private static final int INSIDE = 40_000;
    private static final int OUTSIDE = 40_010;

    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_SRXCSUM = 0x15;
    private static final int ETHTOOL_STXCSUM = 0x17;

    private final Process near = start("unshare", "--net", "sh", "-c", "echo ready && exec sleep 300");
    private final Process far = start("unshare", "--net", "sh", "-c", "echo ready && exec sleep 300");
    private final Process room;
    private final Process parties;

    /// @param prepared commands to be run in the room's network before anything is said
    Wire(boolean partiesCountChecksums, String... prepared) throws Exception {
        assertThat(List.of(line(near), line(far)))
                .as("no network can be made here: run the tests as root")
                .containsOnly("ready");
        lay("wire", ROOM + "/24", PARTIES + "/24");
        lay("spare", "10.9.1.1/24", "10.9.1.2/24");
        run(near, "ip", "link", "set", "lo", "up");
        run(far, "ip", "link", "set", "lo", "up");
        for (String each : prepared) {
            near(each);
        }
        room = start(inside(near, Room.class));
        String ports = line(room);
        assertThat(ports).startsWith("ports ");
        parties = start(inside(far, Parties.class, word(ports, 1), word(ports, 2), "" + partiesCountChecksums));
    }

    private void lay(String name, String ours, String theirs) throws Exception {
        run(near, "ip", "link", "add", name, "type", "veth", "peer", "name", name, "netns", "" + far.pid());
        run(near, "ip", "address", "add", ours, "dev", name);
        run(far, "ip", "address", "add", theirs, "dev", name);
        run(near, "ip", "link", "set", name, "up");
        run(far, "ip", "link", "set", name, "up");
    }

    /// Runs a command in the room's network.
    void near(String command) throws Exception {
        run(near, command.split(" ", -1));
    }

    /// Runs a command in the parties' network.
    void far(String command) throws Exception {
        run(far, command.split(" ", -1));
    }

    /// Both parties say so many packets each, one after the other. Returns how many the inside and the outside party
    /// heard, each to the byte; they end early where many are lost.
    List<Integer> talk(int packets) throws IOException {
        String heard = asked(parties, "talk " + packets);
        return List.of(Integer.parseInt(word(heard, 1)), Integer.parseInt(word(heard, 3)));
    }

    /// How many packets the parties have got by a wire, whatever they are.
    int cameBy(String wire) throws IOException {
        return Integer.parseInt(word(asked(parties, "by " + wire), 1));
    }

    /// How many the kernel has passed of a leg's.
    int passed(Leg leg) throws IOException {
        return (int) Double.parseDouble(word(asked(room, "passed"), leg == Leg.INSIDE ? 1 : 2));
    }

    private static String asked(Process whom, String what) throws IOException {
        whom.getOutputStream().write((what + "\n").getBytes(StandardCharsets.UTF_8));
        whom.getOutputStream().flush();
        return line(whom);
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String line(Process process) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.matches("(ready|ports|heard|passed|by)\\b.*")) { // the log speaks between
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

    @Override
    public void close() throws IOException {
        for (Process each : List.of(room, parties)) {
            each.getOutputStream().close(); // its sign to end
        }
        near.destroy();
        far.destroy();
    }

    /// Takes the work of checksums from the wires' devices, which would not do it: the sender's kernel counts them, and
    /// the receiver's looks at them.
    ///
    /// @param sending of what is sent, too
    @SuppressWarnings("restricted") // these are the signatures of Linux
    private static void countChecksums(boolean sending) throws Throwable {
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
            MemorySegment value = arena.allocate(8, 4);
            wanted.set(ValueLayout.ADDRESS, 16, value);
            for (String wire : List.of("wire", "spare")) {
                wanted.asSlice(0, 16).fill((byte) 0).setString(0, wire);
                for (int command : sending ? List.of(ETHTOOL_STXCSUM, ETHTOOL_SRXCSUM) : List.of(ETHTOOL_SRXCSUM)) {
                    value.set(ValueLayout.JAVA_INT, 0, command);
                    value.set(ValueLayout.JAVA_INT, 4, 0);
                    if ((int) ioctl.invokeExact(socket, SIOCETHTOOL, wanted) != 0) {
                        throw new IOException("the wire keeps its checksums");
                    }
                }
            }
        }
    }

    /// A room with one call, in the one network.
    static final class Room {
        public static void main(String[] arguments) throws Throwable {
            countChecksums(true);
            RtpCapture.Settings settings =
                    LoopbackCall.settings(MediaAddresses.of(InetAddress.ofLiteral(ROOM)), 1 << 20);
            try (LoopbackCall call = LoopbackCall.byKernel(settings, KernelHelp.RING_BYTES);
                    Scanner asked = new Scanner(System.in, StandardCharsets.UTF_8)) {
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
                while (asked.hasNextLine()) {
                    String _ = asked.nextLine();
                    call.settle();
                    System.out.println("passed " + call.counted("koegura.rtp.packets.kernel", "leg", "inside") + " "
                            + call.counted("koegura.rtp.packets.kernel", "leg", "outside"));
                }
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

        /// Then the rest need not be waited for.
        private static final int LOST_MAX = 5;

        private final Random random = new Random(1);
        private int said;

        /// Where the outside party hears the room from, which is where it sends to.
        private SocketAddress heardFrom;

        private SocketAddress lastFrom;

        Parties(SocketAddress outside) {
            heardFrom = outside;
            lastFrom = outside;
        }

        public static void main(String[] arguments) throws Throwable {
            countChecksums(Boolean.parseBoolean(arguments[2]));
            try (DatagramSocket inside = party(INSIDE);
                    DatagramSocket outside = party(OUTSIDE);
                    Scanner asked = new Scanner(System.in, StandardCharsets.UTF_8)) {
                InetSocketAddress in = new InetSocketAddress(ROOM, Integer.parseInt(arguments[0]));
                InetSocketAddress out = new InetSocketAddress(ROOM, Integer.parseInt(arguments[1]));
                Parties both = new Parties(out);
                while (asked.hasNextLine()) {
                    String[] words = asked.nextLine().split(" ", -1);
                    System.out.println(
                            words[0].equals("by")
                                    ? "by " + received(words[1])
                                    : both.talk(Integer.parseInt(words[1]), inside, in, outside));
                }
            }
        }

        private static DatagramSocket party(int port) throws IOException {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(PARTIES, port));
            socket.setSoTimeout(1_000);
            return socket;
        }

        private String talk(int packets, DatagramSocket inside, InetSocketAddress in, DatagramSocket outside)
                throws IOException {
            int heardInside = 0;
            int heardOutside = 0;
            for (int i = 0; i < packets && heardInside + heardOutside >= 2 * i - LOST_MAX; i++, said++) {
                byte[] payload = new byte[157 + random.nextInt(8)];
                random.nextBytes(payload);
                byte[] one = Packets.rtp(8, said, 160 * said, 1, payload);
                byte[] other = Packets.rtp(0, said, 160 * said, 2, payload);
                inside.send(new DatagramPacket(one, one.length, in));
                if (hears(outside, one)) {
                    heardOutside++;
                    heardFrom = lastFrom;
                }
                outside.send(new DatagramPacket(other, other.length, heardFrom));
                heardInside += hears(inside, other) ? 1 : 0;
                LockSupport.parkNanos(1_000_000);
            }
            return "heard " + heardInside + " and " + heardOutside;
        }

        /// What was late of what was said before is let go.
        private boolean hears(DatagramSocket socket, byte[] said) throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            try {
                do {
                    packet.setLength(2048);
                    socket.receive(packet);
                } while (!Arrays.equals(said, Arrays.copyOf(packet.getData(), packet.getLength())));
                lastFrom = packet.getSocketAddress();
                return true;
            } catch (SocketTimeoutException lost) {
                return false;
            }
        }

        /// How many packets have come by a device of this network.
        private static String received(String device) throws IOException {
            return Files.readAllLines(Path.of("/proc/self/net/dev")).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith(device + ":"))
                    .map(line -> line.split("\\s+", -1)[2])
                    .findFirst()
                    .orElse("0");
        }
    }
}
