package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.koegura.server.conformance.Corpus;

/// Makes nonsense of RTP and RTCP: of the same seed, always the same. Some of it is empty, as what keeps a translator's
/// mapping alive may be (RFC 6263 §4.1), some longer than any port takes. Of our own, and no fuzzer, so that it can
/// seal
/// what it mutated (ADR 61).
final class PacketMutator {

    private static final int EXTRA_MAX = 200;
    private static final int CHAIN_MAX = 6;
    private static final int DATAGRAM_MAX = 1_400;

    /// One in so many is longer than any that Ethernet carries whole.
    private static final int HUGE_IN = 5_000;

    private static final int HUGE_BYTES = 9_000;
    private static final int UDP_BYTES_MAX = 65_507;

    /// One in so many has nothing in it.
    private static final int EMPTY_IN = 200;

    /// What first bytes can say: version, padding, extension, sources.
    private static final int FIRST_BYTES = 256;

    private final Random random;
    private final List<byte[]> rtp;
    private final List<byte[]> rtcp;
    private int unkept;

    /// One that knows what is whole: of captures, and of every kind that we read.
    static PacketMutator ofAllKinds(long seed, Random random) throws IOException, InterruptedException {
        List<byte[]> rtp = new ArrayList<>();
        List<byte[]> rtcp = new ArrayList<>(Reports.ALL);
        for (int i = 0; i < 60; i++) {
            int source = i % 2 == 0 ? 1 : 2;
            int type = i % 5 == 4 ? RoomCall.TELEPHONE_EVENT : 0;
            rtp.add(SpokenPacket.rtp(type, i, 160 * i, source, random, type == 0 ? 160 : 4));
            rtp.add(SpokenPacket.adorned(type, i, 160 * i, source, random, 160));
        }
        for (byte[] datagram : Corpus.captures().datagrams()) {
            if (datagram.length >= 12 && datagram.length < 1_200 && (datagram[0] & 0xC0) == 0x80) {
                int type = datagram[1] & 0xFF;
                (type >= 192 && type <= 223 ? rtcp : rtp).add(datagram);
            }
        }
        assertThat(rtp).as("packets of the corpus").hasSizeGreaterThan(300);
        return new PacketMutator(seed, rtp, rtcp);
    }

    /// @param rtp packets that are whole
    /// @param rtcp the same, one report or several in each
    private PacketMutator(long seed, List<byte[]> rtp, List<byte[]> rtcp) {
        this.random = new Random(seed);
        this.rtp = List.copyOf(rtp);
        this.rtcp = List.copyOf(rtcp);
    }

    /// How many it made that are longer than any recording takes.
    int unkept() {
        return unkept;
    }

    /// For a port of RTP: now and then RTCP, as where both share a port.
    byte[] forRtpPort(Seal under) {
        return random.nextInt(8) == 0 ? forRtcpPort(under) : nonsense(any(rtp), under);
    }

    /// For a port of RTCP: a chain of reports, or RTP that does not belong there.
    byte[] forRtcpPort(Seal under) {
        if (random.nextInt(16) == 0) {
            return nonsense(any(rtp), under);
        }
        byte[] chain = under.sealed(chain());
        return random.nextInt(4) == 0 ? mutated(chain) : chain;
    }

    /// Mutated and then sealed, which reaches what is behind the authentication, or sealed and then mutated.
    byte[] nonsense(byte[] whole, Seal under) {
        return random.nextBoolean() ? under.sealed(mutated(whole)) : mutated(under.sealed(whole));
    }

    private byte[] chain() {
        List<byte[]> chain = new ArrayList<>();
        int length = 0;
        for (int i = 1 + random.nextInt(CHAIN_MAX); i > 0; i--) {
            byte[] link = random.nextInt(3) == 0 ? any(rtcp) : mutated(any(rtcp));
            chain.add(link);
            length += link.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        chain.forEach(all::put);
        return length <= DATAGRAM_MAX ? all.array() : Arrays.copyOf(all.array(), DATAGRAM_MAX);
    }

    private byte[] any(List<byte[]> of) {
        return of.get(random.nextInt(of.size()));
    }

    /// Longer than any that a recording takes; the ports take it.
    byte[] longest() {
        unkept++;
        return Arrays.copyOf(rtp.getFirst(), UDP_BYTES_MAX);
    }

    private byte[] mutated(byte[] whole) {
        if (random.nextInt(HUGE_IN) == 0) {
            boolean longest = random.nextInt(8) == 0;
            unkept += longest ? 1 : 0;
            return Arrays.copyOf(whole, longest ? UDP_BYTES_MAX : HUGE_BYTES);
        }
        if (random.nextInt(EMPTY_IN) == 0) {
            return new byte[0];
        }
        byte[] packet = whole.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            packet = once(packet);
        }
        return packet;
    }

    private byte[] once(byte[] packet) {
        if (packet.length < 4) {
            return more(packet);
        }
        switch (random.nextInt(8)) {
            case 0 -> flip(packet, 1 + random.nextInt(8));
            case 1 -> {
                return Arrays.copyOf(packet, 1 + random.nextInt(packet.length));
            }
            case 2 -> {
                return more(packet);
            }
            case 3 -> packet[0] = (byte) random.nextInt(FIRST_BYTES);
            case 4 -> packet[0] = (byte) (0x80 | random.nextInt(0x40));
            case 5 -> { // the length of RTCP; the sequence number of RTP
                packet[2] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
                packet[3] = (byte) random.nextInt();
            }
            case 6 -> packet[1] = (byte) random.nextInt();
            default -> packet[packet.length - 1] = (byte) random.nextInt(); // the length of padding
        }
        return packet;
    }

    private void flip(byte[] packet, int bits) {
        for (int i = 0; i < bits; i++) {
            int bit = random.nextInt(8 * packet.length);
            packet[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    private byte[] more(byte[] packet) {
        byte[] longer = new byte[packet.length + random.nextInt(EXTRA_MAX)];
        random.nextBytes(longer);
        System.arraycopy(packet, 0, longer, 0, packet.length);
        return longer;
    }
}
