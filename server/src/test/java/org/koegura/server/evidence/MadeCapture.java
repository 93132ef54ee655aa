package org.koegura.server.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes a capture for the call generator to replay: RTP of any payload type, with given payloads, or such as do
/// not compress.
public final class MadeCapture {

    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int FRAME_HEADERS_BYTES = 14 + 20 + 8;
    private static final int RTP_HEADER_BYTES = 12;
    private static final byte OPUS_CELT_FULLBAND_20_MS = (byte) (31 << 3);

    private MadeCapture() {}

    /// Packets of 20 ms.
    public static Path write(Path file, int payloadType, int payloadBytes, int packets, long seed) throws IOException {
        return write(file, payloadType, payloadBytes, new First(0, 0), packets, seed);
    }

    /// What the first packet bears; each further one bears 1 and its ticks more.
    public record First(int sequence, int timestamp) {}

    /// One kind of packets. The first byte of each payload names fullband CELT of 20 ms, should it be taken for Opus
    /// (RFC 6716 §3.1).
    ///
    /// @param ticks of the RTP clock in a packet
    public record Kind(int payloadType, int payloadBytes, int millis, int ticks) {}

    /// Packets of 20 ms that go on where others left off.
    public static Path write(Path file, int payloadType, int payloadBytes, First first, int packets, long seed)
            throws IOException {
        return write(file, new Kind(payloadType, payloadBytes, 20, 160), first, packets, seed);
    }

    /// Packets of any length.
    public static Path write(Path file, Kind kind, First first, int packets, long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            byte[] payload = new byte[kind.payloadBytes()];
            random.nextBytes(payload);
            payload[0] = OPUS_CELT_FULLBAND_20_MS;
            payloads.add(payload);
        }
        return write(file, kind, payloads, first);
    }

    /// Packets of 20 ms with these payloads, so many ticks apart.
    public static Path write(Path file, int payloadType, List<byte[]> payloads, First first, int ticks)
            throws IOException {
        return write(file, new Kind(payloadType, 0, 20, ticks), payloads, first);
    }

    private static Path write(Path file, Kind kind, List<byte[]> payloads, First first) throws IOException {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            packets.add(rtp(
                    kind.payloadType(), payloads.get(i), first.sequence() + i, first.timestamp() + kind.ticks() * i));
        }
        return writeDatagrams(file, packets, kind.millis());
    }

    /// Datagrams of any kind, so many milliseconds apart.
    public static Path writeDatagrams(Path file, List<byte[]> datagrams, int millis) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(FILE_HEADER_BYTES)
                .putInt(0xA1B2C3D4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(65_535)
                .putInt(1)
                .array());
        for (int i = 0; i < datagrams.size(); i++) {
            int micros = i * millis * 1000;
            byte[] frame = frame(datagrams.get(i));
            out.writeBytes(little(RECORD_HEADER_BYTES)
                    .putInt(micros / 1_000_000)
                    .putInt(micros % 1_000_000)
                    .putInt(frame.length)
                    .putInt(frame.length)
                    .array());
            out.writeBytes(frame);
        }
        return Files.write(file, out.toByteArray());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Writes the records `[from, to)` of a little-endian capture, as they are.
    public static Path part(Path capture, Path file, int from, int to) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(in.array(), 0, FILE_HEADER_BYTES);
        int at = FILE_HEADER_BYTES;
        for (int i = 0; i < to; i++) {
            int bytes = RECORD_HEADER_BYTES + in.getInt(at + 8);
            if (i >= from) {
                out.write(in.array(), at, bytes);
            }
            at += bytes;
        }
        return Files.write(file, out.toByteArray());
    }

    private static byte[] frame(byte[] datagram) {
        int udpBytes = 8 + datagram.length;
        return ByteBuffer.allocate(FRAME_HEADERS_BYTES + datagram.length)
                .put(new byte[12])
                .putShort((short) 0x0800)
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (20 + udpBytes))
                .putInt(0)
                .putShort((short) 0x4011)
                .putShort((short) 0)
                .putInt(0x7F000001)
                .putInt(0x7F000001)
                .putShort((short) 4000)
                .putShort((short) 4002)
                .putShort((short) udpBytes)
                .putShort((short) 0)
                .put(datagram)
                .array();
    }

    private static byte[] rtp(int payloadType, byte[] payload, int sequence, int timestamp) {
        return ByteBuffer.allocate(RTP_HEADER_BYTES + payload.length)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(0x5EED0001)
                .put(payload)
                .array();
    }
}
