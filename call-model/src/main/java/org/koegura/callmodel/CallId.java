package org.koegura.callmodel;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Names one call as this proxy handles it: 32 lower-case hexadecimal digits, made here and never sent to a peer.
///
/// Not the SIP `Call-ID` header: one dialog can pass the proxy twice (a spiral), and a peer chooses its Call-ID freely.
public record CallId(String value) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    public CallId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("call id: 32 lower-case hexadecimal digits are needed");
        }
    }

    /// Makes a new identifier of 128 random bits.
    public static CallId random(RandomGenerator random) {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return new CallId(HexFormat.of().formatHex(bits));
    }

    @Override
    public String toString() {
        return value;
    }
}
