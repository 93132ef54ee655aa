package org.koegura.server.evidence;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.koegura.audio.Codec;
import org.koegura.audio.G711;
import org.koegura.audio.PayloadDecoder;
import org.koegura.audio.Resampler;

/// One RTP packet (RFC 3550 §5.1) in its datagram. Without CSRC, extension and padding, as telephones send it.
public final class Rtp {

    private static final int HEADER_BYTES = 12;
    private static final int PCMU = 0;
    private static final int PCMA = 8;

    private final Datagram datagram;
    private final ByteBuffer bytes;

    private Rtp(Datagram datagram) {
        this.datagram = datagram;
        this.bytes = ByteBuffer.wrap(datagram.payload());
    }

    /// The RTP packets among datagrams; RTCP (RFC 5761 §4) and everything else is left out.
    public static List<Rtp> in(List<Datagram> datagrams, Predicate<Datagram> which) {
        return datagrams.stream().filter(which).filter(Rtp::isRtp).map(Rtp::new).toList();
    }

    /// A packet made up, for the tests of the tests.
    public static Rtp made(long epochNanos, int sequence, byte[] payload) {
        return made(epochNanos, sequence, sequence * payload.length, payload);
    }

    /// A packet made up, with a timestamp of its own.
    public static Rtp made(long epochNanos, int sequence, int timestamp, byte[] payload) {
        byte[] bytes = ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put((byte) 0x80)
                .put((byte) PCMU)
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(0x5EED)
                .put(payload)
                .array();
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        return new Rtp(new Datagram(epochNanos, nowhere, nowhere, bytes));
    }

    public static boolean isRtp(Datagram datagram) {
        byte[] bytes = datagram.payload();
        if (bytes.length < HEADER_BYTES || (bytes[0] & 0xC0) != 0x80) {
            return false;
        }
        int type = bytes[1] & 0x7F;
        return type < 64 || type > 95;
    }

    public Datagram datagram() {
        return datagram;
    }

    public long epochNanos() {
        return datagram.epochNanos();
    }

    public int payloadType() {
        return bytes.get(1) & 0x7F;
    }

    public boolean marker() {
        return bytes.get(1) < 0;
    }

    public int sequence() {
        return bytes.getShort(2) & 0xFFFF;
    }

    public int timestamp() {
        return bytes.getInt(4);
    }

    public int ssrc() {
        return bytes.getInt(8);
    }

    public byte[] payload() {
        return Arrays.copyOfRange(bytes.array(), HEADER_BYTES, bytes.capacity());
    }

    /// The sound of packets of one source, laid out by their timestamps; G.711 only, everything else is silence.
    public static short[] sound(List<Rtp> packets) {
        if (packets.isEmpty()) {
            return new short[0];
        }
        int first = packets.getFirst().timestamp();
        int length = 0;
        for (Rtp packet : packets) {
            length = Math.max(length, packet.timestamp() - first + packet.payload().length);
        }
        short[] sound = new short[length];
        for (Rtp packet : packets) {
            int from = packet.timestamp() - first;
            byte[] payload = packet.payload();
            for (int i = 0; i < payload.length && from >= 0; i++) {
                sound[from + i] = linear(packet.payloadType(), payload[i]);
            }
        }
        return sound;
    }

    /// The sound of packets of one source and one codec, laid out by their timestamps, in telephone band: 8000 Hz.
    /// Opus and G.722 are decoded as one telephone would, in the order of the packets.
    public static short[] sound(List<Rtp> packets, Codec codec) {
        if (packets.isEmpty()) {
            return new short[0];
        }
        int first = packets.getFirst().timestamp();
        int samplesPerTick = codec.sampleRateHz() / codec.clockRateHz();
        short[] sound = new short[0];
        try (PayloadDecoder decoder = codec.decoder()) {
            for (Rtp packet : packets) {
                byte[] payload = packet.payload();
                short[] samples = new short[decoder.samplesMax(payload.length)];
                int count = decoder.decode(ByteBuffer.wrap(payload), samples);
                int at = (packet.timestamp() - first) * samplesPerTick;
                sound = Arrays.copyOf(sound, Math.max(sound.length, at + count));
                System.arraycopy(samples, 0, sound, at, count);
            }
        }
        return Resampler.toNarrowband(sound, codec.sampleRateHz());
    }

    private static short linear(int payloadType, byte code) {
        return switch (payloadType) {
            case PCMU -> G711.muLawToLinear(code);
            case PCMA -> G711.aLawToLinear(code);
            default -> 0;
        };
    }
}
