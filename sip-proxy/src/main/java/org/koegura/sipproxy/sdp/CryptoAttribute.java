package org.koegura.sipproxy.sdp;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

/// What one `a=crypto` line says (RFC 4568 §4, §6): with what its maker *sends*.
///
/// ```
/// a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20
///          │ │                              │                                        │
///          │ suite                          key and salt, in Base64                  lifetime
///          tag
/// ```
///
/// Pure. Neither it nor [#toString] nor any exception shows the key; only [#value] does, for the line
/// that is sent.
///
/// @param tag names the line in offer and answer
/// @param lifetimePackets so many packets may be sent under the key; where the line says none, what RFC
///     3711 §9.2 says
public record CryptoAttribute(int tag, MasterKey key, long lifetimePackets) {

    /// RFC 3711 §9.2.
    static final long LIFETIME_PACKETS_MAX = 1L << 48;

    public static final int TAG_MAX = 999_999_999;
    private static final int LIFETIME_EXPONENT_MAX = 48;
    private static final String INLINE = "inline:";

    /// Parameters that leave packets as they would be without them: how many are kept against replay (a
    /// hint), the order of correction and encryption that is the usual one, and a derivation rate of 0.
    private static final String WINDOW_SIZE = "WSH=";

    private static final List<String> USUAL = List.of("FEC_ORDER=FEC_SRTP", "KDR=0");

    public CryptoAttribute {
        if (tag < 0 || tag > TAG_MAX || lifetimePackets < 1 || lifetimePackets > LIFETIME_PACKETS_MAX) {
            throw new IllegalArgumentException(
                    "a=crypto: a tag of at most 9 digits and a lifetime of 1 to 2^48 packets");
        }
    }

    /// One without a word on its lifetime.
    public CryptoAttribute(int tag, MasterKey key) {
        this(tag, key, LIFETIME_PACKETS_MAX);
    }

    /// Those of an m-line's `a=crypto` lines that we can do what they say, in the order of its maker's
    /// preference.
    ///
    /// @param lines of one m-line
    static List<CryptoAttribute> usable(List<SdpLine> lines) {
        return lines.stream()
                .filter(line -> line.attribute().equals("crypto"))
                .map(line -> read(line.attributeValue()))
                .filter(Objects::nonNull)
                .toList();
    }

    /// Reads what stands behind `a=crypto:`. Null where it cannot be read, and where it asks for what
    /// we do not do: a suite that we do not have, several keys or a key identifier (MKI), a session
    /// parameter that changes what packets look like or is not known. One that begins with a hyphen may
    /// be passed over (RFC 4568 §6.3.7).
    public static @Nullable CryptoAttribute read(String value) {
        String[] words = value.strip().split("\\s+", -1);
        if (words.length < 3) {
            return null;
        }
        Integer tag = SdpReader.number(words[0], TAG_MAX);
        CryptoSuite suite = CryptoSuite.named(words[1].toUpperCase(Locale.ROOT));
        boolean asUsual = Arrays.stream(words)
                .skip(3)
                .map(word -> word.toUpperCase(Locale.ROOT))
                .allMatch(CryptoAttribute::changesNothing);
        if (tag == null || suite == null || !asUsual || !words[2].regionMatches(true, 0, INLINE, 0, INLINE.length())) {
            return null;
        }
        String[] parts = words[2].substring(INLINE.length()).split("\\|", -1);
        Long lifetime = parts.length == 1 ? Long.valueOf(LIFETIME_PACKETS_MAX) : lifetime(parts[1]);
        MasterKey key = parts.length > 2 || lifetime == null ? null : key(suite, parts[0]);
        return key == null || lifetime == null ? null : new CryptoAttribute(tag, key, lifetime);
    }

    /// What stands behind `a=crypto:` of a line that says this. It shows the key: it belongs into a
    /// message that is sent over TLS, and nowhere else.
    public String value() {
        String inline = INLINE + Base64.getEncoder().encodeToString(key.keyAndSalt());
        String lifetime = lifetimePackets == LIFETIME_PACKETS_MAX ? "" : "|" + lifetimePackets;
        return tag + " " + key.suite() + " " + inline + lifetime;
    }

    private static boolean changesNothing(String parameter) {
        return parameter.startsWith("-")
                || USUAL.contains(parameter)
                || (parameter.startsWith(WINDOW_SIZE)
                        && SdpReader.number(parameter.substring(WINDOW_SIZE.length()), TAG_MAX) != null);
    }

    /// `2^20`, or a number; null where it is neither, a key identifier, or beyond what a key may be
    /// used for.
    private static @Nullable Long lifetime(String text) {
        if (text.startsWith("2^")) {
            Integer exponent = SdpReader.number(text.substring(2), LIFETIME_EXPONENT_MAX);
            return exponent == null ? null : 1L << exponent;
        }
        boolean digits = !text.isEmpty() && text.length() <= 15 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long packets = digits ? Long.parseLong(text) : 0;
        return packets < 1 || packets > LIFETIME_PACKETS_MAX ? null : packets;
    }

    /// A key of the length that its suite needs; null where that is not what stands there.
    private static @Nullable MasterKey key(CryptoSuite suite, String base64) {
        byte[] keyAndSalt;
        try {
            keyAndSalt = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return null;
        }
        return keyAndSalt.length == suite.keyBytes() + suite.saltBytes() ? new MasterKey(suite, keyAndSalt) : null;
    }
}
