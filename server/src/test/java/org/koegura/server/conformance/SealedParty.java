package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.rtpcapture.srtp.Outcome;
import org.koegura.rtpcapture.srtp.SrtpReceiver;
import org.koegura.rtpcapture.srtp.SrtpSender;

/// The media of a party that speaks nothing but SRTP, with keys that its descriptions say (RFC 4568).
final class SealedParty implements AutoCloseable {

    private static final Pattern CRYPTO = Pattern.compile("(?m)^a=crypto:\\d+ (\\S+) inline:([A-Za-z0-9+/=]+)");
    private static final int PAYLOAD_BYTES = 160;

    final MediaParty party;
    private final RandomGenerator random;
    private final List<MasterKey> keys = new ArrayList<>();
    private MasterKey own;
    private SrtpSender sender;
    private SrtpReceiver receiver;

    SealedParty(String host, int ssrc, RandomGenerator random) throws IOException {
        this.party = new MediaParty(host, ssrc);
        this.random = random;
        own = MasterKey.fresh(CryptoSuite.AES_CM_128_HMAC_SHA1_80, random);
        sender = new SrtpSender(own);
        receiver = new SrtpReceiver(own);
    }

    /// A description with a new key, under which it protects from [#agreed] on.
    ///
    /// @param tag of the offered line that an answer takes; else any
    String described(int tag, CryptoSuite suite) {
        own = MasterKey.fresh(suite, random);
        keys.add(own);
        String inline = Base64.getEncoder().encodeToString(own.keyAndSalt());
        return party.describedAs("RTP/SAVP", "a=crypto:" + tag + " " + suite + " inline:" + inline);
    }

    /// Both have said their keys: what the product said to it is in that message.
    void agreed(String message) {
        sender = new SrtpSender(own);
        List<MasterKey> said = said(message);
        keys.addAll(said);
        receiver = new SrtpReceiver(said.stream()
                .filter(key -> key.suite() == own.suite())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no key of " + own.suite() + " in\n" + message)));
    }

    private static List<MasterKey> said(String message) {
        List<MasterKey> said = new ArrayList<>();
        Matcher lines = CRYPTO.matcher(message);
        while (lines.find()) {
            CryptoSuite suite = Objects.requireNonNull(CryptoSuite.named(lines.group(1)), lines.group(1));
            said.add(new MasterKey(suite, Base64.getDecoder().decode(lines.group(2))));
        }
        return said;
    }

    /// All that either side has said to the other.
    List<MasterKey> keys() {
        return List.copyOf(keys);
    }

    /// A packet of noise as it is before it is protected.
    byte[] packet() {
        byte[] payload = new byte[PAYLOAD_BYTES];
        random.nextBytes(payload);
        return party.packet(party.ssrc, payload);
    }

    /// As it goes out under the key of now.
    byte[] seal(byte[] plain) {
        ByteBuf out = Unpooled.buffer();
        assertThat(sender.protectRtp(Unpooled.wrappedBuffer(plain), out)).isEqualTo(Outcome.PASSED);
        return ByteBufUtil.getBytes(out);
    }

    /// The next packet that it hears, which must be authentic.
    byte[] hear() throws IOException {
        ByteBuf heard = Unpooled.wrappedBuffer(MediaParty.awaited(party.rtp));
        assertThat(receiver.unprotectRtp(heard)).isEqualTo(Outcome.PASSED);
        return ByteBufUtil.getBytes(heard);
    }

    @Override
    public void close() {
        party.close();
    }
}
