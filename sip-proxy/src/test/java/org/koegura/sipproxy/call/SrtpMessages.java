package org.koegura.sipproxy.call;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.sdp.CryptoAttribute;

/// Messages that say keys, and what they say.
final class SrtpMessages {

    /// RFC 4568 §5.1.1, §1.
    static final String KEY_1 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    static final String KEY_2 = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";
    static final String SUITE = "AES_CM_128_HMAC_SHA1_80";
    private static final Pattern CRYPTO = Pattern.compile("(?m)^a=crypto:([^\r\n]*)\r?$");

    private SrtpMessages() {}

    static String sdp(int port, String profile, String... attributes) {
        return Calling.sdp("192.0.2.1", port, "0", attributes).replace("RTP/AVP", profile);
    }

    static String crypto(int tag, String key) {
        return "crypto:" + tag + " " + SUITE + " inline:" + key;
    }

    static Passing with(Passing passing, boolean fromTls, boolean toTls) {
        return new Passing(
                passing.from(),
                passing.method(),
                passing.status(),
                passing.cseq(),
                passing.calleeTag(),
                passing.reliable(),
                passing.contentType(),
                passing.body(),
                passing.source(),
                fromTls,
                toTls);
    }

    static List<CryptoAttribute> lines(String sdp) {
        return CRYPTO.matcher(sdp)
                .results()
                .map(line -> Objects.requireNonNull(CryptoAttribute.read(line.group(1))))
                .toList();
    }

    static MasterKey key(String base64) {
        return Objects.requireNonNull(CryptoAttribute.read("1 " + SUITE + " inline:" + base64))
                .key();
    }
}
