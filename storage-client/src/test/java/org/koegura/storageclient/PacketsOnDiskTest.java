package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.packet;
import static org.koegura.callmodel.RecordingStoreContract.peer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingStoreContract;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.storageclient.packets.ChunkCipher;

/// What lies on the disk, seen by tools that know nothing of this project, and by a search for what must not be there.
class PacketsOnDiskTest {

    @TempDir
    Path data;

    @Test
    void tsharkReadsEveryPacketOfTheDecryptedStreamAsRtpAndFindsNothingMalformed()
            throws StoreFault, IOException, InterruptedException {
        InetSocketAddress peerV6 = new InetSocketAddress(InetAddress.getByName("2001:db8::7"), 40_002);
        InetSocketAddress oursV6 = new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 30_002);
        InetSocketAddress anyV6 = new InetSocketAddress(InetAddress.getByName("::"), 30_002);
        Seal seal;
        try (LocalStore store = TestStore.open(data)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            for (int i = 0; i < 20; i++) {
                long arrival = nanos(RecordingStoreContract.STARTED) + i * 20_000_000L;
                ByteBuffer even = ByteBuffer.wrap(packet(i, (byte) i));
                ByteBuffer odd = ByteBuffer.wrap(packet(i, (byte) i), 0, 171);
                open.append(Leg.INSIDE, arrival, peer(), ours(), even);
                open.append(Leg.OUTSIDE, arrival, peerV6, oursV6, odd);
                if (i == 10) {
                    open.formats(Leg.INSIDE, arrival, List.of(new AudioFormat(111, "OPUS", 48_000, 20)));
                }
                if (i % 7 == 0) {
                    open.append(Leg.OUTSIDE, arrival, peer(), anyV6, even);
                    open.flush();
                }
            }
            seal = open.seal(closing(20, 23, 1));
        }
        Path capture = data.resolve("plain.pcapng");
        Files.write(capture, SealedFolder.of(data, id(1), seal.location()).pcapng());

        String all = tshark(
                capture,
                "-T",
                "fields",
                "-e",
                "frame.interface_name",
                "-e",
                "rtp.seq",
                "-e",
                "ip.checksum.status",
                "-e",
                "udp.checksum.status",
                "-e",
                "frame.time_epoch");
        String broken = tshark(capture, "-Y", "_ws.malformed || _ws.expert.severity >= 6291456 || !rtp");

        assertThat(all.lines()).hasSize(43);
        assertThat(all.lines().filter(line -> line.startsWith("inside\t"))).hasSize(20);
        assertThat(all.lines().filter(line -> line.startsWith("outside\t"))).hasSize(23);
        // Status 1 is good; IPv4 says of its UDP checksum of 0 that there is none (3).
        assertThat(all.lines().findFirst()).contains("inside\t0\t1\t3\t1795482131.000000001");
        assertThat(all.lines().filter(line -> line.startsWith("outside\t")).map(line -> line.split("\t", -1)[3]))
                .containsOnly("1");
        assertThat(broken).isEmpty();
    }

    @Test
    void thePlainPayloadIsNowhereOnDisk() throws StoreFault, IOException {
        byte[] pattern = pattern();
        try (LocalStore store = TestStore.open(data)) {
            recordPattern(store, pattern);
            assertThat(filesWith(pattern)).isEmpty();
            assertThat(filesWith("sip:caller@example.com".getBytes(UTF_8))).isEmpty();
        }
        assertThat(filesWith(pattern)).isEmpty();
    }

    @Test
    void theSearchForPlaintextFindsItWhereNothingIsEncrypted() throws StoreFault, IOException {
        byte[] pattern = pattern();
        try (LocalStore store = LocalStore.open(
                StoreSettings.at(data),
                new SecureRandom(),
                new VirtualClock(TestStore.NOW),
                new SimpleMeterRegistry(),
                (_, _) -> new NoCipher())) {
            recordPattern(store, pattern);
        }
        assertThat(filesWith(pattern)).hasSize(1);
        assertThat(filesWith("sip:caller@example.com".getBytes(UTF_8))).hasSize(1);
    }

    private static byte[] pattern() {
        byte[] pattern = new byte[160];
        new Random(20261124).nextBytes(pattern);
        return pattern;
    }

    private static void recordPattern(LocalStore store, byte[] pattern) throws StoreFault {
        OpenRecording open = store.sink().open(opening(id(2)));
        byte[] datagram = packet(0, (byte) 0);
        System.arraycopy(pattern, 0, datagram, 12, pattern.length);
        long arrival = nanos(RecordingStoreContract.STARTED);
        open.append(Leg.INSIDE, arrival, peer(), ours(), ByteBuffer.wrap(datagram));
        open.flush();
        open.append(Leg.INSIDE, arrival + 20_000_000, peer(), ours(), ByteBuffer.wrap(packet(1, (byte) 1)));
        open.seal(closing(2, 0, 1));
    }

    private List<Path> filesWith(byte[] needle) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, needle))
                    .toList();
        }
    }

    private static boolean contains(Path file, byte[] needle) {
        try {
            byte[] hay = Files.readAllBytes(file);
            for (int at = 0; at + needle.length <= hay.length; at++) {
                if (Arrays.equals(hay, at, at + needle.length, needle, 0, needle.length)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tshark(Path capture, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-r",
                capture.toString(),
                "-n",
                "-d",
                "udp.port==30000,rtp",
                "-d",
                "udp.port==30002,rtp",
                "-o",
                "ip.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE"));
        command.addAll(List.of(options));
        Path errors = capture.resolveSibling("tshark.err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return output;
    }

    /// Leaves every chunk as it is: what the search for plaintext must find.
    private static final class NoCipher implements ChunkCipher {

        @Override
        public void seal(long index, boolean last, ByteBuffer plain, ByteBuffer sealed) {
            sealed.put(plain).put(new byte[TAG_BYTES]);
        }

        @Override
        public boolean open(long index, boolean last, ByteBuffer sealed, ByteBuffer plain) {
            plain.put(sealed.limit(sealed.limit() - TAG_BYTES));
            return true;
        }
    }
}
