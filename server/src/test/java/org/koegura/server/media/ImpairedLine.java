package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.rtpcapture.srtp.Outcome;
import org.koegura.rtpcapture.srtp.SrtpReceiver;
import org.koegura.rtpcapture.srtp.SrtpSender;
import org.koegura.server.peer.ImpairedHop;
import org.koegura.server.peer.Impairment;

/// One m-line of a call: both parties behind hops that impair what they send, each in SRTP or in plain RTP.
///
/// Whatever it tells of packets is as they are without SRTP, in hexadecimal.
final class ImpairedLine implements AutoCloseable {

    private final Tongue tongue;
    private final int mLine;
    private final Party inside;
    private final Party outside;

    /// @param insideUnder the suite that the inside party speaks SRTP under; null for plain RTP
    /// @param outsideUnder likewise
    ImpairedLine(
            Tongue tongue,
            int mLine,
            @Nullable CryptoSuite insideUnder,
            @Nullable CryptoSuite outsideUnder,
            long seed) {
        this.tongue = tongue;
        this.mLine = mLine;
        this.inside = new Party(tongue, 1, insideUnder, seed);
        this.outside = new Party(tongue, 2, outsideUnder, seed + 1);
    }

    /// Both say where they are, and what they speak.
    void agree(RoomCall call) throws Exception {
        for (Leg leg : Leg.values()) {
            Party party = party(leg);
            LocalMedia local = call.session.local(mLine, leg);
            party.hop.leadTo(local.rtp());
            party.telephone.sendsTo(party.hop.entry(), local.rtcp());
        }
        for (Leg leg : Leg.values()) {
            call.session.agree(mLine, leg, party(leg).described(tongue));
        }
    }

    void say(int slot) {
        inside.say(slot);
        outside.say(slot);
    }

    /// Whether all came through the hops, and through the product.
    boolean isThrough() {
        return inside.isThrough()
                && outside.isThrough()
                && inside.hop.returned().size() == toBeHeard(Leg.INSIDE).size()
                && outside.hop.returned().size() == toBeHeard(Leg.OUTSIDE).size();
    }

    /// What of a party's packets arrived, in its order: twice what came twice, but under SRTP, which takes none twice
    /// (RFC 3711 §3.3.2).
    List<String> arrived(Leg leg) {
        return party(leg).arrived();
    }

    /// What a party is to be sent: what arrived of the other one, with no index of SRTP used twice.
    List<String> toBeHeard(Leg by) {
        List<String> arrived = arrived(by == Leg.INSIDE ? Leg.OUTSIDE : Leg.INSIDE);
        return party(by).keys == null ? arrived : once(arrived);
    }

    /// What a party was sent. Under SRTP all of it must be authentic.
    List<String> heard(Leg by) {
        return party(by).heard();
    }

    /// How many packets of a party the network lost; nobody can know of numbers from before the first that came.
    long lost(Leg leg) {
        ImpairedHop hop = party(leg).hop;
        int first = Tongue.number(hop.passed().getFirst());
        return hop.lost().stream()
                .filter(packet -> Tongue.number(packet) > first)
                .count();
    }

    /// How many packets of a party met the bad network.
    int impaired(Leg leg) {
        return party(leg).impaired;
    }

    @Nullable
    CryptoSuite suite(Leg leg) {
        SrtpKeys keys = party(leg).keys;
        return keys == null ? null : keys.theirs().suite();
    }

    boolean isSealed() {
        return inside.keys != null || outside.keys != null;
    }

    private Party party(Leg leg) {
        return leg == Leg.INSIDE ? inside : outside;
    }

    private static List<String> once(List<String> packets) {
        return List.copyOf(new LinkedHashSet<>(packets));
    }

    /// Whether all packets are of one payload type.
    boolean isOfOneType() {
        return tongue.ofOneType();
    }

    /// Of a packet in hexadecimal.
    static int payloadType(String packet) {
        return Integer.parseInt(packet, 2, 4, 16) & 0x7F;
    }

    static String hex(byte[] packet) {
        return HexFormat.of().formatHex(packet);
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
    }

    private static final class Party implements AutoCloseable {
        final Telephone telephone = new Telephone();
        final ImpairedHop hop;
        final int impaired;
        final @Nullable SrtpKeys keys;
        private final List<Tongue.Said> speech;
        private final @Nullable SrtpSender sender;

        /// What it said, by what went out for it.
        private final Map<String, String> plain = new HashMap<>();

        private int said;

        Party(Tongue tongue, int ssrc, @Nullable CryptoSuite suite, long seed) {
            Random random = new Random(seed);
            speech = tongue.speech(ssrc, random);
            impaired =
                    (int) speech.stream().filter(of -> of.slot < Tongue.SLOTS).count();
            hop = ImpairedHop.of(Impairment.usual(impaired, seed));
            keys = suite == null ? null : new SrtpKeys(MasterKey.fresh(suite, random), MasterKey.fresh(suite, random));
            sender = keys == null ? null : new SrtpSender(keys.theirs());
        }

        RemoteMedia described(Tongue tongue) {
            return new RemoteMedia(
                    hop.exit(),
                    tongue.ofRtp() ? telephone.rtcpAddress() : hop.exit(),
                    InetAddress.getLoopbackAddress(),
                    tongue.ofRtp() ? List.of(tongue.format()) : List.of(),
                    tongue.ofRtp() ? List.of(RoomCall.TELEPHONE_EVENT, Tongue.COMFORT_NOISE) : List.of(),
                    true,
                    keys);
        }

        void say(int slot) {
            while (said < speech.size() && speech.get(said).slot == slot) {
                byte[] packet = speech.get(said++).packet;
                byte[] sent = sealed(packet);
                plain.put(hex(sent), hex(packet));
                telephone.say(sent);
            }
        }

        private byte[] sealed(byte[] packet) {
            if (sender == null) {
                return packet;
            }
            ByteBuf out = Unpooled.buffer();
            assertThat(sender.protectRtp(Unpooled.wrappedBuffer(packet), out)).isEqualTo(Outcome.PASSED);
            return ByteBufUtil.getBytes(out);
        }

        boolean isThrough() {
            return hop.hasTaken(speech.size());
        }

        List<String> arrived() {
            List<String> arrived = hop.passed().stream()
                    .map(packet -> Objects.requireNonNull(plain.get(hex(packet))))
                    .toList();
            return keys == null ? arrived : once(arrived);
        }

        List<String> heard() {
            SrtpKeys under = keys;
            if (under == null) {
                return hop.returned().stream().map(ImpairedLine::hex).toList();
            }
            SrtpReceiver receiver = new SrtpReceiver(under.ours());
            List<String> heard = new ArrayList<>();
            for (byte[] packet : hop.returned()) {
                ByteBuf buffer = Unpooled.wrappedBuffer(packet.clone());
                assertThat(receiver.unprotectRtp(buffer)).isEqualTo(Outcome.PASSED);
                heard.add(hex(ByteBufUtil.getBytes(buffer)));
            }
            return heard;
        }

        @Override
        public void close() {
            hop.close();
            telephone.close();
        }
    }
}
