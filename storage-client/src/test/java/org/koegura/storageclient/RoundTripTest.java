package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.storageclient.packets.PcapngBuffer;

/// Whatever is received is given back to the bit, in order, from the leg and at the time it arrived.
class RoundTripTest {

    record Received(Leg leg, long afterNanos, boolean version6, ByteBuffer datagram, boolean flush) {}

    @Property(tries = 60)
    void everyDatagramIsKeptToTheBit(@ForAll("calls") List<Received> call) throws IOException, StoreFault {
        Path data = Files.createTempDirectory("koegura-round-trip");
        try (LocalStore store = TestStore.open(data)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            for (Received one : call) {
                open.append(
                        one.leg(),
                        nanos(STARTED) + one.afterNanos(),
                        one.version6() ? version6(40_000) : peer(),
                        one.version6() ? version6(30_000) : ours(),
                        one.datagram());
                if (one.flush()) {
                    open.flush();
                }
            }
            int inside = (int) call.stream().filter(r -> r.leg() == Leg.INSIDE).count();
            Seal seal = open.seal(closing(inside, call.size() - inside, 1));
            SealedFolder folder = SealedFolder.of(data, id(1), seal.location());

            assertThat(packets(folder.pcapng()))
                    .isEqualTo(call.stream().map(RoundTripTest::line).toList());
            store.store().playback(id(1));
        } finally {
            delete(data);
        }
    }

    @Provide
    Arbitrary<List<Received>> calls() {
        Arbitrary<byte[]> usual = Arbitraries.bytes().array(byte[].class).ofMaxSize(400);
        Arbitrary<byte[]> large = Arbitraries.integers()
                .between(60_000, PcapngBuffer.DATAGRAM_BYTES_MAX)
                .map(byte[]::new);
        return Combinators.combine(
                        Arbitraries.of(Leg.class),
                        Arbitraries.longs().between(0, 1_000_000_000L),
                        Arbitraries.of(true, false),
                        Arbitraries.frequencyOf(Tuple.of(30, usual), Tuple.of(1, large)),
                        Arbitraries.of(true, false))
                .as((leg, after, version6, datagram, flush) ->
                        new Received(leg, after, version6, ByteBuffer.wrap(datagram), flush))
                .list()
                .ofMaxSize(80);
    }

    private static String line(Received one) {
        return line(
                one.leg() == Leg.INSIDE ? 0 : 1,
                nanos(STARTED) + one.afterNanos(),
                one.datagram().array());
    }

    private static String line(int leg, long nanos, byte[] datagram) {
        return leg + " " + nanos + " " + HexFormat.of().formatHex(datagram);
    }

    /// Reads the packets as the format page draws them.
    private static List<String> packets(byte[] pcapng) {
        List<String> lines = new ArrayList<>();
        ByteBuffer blocks = ByteBuffer.wrap(pcapng).order(ByteOrder.LITTLE_ENDIAN);
        while (blocks.hasRemaining()) {
            int at = blocks.position();
            int bytes = blocks.getInt(at + 4);
            assertThat(blocks.getInt(at + bytes - 4)).isEqualTo(bytes);
            if (blocks.getInt(at) == 6) {
                long nanos = ((long) blocks.getInt(at + 12) << 32) | (blocks.getInt(at + 16) & 0xFFFF_FFFFL);
                int headers = (blocks.get(at + 28) & 0xF0) == 0x40 ? 28 : 48;
                byte[] datagram = new byte[blocks.getInt(at + 20) - headers];
                blocks.get(at + 28 + headers, datagram);
                lines.add(line(blocks.getInt(at + 8), nanos, datagram));
            }
            blocks.position(at + bytes);
        }
        return lines;
    }

    private static InetSocketAddress version6(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("2001:db8::1"), port);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
