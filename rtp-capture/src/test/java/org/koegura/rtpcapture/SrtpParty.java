package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.rtpcapture.LoopbackCall.Telephone;
import org.koegura.rtpcapture.srtp.Outcome;
import org.koegura.rtpcapture.srtp.SrtpReceiver;
import org.koegura.rtpcapture.srtp.SrtpSender;

/// A telephone of a [LoopbackCall] that speaks SRTP: what it says is protected, what it heard is opened.
final class SrtpParty {

    final SrtpKeys keys;
    private final Telephone telephone;
    private final SrtpSender sender;
    private final SrtpReceiver receiver;
    private int packetsOpened;
    private int reportsOpened;

    /// @param seed of its keys, so that two parties have none in common
    SrtpParty(Telephone telephone, CryptoSuite suite, long seed) {
        this(telephone, new SrtpKeys(key(suite, 2 * seed), key(suite, 2 * seed + 1)));
    }

    SrtpParty(Telephone telephone, SrtpKeys keys) {
        this.telephone = telephone;
        this.keys = keys;
        telephone.keys = keys;
        sender = new SrtpSender(keys.theirs());
        receiver = new SrtpReceiver(keys.ours());
    }

    static MasterKey key(CryptoSuite suite, long seed) {
        byte[] bytes = new byte[suite.keyBytes() + suite.saltBytes()];
        new Random(seed).nextBytes(bytes);
        return new MasterKey(suite, bytes);
    }

    /// Says a packet, and returns it as it was sent.
    byte[] say(byte[] plain) {
        return telephone.say(protect(plain));
    }

    void report(byte[] plain) {
        ByteBuf out = Unpooled.buffer();
        assertThat(sender.protectRtcp(Unpooled.wrappedBuffer(plain), out)).isEqualTo(Outcome.PASSED);
        telephone.report(ByteBufUtil.getBytes(out));
    }

    byte[] protect(byte[] plain) {
        ByteBuf out = Unpooled.buffer();
        assertThat(sender.protectRtp(Unpooled.wrappedBuffer(plain), out)).isEqualTo(Outcome.PASSED);
        return ByteBufUtil.getBytes(out);
    }

    /// What was heard since this was last asked; all of it must be authentic.
    List<byte[]> heard() {
        List<byte[]> plain = new ArrayList<>();
        List<byte[]> all = List.copyOf(telephone.heard);
        for (byte[] packet : all.subList(packetsOpened, all.size())) {
            ByteBuf buffer = Unpooled.wrappedBuffer(packet.clone());
            assertThat(receiver.unprotectRtp(buffer)).isEqualTo(Outcome.PASSED);
            plain.add(ByteBufUtil.getBytes(buffer));
        }
        packetsOpened = all.size();
        return plain;
    }

    /// The reports likewise.
    List<byte[]> reports() {
        List<byte[]> plain = new ArrayList<>();
        List<byte[]> all = List.copyOf(telephone.reports);
        for (byte[] packet : all.subList(reportsOpened, all.size())) {
            ByteBuf buffer = Unpooled.wrappedBuffer(packet.clone());
            assertThat(receiver.unprotectRtcp(buffer)).isEqualTo(Outcome.PASSED);
            plain.add(ByteBufUtil.getBytes(buffer));
        }
        reportsOpened = all.size();
        return plain;
    }
}
