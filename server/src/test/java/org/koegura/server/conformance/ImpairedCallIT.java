package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.ImpairedHop;
import org.koegura.server.peer.Impairment;
import org.koegura.server.peer.LoopbackPorts;
import tools.jackson.databind.JsonNode;

/// A whole call in PCMU, announced and recorded, whose parties are both behind a network that loses a fifth of what
/// they say, repeats and reorders, and delays by up to 50 ms: what was relayed and recorded is what arrived, and the
/// declared loss is that network's.
class ImpairedCallIT {

    private static final int MEDIA = 4;
    private static final int BLOCK = 40;
    private static final long SEED = 20_250_602;
    private static final int PAYLOAD_BYTES = 160;
    private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Twenty seconds: the notice takes seven of them.
    private static final int PACKETS = 1_000;

    /// They come after the impaired ones, so that the meter of losses gives up all that never came (its window is 64).
    private static final int TAIL = 160;

    private static final Pattern AUDIO_PORT = Pattern.compile("(?m)^m=audio (\\d+) ");

    private final Random random = new Random(SEED);

    @Test
    void whatArrivesIsRelayedAndRecordedToTheBitAndTheLossIsExact(@TempDir Path folder) throws Exception {
        int block = LoopbackPorts.block(BLOCK);
        Path data = folder.resolve("data");
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer caller = RawPeer.over(RawPeer.Protocol.UDP);
                RawPeer callee = RawPeer.over(RawPeer.Protocol.UDP);
                ImpairedHop insideHop = ImpairedHop.of(Impairment.usual(PACKETS, SEED));
                ImpairedHop outsideHop = ImpairedHop.of(Impairment.usual(PACKETS, SEED + 1))) {
            try (ProductProcess product = ProductProcess.run(data, block, block + MEDIA, block + BLOCK - 1);
                    ConsoleApi api = product.api();
                    DatagramSocket insideMedia = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                    DatagramSocket outsideMedia = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                Parties parties = new Parties(caller, callee, sip, RestartIT.way(callee, block));
                Parties.Call call = parties.establish(
                        "one", insideHop.exit().getPort(), outsideHop.exit().getPort());
                insideHop.leadTo(audioPort(call.answer()));
                outsideHop.leadTo(audioPort(call.invite()));
                talk(
                        () -> isRecorded(api),
                        new Voice(insideMedia, insideHop.entry(), 0x11),
                        new Voice(outsideMedia, outsideHop.entry(), 0x22));
                await("all packets came through the hops, and the outside party's through us")
                        .atMost(PATIENCE)
                        .until(() -> insideHop.hasTaken(PACKETS + TAIL)
                                && outsideHop.hasTaken(PACKETS + TAIL)
                                && insideHop.returned().size()
                                        == outsideHop.passed().size());
                assertThat(hex(insideHop.returned()))
                        .as("what the inside party is sent is what of the outside party arrived")
                        .isEqualTo(hex(outsideHop.passed()));
                parties.callerAsks(call, "BYE", 2);
                await("the call is over")
                        .atMost(PATIENCE)
                        .until(() -> api.metric("koegura_ledger_calls_total", "result=\"complete\"") == 1);
                lossIsExact(api, insideHop, "inside");
                lossIsExact(api, outsideHop, "outside");
                assertThat(api.metric("koegura_faults_total")).isZero();
                isRecorded(KeptRecording.allIn(data).getFirst(), insideHop, outsideHop, api);
            }
        }
        assertThat(ProductProcess.verify(data, Duration.ofMinutes(1))).isZero();
    }

    /// A party and where it sends.
    private record Voice(DatagramSocket from, InetSocketAddress to, int ssrc) {

        void say(int number, Random random) throws Exception {
            byte[] packet = new byte[12 + PAYLOAD_BYTES];
            random.nextBytes(packet);
            ByteBuffer.wrap(packet)
                    .putShort((short) 0x8000)
                    .putShort((short) number)
                    .putInt(number * PAYLOAD_BYTES)
                    .putInt(ssrc);
            from.send(new DatagramPacket(packet, packet.length, to));
        }
    }

    /// Both, in real time. Before the last of what is impaired the call must be recorded.
    private void talk(BooleanSupplier recorded, Voice inside, Voice outside) throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < PACKETS + TAIL; i++) {
            long due = start + Math.min(i, PACKETS) * PACKET_NANOS + Math.max(0, i - PACKETS) * PACKET_NANOS / 2;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            inside.say(i, random);
            outside.say(i, random);
            if (i == PACKETS * 3 / 4) {
                assertThat(recorded.getAsBoolean()).as("recorded by now").isTrue();
            }
        }
    }

    private static boolean isRecorded(ConsoleApi api) {
        try {
            return api.metric("koegura_calls", "state=\"recorded\"") == 1;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetSocketAddress audioPort(String message) {
        Matcher port = AUDIO_PORT.matcher(message);
        assertThat(port.find()).isTrue();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    private static void lossIsExact(ConsoleApi api, ImpairedHop hop, String leg) throws Exception {
        int first = number(hop.passed().getFirst()); // nobody can know of numbers from before the first that came
        long never =
                hop.lost().stream().filter(packet -> number(packet) > first).count();
        assertThat(never).as("what the hop lost").isBetween(PACKETS / 10L, PACKETS / 3L);
        assertThat(api.metric("koegura_rtp_packets_lost_total", "leg=\"" + leg + "\""))
                .as("packets of the %s party that never came", leg)
                .isEqualTo((double) never);
    }

    /// Capture starts after the notice: each leg's packets are those that arrived from then on, in one run.
    private static void isRecorded(
            KeptRecording recording, ImpairedHop insideHop, ImpairedHop outsideHop, ConsoleApi api) throws Exception {
        isTheLast(recording.inside(), insideHop);
        isTheLast(recording.outside(), outsideHop);
        for (JsonNode stream :
                recording.manifest().path("streams").valueStream().toList()) {
            boolean inside = stream.path("leg").asString("").equals("inside");
            long withheld = stream.path("withheld")
                    .valueStream()
                    .mapToLong(count -> count.asLong(-1))
                    .sum();
            int arrived = (inside ? insideHop : outsideHop).passed().size();
            int kept = (inside ? recording.inside() : recording.outside()).size();
            assertThat(stream.path("received").asLong(-1)).isEqualTo(arrived);
            assertThat(stream.path("recorded").asLong(-1)).isEqualTo(kept);
            assertThat(stream.path("lost").asLong(-1)).isZero();
            assertThat(withheld).isEqualTo(arrived - kept);
        }
        assertThat(recording.manifest().path("gaps").isEmpty()).isTrue();
        isRelayedInOneStream(insideHop.passed(), recording.inside().size(), outsideHop.returned(), api);
    }

    private static void isTheLast(List<Rtp> kept, ImpairedHop hop) {
        List<String> arrived = hex(hop.passed());
        assertThat(kept).hasSizeGreaterThan(PACKETS / 4);
        assertThat(hex(kept.stream().map(packet -> packet.datagram().payload()).toList()))
                .isEqualTo(arrived.subList(arrived.size() - kept.size(), arrived.size()));
    }

    /// After the notice the outside party hears the inside party's packets as they arrived, each as far behind the
    /// notice as it was sent: by one offset of numbers and one of timestamps. The first of them has the first place
    /// behind the notice; what was sent before it and came after it has none, and is counted.
    private static void isRelayedInOneStream(List<byte[]> arrived, int kept, List<byte[]> sent, ConsoleApi api)
            throws Exception {
        Set<String> said = arrived.stream().map(ImpairedCallIT::payload).collect(Collectors.toSet());
        int spoken = sent.size();
        while (spoken > 0 && said.contains(payload(sent.get(spoken - 1)))) {
            spoken--;
        }
        assertThat(spoken).as("the notice, and what was sent before it").isPositive();
        List<byte[]> relayed = sent.subList(spoken, sent.size());
        int joined = joined(arrived, relayed);
        assertThat(arrived.size() - kept).as("capture starts behind the notice").isGreaterThanOrEqualTo(joined);
        int first = number(arrived.get(joined));
        List<byte[]> since = arrived.subList(joined, arrived.size());
        List<byte[]> inPlace =
                since.stream().filter(packet -> number(packet) >= first).toList();
        assertThat(payloads(relayed)).isEqualTo(payloads(inPlace));
        assertThat(api.metric("koegura_rtp_packets_discarded_total", "reason=\"late\"", "leg=\"inside\""))
                .as("packets from before number %d that came after it", first)
                .isEqualTo(since.size() - inPlace.size());
        Set<String> offsets = new HashSet<>();
        for (int i = 0; i < relayed.size(); i++) {
            offsets.add(offsets(relayed.get(i), inPlace.get(i)));
        }
        assertThat(offsets)
                .as("source, type, and offsets of number and timestamp")
                .hasSize(1);
    }

    /// Which arrival was relayed first. It may be the second of a packet whose first one was withheld: behind the right
    /// one there are as many in their place as were relayed.
    private static int joined(List<byte[]> arrived, List<byte[]> relayed) {
        String first = payload(relayed.getFirst());
        for (int i = 0; i < arrived.size(); i++) {
            int number = number(arrived.get(i));
            if (payload(arrived.get(i)).equals(first)
                    && arrived.subList(i, arrived.size()).stream()
                                    .filter(packet -> number(packet) >= number)
                                    .count()
                            == relayed.size()) {
                return i;
            }
        }
        throw new AssertionError("behind no arrival of its first packet are as many as the " + relayed.size()
                + " that were relayed after the notice");
    }

    private static List<String> payloads(List<byte[]> packets) {
        return packets.stream().map(ImpairedCallIT::payload).toList();
    }

    private static String offsets(byte[] sent, byte[] arrived) {
        ByteBuffer out = ByteBuffer.wrap(sent);
        ByteBuffer in = ByteBuffer.wrap(arrived);
        return "%08x %04x %04x %08x"
                .formatted(
                        out.getInt(8),
                        out.getShort(0) ^ in.getShort(0),
                        (out.getShort(2) - in.getShort(2)) & 0xFFFF,
                        out.getInt(4) - in.getInt(4));
    }

    private static int number(byte[] packet) {
        return ByteBuffer.wrap(packet).getShort(2) & 0xFFFF;
    }

    private static String payload(byte[] packet) {
        return HexFormat.of().formatHex(packet, 12, packet.length);
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }
}
