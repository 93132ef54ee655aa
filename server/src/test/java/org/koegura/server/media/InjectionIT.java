package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;

/// Strangers at the ports of a call (trap 27, "RTP bleed"): they know its sources, payload types and sequence numbers,
/// and yet nothing that they send is relayed or recorded, nothing comes back to them, and the call is exact meanwhile.
/// So it is while the kernel passes on what the parties say.
class InjectionIT {

    private static final int INSIDE_SOURCE = 0x1151DE01;
    private static final int OUTSIDE_SOURCE = 0x0715DE02;
    private static final int PAYLOAD_BYTES = 160;
    private static final int PORTS_OF_A_CALL = 4;

    /// Those of the outside party of one call.
    private static final int PORTS_THAT_WE_GUARD = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEARNT_UNTIL = Duration.ofMillis(3200);

    /// What the parties say, in turn, before their places are for good.
    private static final int SPOKEN = 50;

    /// What they say afterwards: after a refused loan the kernel is asked again within so many.
    private static final int SPOKEN_MORE = 200;

    /// Until the kernel passes what both parties say.
    private static final int TIMES_MAX = 20;

    /// Another machine, another one, and two other ports of the parties' own machine.
    private static final List<String> STRANGERS = List.of("127.0.0.2", "127.0.0.3", "127.0.0.1", "127.0.0.1");

    private final Random random = new Random(27);

    /// Where the outside party is, as its port sees it; the inside party is where it says.
    private enum Stand {
        /// Where it says: the kernel keeps strangers out.
        AS_SIGNALLED,
        /// It sends from another port than it receives at: we keep them out.
        ASYMMETRIC,
        /// Behind a translator: its port was learnt.
        TRANSLATED
    }

    /// A million with the kernel's help, which has the flows of those who stand where they are heard; a tenth without.
    @ParameterizedTest
    @EnumSource
    void aMillionOffPathPacketsAfterTheLatchAreNeitherRelayedNorRecordedNorAnswered(PassedBy by, @TempDir Path data)
            throws Exception {
        List<Victim> victims = new ArrayList<>();
        List<DatagramSocket> strangers =
                STRANGERS.stream().map(Telephone::socket).toList();
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), Stand.values().length, 1, by)) {
            for (Stand stand : Stand.values()) {
                victims.add(new Victim(room, stand));
            }
            speakAtAllPorts(victims, 1);
            await("sources are learnt no more").pollDelay(LEARNT_UNTIL).until(() -> true);
            speakAtAllPorts(victims, 2); // a port that was learnt can change no more: its socket is connected to it
            double refused = room.counted("koegura.rtp.packets.discarded", "reason", "refused");
            int rounds = Math.ceilDiv(Campaign.packets(by), Campaign.BURST * PORTS_OF_A_CALL * victims.size());
            for (int round = 0; round < rounds; round++) {
                for (Victim victim : victims) {
                    victim.inject(strangers, random);
                    victim.talk(random);
                }
                for (Victim victim : victims) {
                    victim.awaitHeard();
                }
            }
            assertThat(Campaign.dropped(ports(victims)))
                    .as("datagrams for which the sockets had no room")
                    .isZero();
            double guarded = (double) rounds * Campaign.BURST * PORTS_THAT_WE_GUARD;
            await("all that the kernel let through to the ports that only we guard is refused")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    room.counted("koegura.rtp.packets.discarded", "reason", "refused") - refused)
                            .isEqualTo(guarded)); // what was said has passed: reports may lie behind it
            for (Victim victim : victims) {
                victim.isExact();
            }
            room.passedAsItShould(rounds); // of the two that it can pass, in most rounds
            for (DatagramSocket stranger : strangers) {
                heardNothing(stranger);
            }
            assertThat(room.counted("koegura.faults")).isZero();
        } finally {
            victims.forEach(Victim::close);
            strangers.forEach(DatagramSocket::close);
        }
        areKept(data, victims);
    }

    @ParameterizedTest
    @EnumSource
    void whoSendsFirstFromAnotherAddressLearnsNothing(PassedBy by, @TempDir Path data) throws Exception {
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), 1, 1, by);
                DatagramSocket stranger = Telephone.socket("127.0.0.2")) {
            Victim victim = new Victim(room, Stand.TRANSLATED);
            victim.inject(List.of(stranger), random);
            await("all of it was refused")
                    .atMost(PATIENCE)
                    .until(() -> room.counted("koegura.rtp.packets.discarded", "reason", "refused")
                            == Campaign.BURST * PORTS_OF_A_CALL);
            talksExactly(room, by, victim);
            heardNothing(stranger);
            victim.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void junkFromTheRightAddressAndAnotherPortNeverLatches(PassedBy by, @TempDir Path data) throws Exception {
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), 1, 1, by);
                DatagramSocket neighbour = Telephone.socket("127.0.0.1")) {
            Victim victim = new Victim(room, Stand.TRANSLATED);
            LocalMedia port = victim.call.local(Leg.OUTSIDE);
            for (int i = 0; i < Campaign.BURST; i++) {
                byte[] junk = new byte[i];
                random.nextBytes(junk);
                if (i > 0) {
                    junk[0] &= 0x3F; // not version 2: STUN, DTLS, or nothing at all
                }
                Telephone.send(neighbour, junk, port.rtp());
                Telephone.send(neighbour, junk, port.rtcp());
            }
            await("all of it was refused")
                    .atMost(PATIENCE)
                    .until(() ->
                            room.counted("koegura.rtp.packets.discarded", "reason", "refused") == 2 * Campaign.BURST);
            talksExactly(room, by, victim);
            heardNothing(neighbour);
            victim.close();
        }
    }

    /// With the kernel's help until it passes what they say, which it may not while a port can be learnt.
    private void talksExactly(MediaRoom room, PassedBy by, Victim victim) throws Exception {
        victim.talkInTurn(random, SPOKEN);
        if (by == PassedBy.KERNEL) {
            for (Leg leg : Leg.values()) {
                assertThat(room.passedByKernel(leg)).isZero();
            }
            await("sources are learnt no more").pollDelay(LEARNT_UNTIL).until(() -> true);
            // a loan that was refused, for something waited just then, is asked for again some packets later
            for (int time = 0; time < TIMES_MAX && !room.isPassedOfBoth(); time++) {
                victim.talkInTurn(random, SPOKEN_MORE);
            }
        }
        victim.isExact();
        room.passedAsItShould(1);
    }

    private static void speakAtAllPorts(List<Victim> victims, int time) {
        for (Victim victim : victims) {
            victim.speakAtAllPorts(time);
        }
    }

    private static Set<Integer> ports(List<Victim> victims) throws Exception {
        Set<Integer> ports = new HashSet<>();
        for (Victim victim : victims) {
            for (InetSocketAddress port : victim.ports()) {
                ports.add(port.getPort());
            }
        }
        return ports;
    }

    private static void heardNothing(DatagramSocket stranger) throws Exception {
        stranger.setSoTimeout(1);
        assertThatThrownBy(() -> stranger.receive(new DatagramPacket(new byte[2048], 2048)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    private static void areKept(Path data, List<Victim> victims) throws Exception {
        List<KeptRecording> recordings = KeptRecording.allIn(data);
        assertThat(recordings).hasSize(victims.size());
        for (KeptRecording recording : recordings) {
            Victim victim = victims.stream()
                    .filter(one -> one.call.recording.toString().equals(recording.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(hex(recording.inside().stream())).isEqualTo(hex(victim.insideSaid));
            assertThat(hex(recording.outside().stream())).isEqualTo(hex(victim.outsideSaid));
            assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(1)))
                    .isZero();
        }
    }

    private static List<String> hex(Stream<Rtp> packets) {
        return hex(packets.map(packet -> packet.datagram().payload()).toList());
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }

    /// A call whose audio is to be exact whatever strangers send.
    private static final class Victim implements AutoCloseable {
        final RoomCall call;
        final Stand stand;
        final Telephone inside = new Telephone();

        /// What the outside party sends from.
        final Telephone outside = new Telephone();

        /// Where the outside party says that it receives.
        final Telephone ear;

        final List<byte[]> insideSaid = new ArrayList<>();
        final List<byte[]> outsideSaid = new ArrayList<>();

        Victim(MediaRoom room, Stand stand) throws Exception {
            this.stand = stand;
            this.ear = stand == Stand.ASYMMETRIC ? new Telephone() : outside;
            call = room.call();
            inside.sendsTo(call.local(Leg.INSIDE));
            outside.sendsTo(call.local(Leg.OUTSIDE));
            call.agree(Leg.INSIDE, inside.rtpAddress(), inside.rtcpAddress(), List.of(RoomCall.PCMU));
            InetAddress unreachable = InetAddress.ofLiteral("127.0.0.9");
            call.agree(
                    Leg.OUTSIDE,
                    stand == Stand.TRANSLATED ? new InetSocketAddress(unreachable, 4000) : ear.rtpAddress(),
                    stand == Stand.TRANSLATED ? new InetSocketAddress(unreachable, 4001) : ear.rtcpAddress(),
                    List.of(RoomCall.PCMU));
            call.session.answered();
            call.captureExempted();
            room.settle();
        }

        /// Both parties speak at all four ports, for the `time`-th time.
        void speakAtAllPorts(int time) {
            outsideSays(new Random(time));
            awaitHeard();
            insideSays(new Random(-time));
            outside.report(receiverReport(OUTSIDE_SOURCE));
            awaitHeard();
            await("RTCP passes").atMost(PATIENCE).until(() -> inside.reports().size() == time);
            inside.report(receiverReport(INSIDE_SOURCE));
            await("RTCP passes back").atMost(PATIENCE).until(() -> ear.reports().size() == time);
        }

        void talk(Random random) {
            insideSays(random);
            outsideSays(random);
        }

        void insideSays(Random random) {
            byte[] packet = packet(INSIDE_SOURCE, insideSaid.size(), random);
            insideSaid.add(packet);
            inside.say(packet);
        }

        void outsideSays(Random random) {
            byte[] packet = packet(OUTSIDE_SOURCE, outsideSaid.size(), random);
            outsideSaid.add(packet);
            outside.say(packet);
        }

        private static byte[] packet(int source, int number, Random random) {
            return SpokenPacket.rtp(0, number & 0xFFFF, number * PAYLOAD_BYTES, source, random, PAYLOAD_BYTES);
        }

        List<InetSocketAddress> ports() throws Exception {
            LocalMedia in = call.local(Leg.INSIDE);
            LocalMedia out = call.local(Leg.OUTSIDE);
            return List.of(in.rtp(), in.rtcp(), out.rtp(), out.rtcp());
        }

        /// A burst at each port: what the party might say next, and reports that end its stream.
        void inject(List<DatagramSocket> strangers, Random random) throws Exception {
            for (InetSocketAddress port : ports()) {
                boolean atInside = port.equals(call.local(Leg.INSIDE).rtp())
                        || port.equals(call.local(Leg.INSIDE).rtcp());
                boolean control = port.getPort() % 2 != 0;
                int source = atInside ? INSIDE_SOURCE : OUTSIDE_SOURCE;
                int next = (atInside ? insideSaid : outsideSaid).size();
                for (int i = 0; i < Campaign.BURST; i++) {
                    byte[] packet = control || i % 8 == 7
                            ? (i % 2 == 0 ? receiverReport(source) : bye(source))
                            : packet(source, next + i / 4, random);
                    Telephone.send(strangers.get(i % strangers.size()), packet, port);
                }
            }
        }

        /// Returns once all that was said has passed, which is behind all that was injected.
        void awaitHeard() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ear.heardCount() < insideSaid.size() || inside.heardCount() < outsideSaid.size()) {
                assertThat(System.nanoTime())
                        .as("%s: what was said is heard", stand)
                        .isLessThan(deadline);
                LockSupport.parkNanos(10_000);
            }
        }

        /// The outside party first: it has to be found.
        void talkInTurn(Random random, int packets) {
            for (int i = 0; i < packets; i++) {
                outsideSays(random);
                awaitHeard();
                insideSays(random);
                awaitHeard();
            }
        }

        void isExact() throws Exception {
            assertThat(hex(ear.heard())).as("%s: heard outside", stand).isEqualTo(hex(insideSaid));
            assertThat(hex(inside.heard())).as("%s: heard inside", stand).isEqualTo(hex(outsideSaid));
            assertThat(inside.reports()).hasSizeLessThanOrEqualTo(2);
            assertThat(ear.reports()).hasSizeLessThanOrEqualTo(2);
            MediaReport report = call.hangUp();
            assertThat(RoomCall.account(report, Leg.INSIDE).recorded()).isEqualTo(insideSaid.size());
            assertThat(RoomCall.account(report, Leg.INSIDE).received()).isEqualTo(insideSaid.size());
            assertThat(RoomCall.account(report, Leg.OUTSIDE).recorded()).isEqualTo(outsideSaid.size());
            assertThat(RoomCall.account(report, Leg.OUTSIDE).received()).isEqualTo(outsideSaid.size());
        }

        @Override
        public void close() {
            inside.close();
            outside.close();
            ear.close();
        }
    }

    private static byte[] receiverReport(int source) {
        return ByteBuffer.allocate(8).putInt(0x80C90001).putInt(source).array();
    }

    private static byte[] bye(int source) {
        return ByteBuffer.allocate(8).putInt(0x81CB0001).putInt(source).array();
    }
}
